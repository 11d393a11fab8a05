"""Runs the rules that are data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import NamedTuple

import msgspec
from lxml import etree

from caducee.cda.reading.elements import attribute, child, elements, local
from caducee.cda.reading.parsing import V3
from caducee.cda.rules.asked import Test, faults, tests
from caducee.cda.rules.finding import RuleFinding, Severity
from caducee.cda.rules.index import Index, place
from caducee.cda.rules.locate import field_of, place_of
from caducee.cda.rules.table import Check, Context, Table, tables
from caducee.cda.rules.words import Words, label, missing, too_many, wrong


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
        field=field_of(element) or rule.field or place_of(element),
        message=words.message,
        cause=words.cause,
        remedy=words.remedy,
        source=rule.source,
    )


class _Planned(NamedTuple):
    """A check that is ready to run: the rule that it is, and the tests that tell at once that nothing is wrong."""

    check: Check
    rule: Rule
    dated: bool
    plain: bool
    tests: tuple[Test, ...]


class _Place(NamedTuple):
    """A context that is ready to run."""

    name: str
    source: str
    context: Context
    checks: tuple[_Planned, ...]


@cache
def _places() -> tuple[_Place, ...]:
    return tuple(
        _Place(
            name=name,
            source=table.source,
            context=context,
            checks=tuple(_planned(name, table, context, check) for check in context.checks),
        )
        for name, table in tables()
        for context in table.context
    )


def _planned(name: str, table: Table, context: Context, check: Check) -> _Planned:
    part = context.path.replace("/", ".").replace("[1]", "") or context.place or context.every or context.template
    code = f"cda.{name}.{part}.{check.id}" if part != "." else f"cda.{name}.{check.id}"
    rule = Rule(code=code, source=f"{table.source}, {context.section}", severity=check.severity, field=check.field)
    asked_sometimes = check.when or check.only or check.owned or check.coded or check.uncoded
    return _Planned(
        check=check,
        rule=rule,
        dated=check.since is not None or check.until is not None,
        plain=not (check.template or check.templates or check.some or asked_sometimes),
        tests=tests(check),
    )


def run(index: Index, day: date) -> Iterator[RuleFinding]:
    """Yield what the rules of the tables say of a document, as of a day."""
    for place_ in _places():
        context = place_.context
        for element in _elements(context, index):
            if context.parents or context.expected or context.once:
                yield from _own(place_, element, index)
            if context.order:
                yield from _foreseen(f"{place_.name}.{context.section}", place_.source, context, element)
            for planned in place_.checks:
                if planned.plain and _passes(planned, element, index):
                    continue
                if not planned.dated or planned.check.holds_on(day):
                    for at, words in _all(planned, element, index):
                        yield finding(planned.rule, at, _said(planned.check, words))


def _passes(planned: _Planned, element: etree._Element, index: Index) -> bool:
    """Say at once that nothing is wrong, which is nearly always so."""
    check = planned.check
    found = index.reached(element, check.child)
    if len(found) < check.min or (check.max is not None and len(found) > check.max):
        return False
    for one in found:
        if one.get("nullFlavor") is not None:
            return False
        for test in planned.tests:
            if not test(one, index):
                return False
    return True


def _said(check: Check, words: Words) -> Words:
    return Words(check.message, words.cause, words.remedy) if check.message else words


def _elements(context: Context, index: Index) -> list[etree._Element]:
    if context.document and not index.declares(context.document, context.version):
        return []
    if context.version and not context.document and not index.declares(context.template, context.version):
        return []
    if context.path:
        return index.at(context.path)
    if context.paths:
        return [one for path in context.paths for one in index.at(path)]
    found = index.named(context.every) if context.every else index.with_template(context.template)
    if context.coded:
        found = [one for one in found if attribute(child(one, "code"), "code") == context.coded]
    if context.within:
        found = [one for one in found if next(one.iterancestors(f"{V3}{context.within}"), None) is not None]
    return [one for element in found for one in index.reached(element, context.child)] if context.child else found


Said = Iterator[tuple[etree._Element, Words]]


def _all(planned: _Planned, element: etree._Element, index: Index) -> Said:
    check = planned.check
    if check.template or check.templates:
        yield from _templates(check, element, index)
        return
    if not _asked(check, element, index):
        return
    found = index.reached(element, check.child)
    where = check.child if check.child != "." else local(element)
    if len(found) < check.min:
        yield element, missing(label(where), where)
    if check.max is not None and len(found) > check.max:
        yield found[check.max], too_many(label(where), where, check.max)
    if check.some and not any(_has(one, check.some) for one in found):
        yield element, missing(label(where), f"{where}/@{', @'.join(check.some)}")
    for one in found:
        if (not check.only or _has(one, check.only)) and (not check.owned or index.owns(one, check.owned)):
            if one.get("nullFlavor") is None and all(test(one, index) for test in planned.tests):
                continue
            for words in faults(check, one, where, index):
                yield one, words


def _asked(check: Check, element: etree._Element, index: Index) -> bool:
    """Say whether what stands in the element makes the check one of its own."""
    if check.coded or check.uncoded:
        code = attribute(child(element, "code"), "code")
        if code in check.uncoded or (check.coded and code not in check.coded):
            return False
    return not check.when or bool(index.reached(element, check.when))


def _has(element: etree._Element, attributes: Mapping[str, str]) -> bool:
    """Say whether an element has attributes with these values; ``*`` is any."""
    for name, value in attributes.items():
        own = element.get(name)
        if own is None or value not in ("*", own):
            return False
    return True


def _templates(check: Check, element: etree._Element, index: Index) -> Said:
    if check.templates:
        there = index.inside if check.inside else index.owns
        if _asked(check, element, index) and not any(there(element, one) for one in check.templates):
            yield element, missing("le modèle attendu", " ou ".join(check.templates[:3]))
        return
    if check.own and not check.extension:
        count = index.owns(element, check.template)
    elif check.own:
        count = sum(
            attribute(one, "root") == check.template and attribute(one, "extension") == check.extension
            for one in element.iterchildren(f"{V3}templateId")
        )
    elif check.at:
        count = sum(index.owns(one, check.template) for one in index.reached(element, check.at))
    else:
        count = index.inside(element, check.template)
    what = "le modèle" if check.own else "la section ou l'entrée"
    where = f"{check.template} {check.extension}".strip()
    if count < check.min:
        yield element, missing(what, where)
    if check.max is not None and count > check.max:
        yield element, too_many(what, where, check.max)


def _own(place_: _Place, element: etree._Element, index: Index) -> Iterator[RuleFinding]:
    """A template comes with those that it is made from; some stand once."""
    name, context = place_.name, place_.context
    source = f"{place_.source}, {context.section}"
    for severity, parents in ((Severity.ERROR, context.parents), (Severity.WARNING, context.expected)):
        for parent in parents:
            if not index.owns(element, parent):
                rule = Rule(code=f"cda.{name}.{context.template}.parents", source=source, severity=severity)
                yield finding(rule, element, missing("le modèle parent", parent))
    if context.once and index.owns(element, context.template) > 1:
        rule = Rule(code=f"cda.{name}.{context.template}.once", source=source)
        yield finding(rule, element, too_many("le modèle", context.template, 1))


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
