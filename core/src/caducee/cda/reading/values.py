"""Values and times of entries, as HL7 data types write them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from caducee.cda.reading.elements import XSI_TYPE, attribute, child, children, code, local, span
from caducee.cda.reading.model import Timing, Value
from caducee.cda.reading.narrative import Narratives

_PARTS = ("low", "high", "center", "width", "numerator")


def read_value(element: etree._Element, narratives: Narratives) -> Value:
    """Return a value, whatever its type: a code says its words, a quantity its number, an interval its ends."""
    known = code(element)
    said = narratives.resolve(child(element, "originalText")) or (known.display if known else "")
    return Value(
        type=_type(element) or local(element),
        text=said
        or attribute(element, "value")
        or _interval(element)
        or _ratio(element)
        or narratives.resolve(element),
        code=known,
        unit=_unit(element),
        unknown=attribute(element, "nullFlavor"),
    )


def read_timings(elements: Iterable[etree._Element]) -> Iterator[Timing]:
    """Yield the times; one that is made of others (``SXPR_TS``) gives its parts."""
    for element in elements:
        if parts := children(element, "comp"):
            yield from read_timings(parts)
        elif (timing := _timing(element)) is not None:
            yield timing


def _timing(element: etree._Element) -> Timing | None:
    ends = span(element) or span(child(element, "phase"))
    timing = Timing(
        type=_type(element),
        low=ends.low if ends else None,
        high=ends.high if ends else None,
        width=_quantity(child(element, "width")) or _quantity(child(element, "phase", "width")),
        period=_quantity(child(element, "period")),
        event=attribute(child(element, "event"), "code"),
        offset=_quantity(child(element, "offset")) or _quantity(child(element, "offset", "low")),
        operator=attribute(element, "operator"),
    )
    said = (timing.low, timing.high, timing.width, timing.period, timing.event)
    return timing if any(said) else None


def _type(element: etree._Element) -> str:
    return (element.get(XSI_TYPE) or "").rpartition(":")[2]


def _quantity(element: etree._Element | None) -> str:
    return " ".join(filter(None, (attribute(element, "value"), attribute(element, "unit"))))


def _interval(element: etree._Element) -> str:
    low, high, width = (attribute(child(element, end), "value") for end in ("low", "high", "width"))
    if low and high:
        return low if low == high else f"{low} – {high}"
    return f"≥ {low}" if low else f"≤ {high}" if high else attribute(child(element, "center"), "value") or width


def _ratio(element: etree._Element) -> str:
    above, below = _quantity(child(element, "numerator")), _quantity(child(element, "denominator"))
    return f"{above} / {below}" if above and below else above


def _unit(element: etree._Element) -> str | None:
    units = [attribute(element, "unit"), *(attribute(child(element, part), "unit") for part in _PARTS)]
    return next(filter(None, units), None) if child(element, "numerator") is None else None
