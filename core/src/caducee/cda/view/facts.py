"""What the head of a document says, in French: label and words, in the order they are read."""

from __future__ import annotations

import re
from datetime import date

from caducee.cda.reading.model import Party, ReadDocument, ReadPatient
from caducee.model.identity import INS_NIA, INS_NIR, INS_NIR_DEMO, INS_NIR_TEST

_TIME = re.compile(r"(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?", re.ASCII)
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)
_INS = (INS_NIR, INS_NIA, INS_NIR_TEST, INS_NIR_DEMO)
_TEST = (INS_NIR_TEST, INS_NIR_DEMO)
_BORN = {"M": "Né le", "F": "Née le"}

_SEXES = {"M": "Masculin", "F": "Féminin", "UN": "Indéterminé"}
_RELATIONS = {
    "RPLC": ("Remplace", "Ce document remplace un document antérieur"),
    "APND": ("Complète", "Ce document complète un autre document"),
    "XFRM": ("Transformation", "Ce document est tiré d'un autre document"),
}

_SEPARATOR = "\u00a0; "

Facts = tuple[tuple[str, str], ...]


def head(document: ReadDocument) -> Facts:
    """Return what a PDF copy must say of its document: type, title, date, author, organisation (MSSanté, ECO.2.1.5).

    And who the patient is, for whom it is meant, which act it is about, what it replaces.
    """
    header = document.header
    facts = [
        ("Type", document.type.display if document.type else ""),
        ("Date", instant(header.created)),
        ("Auteur", _SEPARATOR.join(filter(None, map(_party, header.authors)))),
        ("Structure", _SEPARATOR.join(dict.fromkeys(filter(None, (one.organisation for one in header.authors))))),
        ("Responsable", _responsible(document)),
        ("Acte", _SEPARATOR.join(filter(None, (_event(document, at) for at in range(len(header.events)))))),
        ("Destinataires", _SEPARATOR.join(filter(None, map(_party, header.recipients)))),
        ("Version", _version(document)),
        *_relations(document),
        ("Confidentialité", _confidentiality(document)),
    ]
    return tuple((label, words) for label, words in facts if words)


def patient(known: ReadPatient) -> Facts:
    """Return who the patient is."""
    birth = instant(known.birth_time)
    code = f"(lieu : code {known.birth_place})" if known.birth_place else ""
    born = " ".join(filter(None, (birth, f"à {known.birth_town}" if known.birth_town else "", code)))
    facts = [
        (
            "Patient",
            " ".join(filter(None, (known.used_name or known.birth_name, known.used_given_name or _first(known)))),
        ),
        ("Nom de naissance", known.birth_name),
        ("Prénoms de naissance", known.given_names or known.first_given_name),
        (_BORN.get(known.sex.code if known.sex else "", "Né(e) le"), born),
        ("Sexe", _sex(known)),
        *_identifiers(known),
        ("Adresse", ", ".join(known.address)),
        ("Contact", ", ".join(one.partition(":")[2] or one for one in known.telecom)),
        ("Représentants", _SEPARATOR.join(filter(None, (one.name for one in known.guardians)))),
    ]
    return tuple((label, words) for label, words in facts if words)


def instant(text: str | None) -> str:
    """Return an HL7 time as French says it, as far as it is known; what is no time comes as it is."""
    if not text:
        return ""
    found = _TIME.match(text)
    if found is None:
        return text
    year, month, day, hour, minute = found.groups()
    try:
        known = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return text
    name = _MONTHS[known.month - 1]
    said = year if month is None else f"{name} {year}" if day is None else f"{_day(known.day)} {name} {year}"
    return f"{said} à {int(hour)} h {minute}" if day and hour and minute and hour + minute != "0000" else said


def _day(number: int) -> str:
    return "1er" if number == 1 else str(number)


def _first(known: ReadPatient) -> str:
    return known.first_given_name or known.given_names


def _sex(known: ReadPatient) -> str:
    return "" if known.sex is None else known.sex.display or _SEXES.get(known.sex.code, known.sex.code)


def _identifiers(known: ReadPatient) -> list[tuple[str, str]]:
    facts = []
    for one in known.identifiers:
        root, _, extension = one.partition("^")
        if root in _INS:
            facts.append(("Matricule INS", f"{extension} (identité de test)" if root in _TEST else extension))
        elif extension:
            facts.append(("Identifiant", extension))
    return facts


def _party(one: Party) -> str:
    return ", ".join(filter(None, (one.name or one.device, one.code.display if one.code else "")))


def _responsible(document: ReadDocument) -> str:
    """Who answers for the document, when it is not the author."""
    signer, authors = document.header.legal_authenticator, document.header.authors
    if signer is None or signer.identifiers in {one.identifiers for one in authors}:
        return ""
    said = _party(signer)
    return "" if said in map(_party, authors) else said


def _event(document: ReadDocument, at: int) -> str:
    event = document.header.events[at]
    time = event.time
    when = "" if time is None else instant(time.low)
    if time is not None and time.high and time.high != time.low:
        when = f"du {when} au {instant(time.high)}" if when else f"jusqu'au {instant(time.high)}"
    return ", ".join(filter(None, (event.code.display if event.code else "", when)))


def _version(document: ReadDocument) -> str:
    if document.version is None or (document.version == 1 and not document.header.relations):
        return ""
    return str(document.version)


def _relations(document: ReadDocument) -> list[tuple[str, str]]:
    """What a reader must know before all: another document says the same no more, or says the rest."""
    facts = []
    for one in document.header.relations:
        if one.kind in _RELATIONS:
            label, words = _RELATIONS[one.kind]
            version = f" (version {one.version})" if one.version is not None else ""
            named = f" Identifiant : {one.document_id}" if one.document_id else ""
            facts.append((label, f"{words}{version}.{named}"))
    return facts


def _confidentiality(document: ReadDocument) -> str:
    known = document.header.confidentiality
    return "" if known is None or known.code == "N" else known.display or known.code


def plain_lines(document: ReadDocument) -> list[str]:
    """Return the lines of a level 1 document that is a text."""
    if document.body is None or document.media_type != "text/plain":
        return []
    try:
        words = document.body.decode()
    except UnicodeDecodeError:
        words = document.body.decode("windows-1252", "replace")
    return [line for line in words.splitlines() if line.strip()]
