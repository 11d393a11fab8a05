"""What an entry of a prescription says in codes, in one line that a person can compare with the sentence."""

from __future__ import annotations

from lxml import etree

V3 = "{urn:hl7-org:v3}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}type"
MODES = {
    "1.3.6.1.4.1.19376.1.5.3.1.4.7.1": "normal",
    "1.3.6.1.4.1.19376.1.5.3.1.4.8": "tapered",
    "1.3.6.1.4.1.19376.1.5.3.1.4.9": "split",
    "1.3.6.1.4.1.19376.1.5.3.1.4.10": "conditional",
    "1.3.6.1.4.1.19376.1.5.3.1.4.11": "combined",
    "1.3.6.1.4.1.19376.1.5.3.1.4.21": "delayed",
}


def coded(administration: etree._Element) -> str:
    """« normal: from 20261125 width 7 d, each 8 h; dose 1 {tablet}; at most 4 {tablet} in 1 d »."""
    modes = [MODES[one.get("root", "")] for one in administration.iter(f"{V3}templateId") if one.get("root") in MODES]
    said = f"{' '.join(dict.fromkeys(modes))}: {_one(administration)}"
    steps = administration.iterfind(f"{V3}entryRelationship[{V3}sequenceNumber]/{V3}substanceAdministration")
    return " | ".join([said.strip().rstrip(":"), *(_one(step) for step in steps)])


def _one(administration: etree._Element) -> str:
    times = [_time(one) for one in administration.iterfind(f"{V3}effectiveTime")]
    parts = [", ".join(filter(None, times))]
    for name, word in (("routeCode", "route"), ("doseQuantity", "dose"), ("rateQuantity", "rate")):
        parts += [f"{word} {_value(one)}" for one in administration.iterfind(f"{V3}{name}")]
    parts += [
        f"at most {_value(one.find(f'{V3}numerator'))} in {_value(one.find(f'{V3}denominator'))}"
        for one in administration.iterfind(f"{V3}maxDoseQuantity")
    ]
    conditions = administration.iterfind(f"{V3}precondition/{V3}criterion/{V3}text")
    parts += [f"if {' '.join(''.join(one.itertext()).split()) or 'said'}" for one in conditions]
    return "; ".join(filter(None, parts))


def _time(time: etree._Element) -> str:
    kind = time.get(XSI, "")
    if kind == "SXPR_TS":
        return ", ".join(_time(part) for part in time.iterfind(f"{V3}comp"))
    if kind == "PIVL_TS":
        phase = time.find(f"{V3}phase/{V3}low")
        return f"each {_value(time.find(f'{V3}period'))}" + (f" from {_value(phase)}" if phase is not None else "")
    if kind == "EIVL_TS":
        offset = time.find(f"{V3}offset/{V3}low")
        event = time.find(f"{V3}event")
        assert event is not None
        return f"at {event.get('code')}" + (f" by {_value(offset)}" if offset is not None else "")
    words = (("low", "from"), ("high", "to"), ("width", "for"))
    found = [(word, time.find(f"{V3}{name}")) for name, word in words]
    return " ".join(f"{word} {_value(one)}" for word, one in found if one is not None)


def _value(one: etree._Element | None) -> str:
    assert one is not None
    low, high = one.find(f"{V3}low"), one.find(f"{V3}high")
    if low is not None:
        return _value(low) if _value(low) == _value(high) else f"{_value(low)} to {_value(high)}"
    words = (one.get("value") or one.get("code") or one.get("nullFlavor") or "", one.get("unit") or "")
    return " ".join(filter(None, words))
