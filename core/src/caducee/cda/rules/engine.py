"""Runs the rules that are data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

import msgspec
from lxml import etree

from caducee.cda.reading.elements import attribute, elements, local, text
from caducee.cda.reading.parsing import V3
from caducee.cda.rules.finding import RuleFinding, Severity
from caducee.cda.rules.index import Index, below, place
from caducee.cda.rules.locate import field_of
from caducee.cda.rules.table import Check, Context, Table
from caducee.cda.rules.words import Words, blank, label, missing, too_many, wrong
from caducee.errors import TerminologyMissing


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of a table: its stable code, where it comes from, how bad it is, the field it is about."""

    code: str
    source: str
    severity: Severity = Severity.ERROR
    field: str = ""


def finding(rule: Rule, element: etree._Element, words: Words) -> RuleFinding:
    """Return what a rule says of an element."""
    line, where = place(element)
    return RuleFinding(
        rule=rule.code,
        severity=rule.severity,
        line=line,
        xpath=where,
        field=field_of(element) or rule.field,
        message=words.message,
        cause=words.cause,
        remedy=words.remedy,
        source=rule.source,
    )


def run(name: str, table: Table, index: Index, day: date) -> Iterator[RuleFinding]:
    """Yield what the rules of one table say of a document, as of a day."""
    for context in table.context:
        for element in _elements(context, index):
            if context.order:
                yield from _foreseen(f"{name}.{context.section}", table.source, context, element)
            for check in context.checks:
                if check.holds_on(day):
                    yield from _checked(name, table, context, check, element, index)


def _elements(context: Context, index: Index) -> list[etree._Element]:
    if context.document and not index.declares(context.document, context.version):
        return []
    if context.version and not context.document and not index.declares(context.template, context.version):
        return []
    if context.path:
        return index.at(context.path)
    found = index.named(context.every) if context.every else index.with_template(context.template)
    return [one for element in found for one in below(element, context.child)] if context.child else found


def _checked(
    name: str, table: Table, context: Context, check: Check, element: etree._Element, index: Index
) -> Iterator[RuleFinding]:
    part = context.path.replace("/", ".").replace("[1]", "") or context.every or context.template
    code = f"cda.{name}.{part}.{check.id}" if part != "." else f"cda.{name}.{check.id}"
    rule = Rule(code=code, source=f"{table.source}, {context.section}", severity=check.severity, field=check.field)
    for at, words in _all(check, element, index):
        said = Words(check.message, words.cause, words.remedy) if check.message else words
        yield finding(rule, at, said)


Said = Iterator[tuple[etree._Element, Words]]


def _all(check: Check, element: etree._Element, index: Index) -> Said:
    if check.template:
        yield from _templates(check, element, index)
        return
    if check.templates:
        owned = {attribute(one, "root") for one in element.iterchildren(f"{V3}templateId")}
        if not (
            any(index.inside(element, one) for one in check.templates) if check.inside else owned & {*check.templates}
        ):
            yield element, missing("le modèle attendu", " ou ".join(check.templates[:3]))
        return
    found = below(element, check.child)
    where = check.child if check.child != "." else local(element)
    if len(found) < check.min:
        yield element, missing(label(where), where)
    if check.max is not None and len(found) > check.max:
        yield found[check.max], too_many(label(where), where, check.max)
    for one in found:
        yield from _one(check, one, where, index)


def _templates(check: Check, element: etree._Element, index: Index) -> Said:
    if check.own:
        count = sum(
            attribute(one, "root") == check.template and check.extension in ("", attribute(one, "extension"))
            for one in element.iterchildren(f"{V3}templateId")
        )
    else:
        count = index.inside(element, check.template)
    what = "le modèle" if check.own else "la section ou l'entrée"
    where = f"{check.template} {check.extension}".strip()
    if count < check.min:
        yield element, missing(what, where)
    if check.max is not None and count > check.max:
        yield element, too_many(what, where, check.max)


def _one(check: Check, element: etree._Element, where: str, index: Index) -> Said:
    null = element.get("nullFlavor")
    if null is not None and (not check.null or (check.nulls and null not in check.nulls)):
        yield element, missing(label(where), f"{where}, nullFlavor")
        return
    if null is not None and (check.or_null or check.nulls):
        return
    for words in (
        *_attributes(check, element, where),
        *_coded(check, element, where, index),
        *_content(check, element, where),
    ):
        yield element, words


def _attributes(check: Check, element: etree._Element, where: str) -> Iterator[Words]:
    what = label(where)
    for name in check.required:
        if not attribute(element, name).strip():
            yield missing(what, f"{where}/@{name}")
    for name in check.forbidden:
        if name in element.attrib:
            yield too_many(what, f"{where}/@{name}", 0)
    for name, expected in _unlike(check, element):
        yield wrong(what, f"{where}/@{name}", expected)


def _unlike(check: Check, element: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield the attributes that have another value than they may, and what they may have."""
    for name, value in check.fixed.items():
        if attribute(element, name) != value:
            yield name, f"« {value} »"
    for name, values in check.one_of.items():
        if name in element.attrib and not set(attribute(element, name).split()) <= set(values):
            yield name, ", ".join(values)
    for name, values in check.refused.items():
        if attribute(element, name) in values:
            yield name, "une autre valeur"
    for name, pattern in check.pattern.items():
        if _pattern(pattern).fullmatch(attribute(element, name)) is None:
            yield name, f"la forme {pattern}"


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


def _content(check: Check, element: etree._Element, where: str) -> Iterator[Words]:
    if check.texts and text(element) not in check.texts:
        yield wrong(label(where), where, ", ".join(check.texts))
    if check.filled and not text(element):
        yield blank(label(where), where)
    if check.any and not any(below(element, one) for one in check.any):
        yield missing(" ou ".join(map(label, check.any)), f"{where} : {', '.join(check.any)}")
    for one in check.all:
        if not below(element, one):
            yield missing(label(one), f"{where}/{one}")
    if check.one:
        there = [one for one in check.one if below(element, one)]
        if not there and not check.optional:
            yield missing(" ou ".join(map(label, check.one)), f"{where} : {', '.join(check.one)}")
        if len(there) > 1:
            yield too_many(" et ".join(map(label, there)), f"{where} : {', '.join(there)}", 1)


def _foreseen(code: str, source: str, context: Context, element: etree._Element) -> Iterator[RuleFinding]:
    """An element that nobody foresaw is a warning (closed model); one out of its order is refused by the schema."""
    last = 0
    prefix = f"cda.{code.partition('.')[0]}.{context.path.replace('/', '.') if context.path != '.' else 'document'}"
    for one in elements(element):
        name = local(one)
        if name not in context.order:
            if str(one.tag).startswith(V3):
                rule = Rule(
                    code=f"{prefix}.unforeseen", source=f"{source}, {context.section}", severity=Severity.WARNING
                )
                yield finding(rule, one, too_many(label(name), name, 0))
            continue
        at = context.order.index(name)
        if at < last:
            rule = Rule(code=f"{prefix}.order", source=f"HL7 CDA R2, {context.section}")
            yield finding(rule, one, wrong(label(name), name, "l'ordre du schéma"))
        last = max(last, at)


@cache
def _pattern(text_of_it: str) -> re.Pattern[str]:
    return re.compile(text_of_it, re.ASCII)
