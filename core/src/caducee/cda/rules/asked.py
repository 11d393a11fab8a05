"""What a check asks of one element: its attributes, its code, its content, what stands above it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from lxml import etree

from caducee.cda.reading.elements import XSI_TYPE, attribute, text
from caducee.cda.rules.index import Index
from caducee.cda.rules.table import Check
from caducee.cda.rules.words import Words, blank, label, missing, too_many, wrong
from caducee.errors import TerminologyMissing


def faults(check: Check, element: etree._Element, where: str, index: Index) -> Iterator[Words]:
    """Yield what is wrong with an element, as one check sees it."""
    null = element.get("nullFlavor")
    if null is not None and (not check.null or (check.nulls and null not in check.nulls)):
        yield missing(label(where), f"{where}, nullFlavor")
        return
    if null is not None and (check.or_null or check.nulls):
        return
    if check.has and not index.owns(element, check.has):
        yield missing("le modèle", f"{where}/templateId {check.has}")
    yield from _attributes(check, element, where)
    yield from _above(check, element, where)
    yield from _coded(check, element, where, index)
    yield from _content(check, element, where, index)


def _attributes(check: Check, element: etree._Element, where: str) -> Iterator[Words]:
    what = label(where)
    for name in check.required:
        if not attribute(element, name).strip():
            yield missing(what, f"{where}/@{name}")
    for name, other in check.needs.items():
        if element.get(name) is not None and element.get(other) is None:
            yield missing(what, f"{where}/@{other}")
    for name in check.forbidden:
        if element.get(name) is not None:
            yield too_many(what, f"{where}/@{name}", 0)
    for name, expected in _unlike(check, element):
        yield wrong(what, f"{where}/@{name}", expected)


def _unlike(check: Check, element: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield the attributes that have another value than they may, and what they may have."""
    for name, value in check.fixed.items():
        if attribute(element, name) != value:
            yield name, f"« {value} »"
    for name, values in check.one_of.items():
        if element.get(name) is not None and not set(attribute(element, name).split()) <= set(values):
            yield name, ", ".join(values)
    for name, values in check.refused.items():
        if attribute(element, name) in values:
            yield name, "une autre valeur"
    yield from _misshapen(check, element)


def _misshapen(check: Check, element: etree._Element) -> Iterator[tuple[str, str]]:
    for name, pattern in check.pattern.items():
        if _pattern(pattern).fullmatch(attribute(element, name)) is None:
            yield name, f"la forme {pattern}"
    for name, pattern in check.form.items():
        if element.get(name) is not None and _pattern(pattern).fullmatch(attribute(element, name)) is None:
            yield name, f"la forme {pattern}"
    if check.type and element.get("nullFlavor") is None and check.type not in attribute(element, XSI_TYPE):
        yield "xsi:type", f"« {check.type} »"


def _coded(check: Check, element: etree._Element, where: str, index: Index) -> Iterator[Words]:
    terminology = index.terminology
    for name, table in check.codes.items():
        value = attribute(element, name)
        if value and not terminology.knows(table, value):
            yield wrong(label(where), f"{where}/@{name}", f"un code de la table « {table} »")
    if not check.table or element.get("nullFlavor") is not None:
        return
    try:
        known = terminology.code(check.table, attribute(element, "code"))
    except TerminologyMissing:
        yield wrong(label(where), f"{where}/@code", f"un code de la table « {check.table} »")
        return
    if attribute(element, "codeSystem") != known.system:
        yield wrong(label(where), f"{where}/@codeSystem", f"« {known.system} »")


def _content(check: Check, element: etree._Element, where: str, index: Index) -> Iterator[Words]:
    if check.texts and text(element) not in check.texts:
        yield wrong(label(where), where, ", ".join(check.texts))
    if check.filled and not text(element):
        yield blank(label(where), where)
    if check.any and not any(_there(element, one, index) for one in check.any):
        yield missing(" ou ".join(map(label, check.any)), f"{where} : {', '.join(check.any)}")
    for one in check.all:
        if not index.reached(element, one):
            yield missing(label(one), f"{where}/{one}")
    if check.one:
        there = [one for one in check.one if index.reached(element, one)]
        if not there and not check.optional:
            yield missing(" ou ".join(map(label, check.one)), f"{where} : {', '.join(check.one)}")
        if len(there) > 1:
            yield too_many(" et ".join(map(label, there)), f"{where} : {', '.join(there)}", 1)


def _there(element: etree._Element, path: str, index: Index) -> bool:
    return bool(attribute(element, path[1:]) if path.startswith("@") else index.reached(element, path))


def _above(check: Check, element: etree._Element, where: str) -> Iterator[Words]:
    """Look at how the element is linked to what holds it."""
    holder = element.getparent()
    for name, value in check.above.items():
        if attribute(holder, name) != value:
            yield wrong(f"le lien vers {label(where)}", f"{where}/../@{name}", f"« {value} »")


Test = Callable[[etree._Element, Index], object]


def tests(check: Check) -> tuple[Test, ...]:
    """Return what an element without a null flavour must pass for a check to have no fault: quick to say yes."""
    found = [_has_words(name) for name in check.required]
    found += [_is(name, value) for name, value in check.fixed.items()]
    found += [_is_among(name, frozenset(values)) for name, values in check.one_of.items()]
    if check.needs or check.forbidden or check.refused or check.pattern or check.form or check.type:
        found.append(lambda one, _: next(_attributes(check, one, ""), None) is None)
    if check.has:
        found.append(lambda one, index: index.owns(one, check.has))
    if check.above:
        found.append(lambda one, _: next(_above(check, one, ""), None) is None)
    if check.table or check.codes:
        found.append(lambda one, index: next(_coded(check, one, "", index), None) is None)
    if check.texts or check.filled or check.any or check.all or check.one:
        found.append(lambda one, index: next(_content(check, one, "", index), None) is None)
    return tuple(found)


def _has_words(name: str) -> Test:
    return lambda one, _: one.get(name, "").strip()


def _is(name: str, value: str) -> Test:
    return lambda one, _: one.get(name) == value


def _is_among(name: str, values: frozenset[str]) -> Test:
    return lambda one, _: one.get(name) is None or one.get(name) in values


@cache
def _pattern(written: str) -> re.Pattern[str]:
    return re.compile(written, re.ASCII)
