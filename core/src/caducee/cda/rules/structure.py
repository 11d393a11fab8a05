"""A document against the schema: the order and the number of the children, the attributes, the data types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import cast

from lxml import etree

from caducee.cda.reading.elements import XSI_TYPE, local
from caducee.cda.rules.engine import Rule, finding
from caducee.cda.rules.finding import RuleFinding
from caducee.cda.rules.index import Index
from caducee.cda.rules.schema import Kind, kinds
from caducee.cda.rules.typed import typed_faults
from caducee.cda.rules.words import Words, label, missing, too_many, wrong
from caducee.cda.rules.written import WRONG_TIME, wrong_time

_SOURCE = "HL7 CDA R2, schéma"
# What a hostile document may cost: shapes that are kept, their length, and faults that are told.
_MOST_SHAPES, _LONG, _MOST_FAULTS = 20_000, 64, 1_000
_FEW = 12
_OF_CHILDREN = ("unforeseen", "repeated", "order")

Said = tuple[str, etree._Element, Words]


def run_structure(index: Index) -> Iterator[RuleFinding]:
    """Yield what the schema refuses."""
    for problem, element, words in islice(_walk(index.document, kinds()), _MOST_FAULTS):
        if problem == "time":
            yield finding(WRONG_TIME, element, words)
        else:
            yield finding(
                Rule(code=f"cda.structure.{_judged(problem, element)}.{problem}", source=_SOURCE), element, words
            )


def _judged(problem: str, element: etree._Element) -> str:
    """Return the name of the element whose children are judged, or whose own attributes and text are."""
    holder = element.getparent()
    return local(holder if problem in _OF_CHILDREN and holder is not None else element)


def _walk(document: etree._Element, known: Mapping[str, Kind]) -> Iterator[Said]:
    """Go through the document once. The shape of an element (its class and the tags in it) is judged once for all."""
    waiting = [(document, known["ClinicalDocument"], "")]
    while waiting:
        element, kind, top = waiting.pop()
        if kind.abstract or (kind.typed and element.get(XSI_TYPE) is not None):
            own = _own(element, kind, known)
            if own is None:
                yield "type", element, wrong("le type de la valeur", f"{local(element)}/@xsi:type", kind.name)
                continue
            kind = own
        children = list(element)
        if not _is_right(element, kind, children):
            yield from _attributes(element, kind)
            yield from _inside(element, kind, children)
        if top:
            yield from typed_faults(element, top, kind.bases, children)
        found = kind.children
        for child in children:
            below = known.get(found.get(child.tag, ""))
            if below is not None:
                waiting.append((child, below, _top(child) if element is document else top))


def _is_right(element: etree._Element, kind: Kind, children: list[etree._Element]) -> bool:
    """Say at once that nothing is wrong, which is nearly always so."""
    values = kind.values
    name: str
    value: str
    for name, value in element.items():  # type: ignore[assignment]  # the stubs allow bytes
        allowed = values.get(name)
        if allowed is None or not allowed(value):
            return False
    for name in kind.required:
        if element.get(name) is None:
            return False
    if not kind.text and not _blank(element, children):
        return False
    if children:
        return _right(kind, tuple([one.tag for one in children]))  # a list is twice as fast
    return not kind.parts or _right(kind, ())


def _top(element: etree._Element) -> str:
    """Return the part of the header that an element is, empty for the body: it has other rules on data types."""
    name = local(element)
    return "" if name == "component" else name


def _inside(element: etree._Element, kind: Kind, children: list[etree._Element]) -> Iterator[Said]:
    if not _right(kind, tuple(one.tag for one in children)):
        yield from _faults(element, kind, [one for one in children if isinstance(one.tag, str)])
    if not kind.text and not _blank(element, children):
        yield "text", element, too_many("le texte", local(element), 0)


_shapes: dict[tuple[str, tuple[object, ...]], bool] = {}


def _right(kind: Kind, tags: tuple[object, ...]) -> bool:
    """Say whether children are those of the class; what was said is kept, up to a number of shapes."""
    if len(tags) > _LONG:
        return _fits(kind, tags)
    known = _shapes.get((kind.name, tags))
    if known is None:
        known = _fits(kind, tags)
        if len(_shapes) < _MOST_SHAPES:
            _shapes[kind.name, tags] = known
    return known


def _fits(kind: Kind, tags: tuple[object, ...]) -> bool:
    judged = [one for one in tags if isinstance(one, str) and _is_ours(kind, one)]
    return kind.model.fullmatch("".join(f"{one}>" for one in judged)) is not None


def _is_ours(kind: Kind, tag: str) -> bool:
    """Say whether the table knows of the namespace in this class: extensions that it does not tell are let pass."""
    return tag[1:].partition("}")[0] in kind.namespaces


def _blank(element: etree._Element, children: list[etree._Element]) -> bool:
    said = element.text
    if said and not said.isspace():
        return False
    for one in children:
        said = one.tail
        if said and not said.isspace():
            return False
    return True


def _faults(element: etree._Element, kind: Kind, children: list[etree._Element]) -> Iterator[Said]:
    """Tell why children are not those of the class: the most telling reason only."""
    ours = [one for one in children if _is_ours(kind, str(one.tag))]
    strangers = [one for one in ours if one.tag not in kind.children]
    if strangers:
        for one in strangers:
            yield "unforeseen", one, too_many(label(local(one)), f"{local(element)}/{local(one)}", 0)
        return
    counted = Counter(str(one.tag) for one in ours)
    faults = list(_counted(element, kind, ours, counted)) or list(_ordered(kind, ours))
    yield from faults
    if not faults:
        yield (
            "content",
            element,
            wrong(label(local(element)), local(element), "d'autres éléments, ou un seul d'entre eux"),
        )


def _counted(element: etree._Element, kind: Kind, ours: list[etree._Element], counted: Counter[str]) -> Iterator[Said]:
    for part in kind.parts:
        where = f"{local(element)}/{part.name}"
        if counted[part.tag] < part.min:
            yield "missing", element, missing(label(part.name), where)
        elif part.max is not None and counted[part.tag] > part.max:
            last = [one for one in ours if one.tag == part.tag][part.max]
            yield "repeated", last, too_many(label(part.name), where, part.max)


def _ordered(kind: Kind, ours: list[etree._Element]) -> Iterator[Said]:
    places = {part.tag: at for at, part in reversed(list(enumerate(kind.parts)))}
    last = 0
    for one in ours:
        at = places[str(one.tag)]
        if at < last:
            yield "order", one, wrong(label(local(one)), local(one), "l'ordre du schéma")
        last = max(last, at)


def _attributes(element: etree._Element, kind: Kind) -> Iterator[Said]:
    values = kind.values
    for name, value in _items(element):
        allowed = values.get(name)
        if allowed is None:
            if not name.startswith("{"):
                yield "attribute", element, too_many(f"l'attribut « {name} »", f"{local(element)}/@{name}", 0)
        elif not allowed(value):
            yield from _refused(element, kind, name)
    for name in kind.required:
        if element.get(name) is None:
            yield "attribute", element, missing(f"l'attribut « {name} »", f"{local(element)}/@{name}")


def _items(element: etree._Element) -> list[tuple[str, str]]:
    return cast("list[tuple[str, str]]", element.items())


def _refused(element: etree._Element, kind: Kind, name: str) -> Iterator[Said]:
    where = f"{local(element)}/@{name}"
    if "TS" in kind.bases and name == "value":
        yield "time", element, wrong_time(local(element))
    else:
        yield "value", element, wrong(label(local(element)), where, _expected(kind, name))


def _expected(kind: Kind, name: str) -> str:
    vocabulary = getattr(kind.values[name], "__self__", None)
    if isinstance(vocabulary, frozenset) and len(vocabulary) <= _FEW:
        return ", ".join(sorted(vocabulary))
    return "une valeur de ce type" if "ANY" in kind.bases else "une valeur du vocabulaire de HL7"


def _own(element: etree._Element, kind: Kind, known: Mapping[str, Kind]) -> Kind | None:
    """Return the class that an element says it has, when it may have it; ``None`` when it may not."""
    said = element.get(XSI_TYPE)
    if said is None:
        return None if kind.abstract else kind
    own = known.get(said.strip().rpartition(":")[2])
    return own if own is not None and kind.name in own.bases and not own.abstract else None
