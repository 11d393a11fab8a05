"""Rules on how values are written: times, identifiers, references, texts. The national stack lets most of them pass."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import cast

from lxml import etree

from caducee.cda.reading.elements import attribute, child
from caducee.cda.reading.parsing import V3
from caducee.cda.rules.engine import Rule, finding
from caducee.cda.rules.finding import RuleFinding
from caducee.cda.rules.index import Index
from caducee.cda.rules.values import is_time
from caducee.cda.rules.words import Words, label

_EXACT = re.compile(r"\d{14}(?:\.\d+)?[+-]\d{4}", re.ASCII)
_OID = re.compile(r"[0-2](\.(0|[1-9]\d*))+", re.ASCII)
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII)
_NAME = re.compile(r"[^\W\d][\w.\-]*")
_INTERNAL = "1.3.6.1.4.1.19376.1.5.3.1.4.4.1"
_STATEMENTS = ("act", "observation", "organizer", "procedure", "substanceAdministration", "supply", "encounter")
_ANS = "HL7 v3 Data Types"
_WITH_OID = etree.XPath("descendant::*[@root or @codeSystem]")
_WITH_ID = etree.XPath("descendant::*[@ID]")
WRONG_TIME = Rule(code="cda.time.form", source=f"{_ANS}, TS")


def run_written(index: Index) -> Iterator[RuleFinding]:
    """Yield what is written wrong."""
    yield from _created(index)
    yield from _roots(index)
    yield from _passages(index)
    yield from _repeated(index)


def wrong_time(name: str) -> Words:
    """A time is none, or not one of HL7."""
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
        "Un identifiant, ou celui d'une nomenclature, n'est ni un OID ni un UUID.",
        "Un arc commence par un zéro, un texte à remplacer est resté, ou l'identifiant est d'une autre sorte.",
        "Corrigez l'identifiant là où il est configuré.",
    )
    for element in _found(_WITH_OID, index):
        for name in ("root", "codeSystem"):
            value = element.get(name)
            if value is not None and not _is_oid(value):
                yield finding(rule, element, words)


def _found(path: etree.XPath, index: Index) -> list[etree._Element]:
    return cast("list[etree._Element]", path(index.document))


@lru_cache(maxsize=4096)
def _is_oid(value: str) -> bool:
    return _OID.fullmatch(value) is not None or _UUID.fullmatch(value) is not None


def _passages(index: Index) -> Iterator[RuleFinding]:
    """Identifiers in texts are XML names, each once; references lead to one of them."""
    held = _found(_WITH_ID, index)
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
    for one in index.named("renderMultiMedia"):
        if any(name not in counted for name in attribute(one, "referencedObject").split()):
            yield finding(_NARRATIVE.dangling, one, _NO_PICTURE)


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
_NO_PICTURE = Words(
    "Le texte montre une image ou un fichier qui n'est pas dans le document.",
    "Le fichier a été retiré, ou son repère a changé.",
    "Joignez le fichier, ou retirez son renvoi du texte.",
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


__all__ = ["WRONG_TIME", "run_written", "wrong_time"]
