"""Rules on how values are written: times, identifiers, references, texts. The national stack lets most of them pass."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from lxml import etree

from caducee.cda.reading.elements import attribute, child, local
from caducee.cda.reading.parsing import V3
from caducee.cda.rules.engine import Rule, finding
from caducee.cda.rules.finding import RuleFinding, Severity
from caducee.cda.rules.index import Index
from caducee.cda.rules.words import Words, label

_TIME = re.compile(
    r"(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.\d{1,4})?)?)?)?)?)?([+-]\d{4})?", re.ASCII
)
_EXACT = re.compile(r"\d{14}(?:\.\d+)?[+-]\d{4}", re.ASCII)
_OID = re.compile(r"[0-2](\.(0|[1-9]\d*))+", re.ASCII)
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII)
_NAME = re.compile(r"[^\W\d][\w.\-]*")
_TIMES = ("effectiveTime", "time", "birthTime", "low", "high", "center", "deceasedTime")
_QUANTITIES = frozenset({"doseQuantity", "rateQuantity", "value", "width", "offset", "referenceRange", "numerator"})
_INTERNAL = "1.3.6.1.4.1.19376.1.5.3.1.4.4.1"
_STATEMENTS = ("act", "observation", "organizer", "procedure", "substanceAdministration", "supply", "encounter")
_ANS = "HL7 v3 Data Types"
_LAST_HOUR, _LAST_MINUTE = 24, 59


def run_written(index: Index) -> Iterator[RuleFinding]:
    """Yield what is written wrong."""
    yield from _times(index)
    yield from _created(index)
    yield from _roots(index)
    yield from _passages(index)
    yield from _repeated(index)


def _times(index: Index) -> Iterator[RuleFinding]:
    """Each time has the form of HL7 and exists in the calendar; a quantity with the same ends is not looked at."""
    rule = Rule(code="cda.time.form", source=f"{_ANS}, TS")
    for name in _TIMES:
        for element in index.named(name):
            value = element.get("value")
            holder = element.getparent()
            if value is None or holder is None or local(holder) in _QUANTITIES or "unit" in element.attrib:
                continue
            if name in ("low", "high", "center") and not _holds_time(holder):
                continue
            if not is_time(value):
                yield finding(rule, element, _wrong_time(name))


def _holds_time(element: etree._Element) -> bool:
    return local(element) in ("effectiveTime", "time", "phase", "comp", "birthTime")


def is_time(value: str) -> bool:
    """Say whether this is a time of HL7 that exists: ``YYYY`` to ``YYYYMMDDhhmmss.ssss±hhmm``."""
    found = _TIME.fullmatch(value)
    if found is None:
        return False
    year, month, day, hour, minute, second, _ = found.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return False
    return int(hour or 0) < _LAST_HOUR and int(minute or 0) <= _LAST_MINUTE and int(second or 0) <= _LAST_MINUTE


def _wrong_time(name: str) -> Words:
    return Words(
        f"{label(name).capitalize()} n'existe pas ou n'a pas la forme attendue (AAAAMMJJhhmmss+hhmm).",
        "La date a été écrite à la manière ISO, ou elle n'existe pas dans le calendrier.",
        "Corrigez la date ; si elle est inconnue, laissez-la vide.",
    )


def _created(index: Index) -> Iterator[RuleFinding]:
    """The instant of the document has its seconds and its zone: without them it is not known when it was."""
    element = child(index.document, "effectiveTime")
    value = attribute(element, "value")
    if element is not None and is_time(value) and _EXACT.fullmatch(value) is None:
        rule = Rule(code="cda.time.zone", source="CI-SIS, structuration minimale, effectiveTime", field="created")
        yield finding(
            rule,
            element,
            Words(
                "La date du document n'a pas ses secondes et son fuseau (20261125083000+0100).",
                "Le logiciel n'a donné que le jour, ou une heure sans fuseau.",
                "Donnez la date et l'heure complètes, avec le fuseau.",
            ),
        )


def _roots(index: Index) -> Iterator[RuleFinding]:
    rule = Rule(code="cda.oid.form", source=f"{_ANS}, II")
    words = Words(
        "Un identifiant n'est ni un OID ni un UUID.",
        "Un arc commence par un zéro, un texte à remplacer est resté, ou l'identifiant est d'une autre sorte.",
        "Corrigez l'identifiant là où il est configuré.",
    )
    for element in index.document.iter(f"{V3}*"):
        root = element.get("root")
        if root is not None and _OID.fullmatch(root) is None and _UUID.fullmatch(root) is None:
            yield finding(rule, element, words)


def _passages(index: Index) -> Iterator[RuleFinding]:
    """Identifiers in texts are XML names, each once; references lead to one of them."""
    held = [one for one in index.document.iter(f"{V3}*") if "ID" in one.attrib]
    counted = Counter(attribute(one, "ID") for one in held)
    seen: set[str] = set()
    for one in held:
        name = attribute(one, "ID")
        if _NAME.fullmatch(name) is None:
            yield finding(_NARRATIVE.name, one, _BAD_NAME)
        if counted[name] > 1 and name in seen:
            yield finding(_NARRATIVE.twice, one, _TWICE)
        seen.add(name)
    for one in index.named("reference"):
        value = attribute(one, "value")
        if value.startswith("#") and len(value) > 1 and value[1:] not in counted:
            yield finding(_NARRATIVE.dangling, one, _DANGLING)


class _NARRATIVE:
    _source = "HL7 CDA R2, 4.3.5"
    name = Rule(code="cda.narrative.id", source=_source)
    twice = Rule(code="cda.narrative.twice", source=_source)
    dangling = Rule(code="cda.reference.dangling", source=_source)


_BAD_NAME = Words(
    "Un repère du texte commence par un chiffre ou contient une espace.",
    "Le logiciel a fait le repère avec un numéro ou un libellé.",
    "Commencez chaque repère par une lettre, sans espace.",
)
_TWICE = Words(
    "Le même repère sert deux fois dans le texte.",
    "Deux lignes du texte ont été faites avec le même repère.",
    "Donnez à chaque ligne son propre repère.",
)
_DANGLING = Words(
    "Une donnée codée renvoie à un passage du texte qui n'existe pas.",
    "Le texte et les données codées n'ont pas été faits ensemble.",
    "Ajoutez le passage au texte, ou corrigez le renvoi.",
)


def _repeated(index: Index) -> Iterator[RuleFinding]:
    """Two entries never have the same identifier; an internal reference has that of what it refers to."""
    rule = Rule(code="cda.entry.id", source="HL7 CDA R2, identifiants des entrées")
    seen: set[tuple[str, str]] = set()
    for name in _STATEMENTS:
        for element in index.named(name):
            identifier = child(element, "id")
            key = (attribute(identifier, "root"), attribute(identifier, "extension"))
            templates = {attribute(one, "root") for one in element.iterchildren(f"{V3}templateId")}
            if not key[0] or _INTERNAL in templates:
                continue
            if key in seen:
                yield finding(
                    rule,
                    element,
                    Words(
                        "Deux données codées ont le même identifiant.",
                        "Une ligne a été copiée avec son identifiant.",
                        "Donnez à chaque donnée son propre identifiant.",
                    ),
                )
            seen.add(key)


__all__ = ["Severity", "is_time", "run_written"]
