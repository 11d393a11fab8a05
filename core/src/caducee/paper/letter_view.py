"""What stands on the page, worded in French: the data that the page template receives, as JSON."""

from __future__ import annotations

import unicodedata
from datetime import date

import msgspec

from caducee.model.environment import Environment
from caducee.model.identity import InsStatus, Sex
from caducee.model.patient import Address, Patient
from caducee.model.practice import Practitioner
from caducee.paper.letter import Letter

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)
_TITLES = {"DR": "Docteur", "PR": "Professeur"}
_BORN = {Sex.MALE: "né le", Sex.FEMALE: "née le", Sex.INDETERMINATE: "né(e) le"}
_RPPS_PREFIX = "8"
_RPPS_LENGTH = 12


class ZoneItem(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a prescription: what, then how."""

    heading: str
    lines: tuple[str, ...] = ()


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a prescription: a two-zone form has two, the others one without a title."""

    title: str
    items: tuple[ZoneItem, ...]


class LetterView(msgspec.Struct, frozen=True, kw_only=True):
    """Plain strings in the order they are read. ``specimen`` marks the pages."""

    author: str
    specialty: str
    number: str
    organisation: str
    organisation_lines: tuple[str, ...]
    recipient: tuple[str, ...]
    place_and_date: str
    year: int
    month: int
    day: int
    subject: str
    patient_name: str
    patient_lines: tuple[str, ...]
    greeting: str
    paragraphs: tuple[str, ...]
    closing: str
    specimen: bool
    zones: tuple[Zone, ...] = ()


def view(letter: Letter, environment: Environment, zones: tuple[Zone, ...] = ()) -> LetterView:
    """Word a letter. Texts are composed (NFC) and their line ends are single, so that what is drawn is one thing."""
    letter = msgspec.structs.replace(
        letter,
        subject=_text(letter.subject),
        paragraphs=tuple(map(_text, letter.paragraphs)),
        recipient=tuple(map(_text, letter.recipient)),
        greeting=_text(letter.greeting),
        closing=_text(letter.closing),
    )
    author, organisation = letter.author, letter.author.organisation
    city = organisation.address.city if organisation.address else ""
    return LetterView(
        author=author_name(author),
        specialty=(author.specialty or author.profession).display.removesuffix(" (SM)"),
        number=_number(author.identifier),
        organisation=organisation.name,
        organisation_lines=(*_address(organisation.address), *_phone(organisation.phone)),
        recipient=letter.recipient,
        place_and_date=f"{city}, le {french_date(letter.written)}" if city else f"Le {french_date(letter.written)}",
        year=letter.written.year,
        month=letter.written.month,
        day=letter.written.day,
        subject=letter.subject,
        patient_name=_patient_name(letter.patient),
        patient_lines=_patient_lines(letter.patient),
        greeting=letter.greeting,
        paragraphs=letter.paragraphs,
        closing=letter.closing,
        specimen=environment is not Environment.PRODUCTION,
        zones=zones,
    )


def _text(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n")


def author_name(author: Practitioner) -> str:
    """Return the author as a letter signs: ``Docteur Camille ROUX``."""
    title = _TITLES.get(author.title or "", "")
    return f"{title} {author.given_name} {author.family_name.upper()}".strip()


def french_date(day: date) -> str:
    """Return ``1er mars 2026``."""
    return f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"


def _number(identifier: str) -> str:
    if identifier.startswith(_RPPS_PREFIX) and len(identifier) == _RPPS_LENGTH:
        return f"RPPS {identifier[1:]}"
    return identifier


def _address(address: Address | None) -> tuple[str, ...]:
    if address is None:
        return ()
    town = f"{address.postal_code} {address.city}".strip()
    return tuple(line for line in (*address.lines, town) if line)


def _phone(phone: str | None) -> tuple[str, ...]:
    if not phone:
        return ()
    pairs = [phone[at : at + 2] for at in range(0, len(phone), 2)]
    return (f"Tél. {' '.join(pairs) if phone.isdecimal() else phone}",)


def _patient_name(patient: Patient) -> str:
    given = patient.used_given_name or (patient.traits.given_names[0] if patient.traits.given_names else "")
    return _text(f"{patient.used_name or patient.traits.birth_name} {given}".strip())


def _patient_lines(patient: Patient) -> tuple[str, ...]:
    traits = patient.traits
    birth_name = f"Nom de naissance : {traits.birth_name}" if patient.used_name else ""
    given = f"Prénoms de naissance : {' '.join(traits.given_names)}" if traits.given_names else ""
    born = f"{_BORN[traits.sex].capitalize()} {_birth_date(traits.birth_date)}"
    return tuple(_text(line) for line in (birth_name, given, born, _matricule(patient)) if line)


def _birth_date(text: str) -> str:
    try:
        return french_date(date.fromisoformat(text))
    except ValueError:
        return text


def _matricule(patient: Patient) -> str:
    if patient.status is not InsStatus.QUALIFIED or patient.ins is None:
        return ""
    number = patient.ins.matricule
    parts = (number[0], number[1:3], number[3:5], number[5:7], number[7:10], number[10:13], number[13:])
    return f"Matricule INS : {' '.join(part for part in parts if part)}"
