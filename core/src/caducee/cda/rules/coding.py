"""Codes as they are written: the form of each nomenclature, the units of the doses and of the values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from caducee.cda.check.ucum import is_unit
from caducee.cda.reading.elements import XSI_TYPE, attribute, local
from caducee.cda.reading.parsing import V3
from caducee.cda.rules.engine import Rule, finding
from caducee.cda.rules.finding import RuleFinding
from caducee.cda.rules.index import Index
from caducee.cda.rules.words import Words, label, missing, wrong
from caducee.model.codes import ATC, CCAM, CIM_10, EMDN

_FORM = Rule(code="cda.code.form", source="CI-SIS, terminologies")
_UNIT = Rule(code="cda.unit.ucum", source="UCUM, 2.1")
_CODED_TYPES = ("CD", "CE")
_QUANTITIES = ("doseQuantity", "rateQuantity")
# UCUM has it; the list of the stack does not, and nothing is lost without it.
_ONE = "1"
# A unit in brackets is one of the many that UCUM takes from elsewhere.
_BRACKETS = re.compile(r"\[[^\]\s]+\]")

# The stack knows each code of these; here their form is held, which is all that can be without the nomenclatures.
_FORMS = {
    CIM_10: re.compile(r"[A-Z]\d{2}(\.?[\d+]{1,4})?([+*†!]\d*)?", re.ASCII),
    CCAM: re.compile(r"[A-Z]{4}\d{3}|\d{2}(\.\d{2}){0,3}", re.ASCII),
    ATC: re.compile(r"[A-Z](\d{2}([A-Z]([A-Z](\d{2})?)?)?)?", re.ASCII),
    EMDN: re.compile(r"[A-Z]\d{2,14}", re.ASCII),
}


def run_coding(index: Index) -> Iterator[RuleFinding]:
    """Yield the codes that have not the form of their nomenclature, and the units that are none."""
    for element in index.named("code"):
        yield from _coded(element)
    for element in index.named("value"):
        kind = attribute(element, XSI_TYPE).rpartition(":")[2]
        if kind in _CODED_TYPES:
            yield from _coded(element)
        elif kind == "PQ":
            yield from _unit(element)
        elif kind == "IVL_PQ":
            yield from _bounds(element)
    for name in _QUANTITIES:
        for element in index.named(name):
            yield from _bounds(element)


def _coded(element: etree._Element) -> Iterator[RuleFinding]:
    form = _FORMS.get(attribute(element, "codeSystem"))
    if form is None:
        return
    where = local(element)
    code = attribute(element, "code")
    if not code:
        yield finding(_FORM, element, missing(label(where), f"{where}/@code"))
    elif form.fullmatch(code) is None:
        yield finding(_FORM, element, wrong(label(where), f"{where}/@code", "la forme de sa nomenclature"))


def _bounds(element: etree._Element) -> Iterator[RuleFinding]:
    for name in ("low", "high"):
        for one in element.iterchildren(f"{V3}{name}"):
            yield from _unit(one)


def _unit(element: etree._Element) -> Iterator[RuleFinding]:
    unit = element.get("unit")
    if unit and (unit == _ONE or not is_unit(_BRACKETS.sub("1", unit))):
        yield finding(_UNIT, element, _NO_UNIT)


_NO_UNIT = Words(
    "Une unité n'existe pas dans UCUM.",
    "L'unité a été écrite en toutes lettres ou abrégée à la main.",
    "Écrivez l'unité en UCUM (mg, mL, [IU]) ; une unité de compte va entre accolades ({comprimé}).",
)
