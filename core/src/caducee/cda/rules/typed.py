"""What goes together in a value of the header: a null flavour stands alone, and without one something is said.

The national stack holds the data types of HL7 v3 in the header only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice

from lxml import etree

from caducee.cda.reading.elements import XSI_TYPE, attribute, child, local
from caducee.cda.reading.parsing import V3
from caducee.cda.rules.values import instant
from caducee.cda.rules.words import Words, blank, label, missing, too_many, wrong

_MAY_SAY_MORE = frozenset({"OTH", "NA", "UNC"})
_MORE = frozenset({"extension", "codeSystem", "codeSystemName", "codeSystemVersion"})
_BESIDE_NULL = frozenset({"nullFlavor", XSI_TYPE, "partType", "classCode", "typeCode", "determinerCode", "moodCode"})
_ADDRESS = ("tel:", "fax:", "mailto:", "http:", "https:", "ftp:", "mllp:")
# What a hostile document may cost: so many others are compared with each.
_MOST_OTHERS = 50
_DISTINCT = frozenset({"II", "TEL", "AD", "CS"})
_ALONE = frozenset({"TEL", "AD"})

Said = tuple[str, etree._Element, Words]
Fault = tuple[str, Words]


# What may have both a null flavour and a content, as the national stack lets it pass.
_LENIENT = frozenset(
    {
        "representedCustodianOrganization/name",
        "assignedAuthor/representedOrganization/name",
        "legalAuthenticator/assignedEntity/representedOrganization/name",
        "serviceEvent/effectiveTime",
        "associatedPerson/name",
        "associatedPerson/name/family",
        "associatedPerson/name/given",
        "associatedPerson/name/suffix",
    }
)
# The identifiers that may have no root.
_ROOTLESS = frozenset(
    {
        "assignedAuthor/representedOrganization/id",
        "legalAuthenticator/assignedEntity/representedOrganization/id",
        "informationRecipient/intendedRecipient/id",
        "informationRecipient/intendedRecipient/receivedOrganization/id",
    }
)
# What may be said twice.
_REPEATED = frozenset({"relatedEntity/telecom"})
_FLAVOURS = frozenset({"UNK", "NASK", "ASKU", "NAV", "MSK"})


def typed_faults(
    element: etree._Element, top: str, bases: frozenset[str], children: list[etree._Element]
) -> Iterator[Said]:
    """Yield what is wrong in an element of the header below one of its parts, whose class has these bases."""
    if children:
        children = [one for one in children if isinstance(one.tag, str)]
    if "ANY" in bases and top != "dataEnterer":
        for problem, words in _faults(element, bases, children):
            yield problem, element, words
    elif top in _HELD_TO_NULLS and ("ANY" in bases or local(element) in _ORGANISED):
        null = element.get("nullFlavor")
        if null is not None and not _is_alone(element, null, children):
            yield "null", element, too_many(label(local(element)), f"{local(element)}, nullFlavor {null}", 0)


# The parts of the header where only this is asked, or where it is asked of structures too.
_HELD_TO_NULLS = frozenset({"dataEnterer", "participant"})
_ORGANISED = frozenset({"assignedPerson", "representedOrganization", "scopingOrganization"})


def _faults(element: etree._Element, bases: frozenset[str], children: list[etree._Element]) -> Iterator[Fault]:
    where = local(element)
    null = element.get("nullFlavor")
    if not _DISTINCT.isdisjoint(bases) and (null is None or "TEL" not in bases):
        yield from _distinct(element, where)
    if null is not None:
        if not _is_alone(element, null, children) and not _is_one_of(element, _LENIENT):
            yield "null", too_many(label(where), f"{where}, nullFlavor {null}", 0)
        if "TEL" in bases and null not in _FLAVOURS:
            yield "null", wrong(label(where), f"{where}/@nullFlavor", ", ".join(sorted(_FLAVOURS)))
        if not _ALONE.isdisjoint(bases) and any(
            one.get("nullFlavor") is None for one in islice(_others(element), _MOST_OTHERS)
        ):
            yield "null", too_many(label(where), f"{where}, nullFlavor {null}", 0)
        return
    for rule in _rules(bases):
        yield from rule(element, where, children)


def _is_alone(element: etree._Element, null: str, children: list[etree._Element]) -> bool:
    """With OTH, NA or UNC, the system or the words in which it could not be said may stand."""
    said = {str(name) for name in element.attrib} - _BESIDE_NULL
    if not said and not children and not _text(element):
        return True
    more = said & _MORE or any(local(one) in ("originalText", "translation") for one in children)
    return null in _MAY_SAY_MORE and said <= _MORE and bool(more)


def _is_one_of(element: etree._Element, paths: frozenset[str]) -> bool:
    names = [local(element), *(local(one) for one in element.iterancestors())]
    return any("/".join(reversed(names[:depth])) in paths for depth in (2, 3, 4))


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _others(element: etree._Element) -> Iterator[etree._Element]:
    yield from element.itersiblings(element.tag, preceding=True)
    yield from element.itersiblings(element.tag)


def _distinct(element: etree._Element, where: str) -> Iterator[Fault]:
    before = element.getprevious()
    if before is None or before.tag != element.tag or _is_one_of(element, _REPEATED):
        return
    others = islice(element.itersiblings(element.tag, preceding=True), _MOST_OTHERS)
    if _whole(element) in map(_whole, others):
        yield "distinct", too_many(label(where), where, 1)


def _whole(element: etree._Element) -> tuple[object, ...]:
    if local(element) == "templateId":
        return (attribute(element, "root"), attribute(element, "extension"))
    return (*sorted(element.items()), "".join(map(str, element.itertext())).strip())


def _identifier(element: etree._Element, where: str, _: list[etree._Element]) -> Iterator[Fault]:
    if element.get("root") is None and not _is_one_of(element, _ROOTLESS):
        yield "value", missing(label(where), f"{where}/@root")


def _address(element: etree._Element, where: str, _: list[etree._Element]) -> Iterator[Fault]:
    value = attribute(element, "value")
    if not any(value.startswith(one) and len(value) > len(one) for one in _ADDRESS):
        yield "value", wrong(label(where), f"{where}/@value", "tel:…, fax:…, mailto:…, http:…, ftp:… ou mllp:…")


def _code(element: etree._Element, where: str, _: list[etree._Element]) -> Iterator[Fault]:
    if element.get("code") is None and element.find(f"{V3}originalText") is None:
        yield "value", missing(label(where), f"{where}/@code")
    for name, other in _WITH:
        if element.get(name) is not None and element.get(other) is None:
            yield "value", missing(label(where), f"{where}/@{other}")


_WITH = (
    ("code", "codeSystem"),
    ("codeSystemName", "codeSystem"),
    ("codeSystemVersion", "codeSystem"),
    ("displayName", "code"),
)


def _simple_code(element: etree._Element, where: str, _: list[etree._Element]) -> Iterator[Fault]:
    if element.get("code") is None:
        yield "value", missing(label(where), f"{where}/@code")


def _value(element: etree._Element, where: str, children: list[etree._Element]) -> Iterator[Fault]:
    if element.get("value") is None and not children:
        yield "value", missing(label(where), f"{where}/@value")


def _span(element: etree._Element, where: str, children: list[etree._Element]) -> Iterator[Fault]:
    if element.get("value") is not None and children:
        yield "value", too_many(label(where), f"{where}/@value", 0)
    low, high = (instant(attribute(child(element, end), "value")) for end in ("low", "high"))
    if low and high and high < low:
        yield "value", wrong(label(where), f"{where}/high/@value", "une fin qui ne précède pas le début")


def _postal(element: etree._Element, where: str, children: list[etree._Element]) -> Iterator[Fault]:
    said = _text(element) or any((one.tail or "").strip() for one in children)
    if children and said:
        yield "mixed", too_many("le texte", where, 0)
    if not children and not said:
        yield "empty", blank(label(where), where)


def _name(element: etree._Element, where: str, children: list[etree._Element]) -> Iterator[Fault]:
    if _is_one_of(element, _LENIENT):
        return
    if children and (_text(element) or any((one.tail or "").strip() for one in children)):
        yield "mixed", too_many("le texte", where, 0)


def _part(element: etree._Element, where: str, children: list[etree._Element]) -> Iterator[Fault]:
    if not children and not _text(element):
        yield "empty", blank(label(where), where)


TypeRule = Callable[[etree._Element, str, list[etree._Element]], Iterator[Fault]]
_RULES: tuple[tuple[str, TypeRule], ...] = (
    ("II", _identifier),
    ("TEL", _address),
    ("CS", _simple_code),
    ("CD", _code),
    ("TS", _value),
    ("IVL_TS", _span),
    ("INT", _value),
    ("AD", _postal),
    ("EN", _name),
    ("AddressPart", _part),
)


@cache
def _rules(bases: frozenset[str]) -> tuple[TypeRule, ...]:
    """Return the rules of a class by its bases; a simple code has its own."""
    return tuple(rule for base, rule in _RULES if base in bases and not (base == "CD" and "CS" in bases))
