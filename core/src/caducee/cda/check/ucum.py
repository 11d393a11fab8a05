"""Units of measure: the grammar of UCUM over the units that medicine uses."""

from __future__ import annotations

import re
from functools import cache

_METRIC = frozenset(
    {
        "g",
        "L",
        "l",
        "m",
        "mol",
        "s",
        "Pa",
        "J",
        "cal",
        "eq",
        "osm",
        "[iU]",
        "[IU]",
        "Bq",
        "Gy",
        "Sv",
        "K",
        "U",
        "V",
        "W",
        "Hz",
        "kat",
        "bar",
        "A",
        "C",
        "Ohm",
        "N",
        "F",
        "T",
        "H",
        "cd",
        "lm",
        "lx",
        "rad",
        "B",
        "Ci",
        "eV",
        "dyn",
    }
)
_PREFIXES = ("da", "Y", "Z", "E", "P", "T", "G", "M", "k", "h", "d", "c", "m", "u", "n", "p", "f", "a")
_PLAIN = frozenset(
    {
        "min",
        "h",
        "d",
        "wk",
        "mo",
        "a",
        "%",
        "Cel",
        "[drp]",
        "[degF]",
        "deg",
        "[pH]",
        "[ppm]",
        "cm[H2O]",
        "mm[Hg]",
        "[in_i]",
        "[lb_av]",
        "[ft_i]",
        "[arb'U]",
        "[CFU]",
        "[PFU]",
        "1",
    }
)
_PART = re.compile(r"(?:(?P<number>\d+)|(?P<note>\{[^{}]*\})|(?P<unit>[^./(){}\s]+)(?:\{[^{}]*\})?)")


@cache
def is_unit(text: str) -> bool:
    """Say whether this is a UCUM expression of known units: ``mg/(12.h)``, ``{tablet}``, ``mm[Hg]``.

    Annotations in braces are free; parentheses group (UCUM, 2.1).
    """
    flat = text.replace("(", "").replace(")", "")
    if not flat or text.count("(") != text.count(")"):
        return False
    return all(_known(part) for part in re.split(r"[./]", flat.removeprefix("/")))


def _known(part: str) -> bool:
    found = _PART.fullmatch(part)
    if found is None:
        return False
    unit = found["unit"]
    return unit is None or _atom(re.sub(r"[+-]?\d+$", "", unit) if unit not in ("10*", "10^") else "1") or _power(unit)


def _atom(name: str) -> bool:
    if name in _PLAIN or name in _METRIC:
        return True
    return any(name.startswith(prefix) and name[len(prefix) :] in _METRIC for prefix in _PREFIXES)


def _power(unit: str) -> bool:
    """A power of ten: ``10*9``."""
    return re.fullmatch(r"10[*^][+-]?\d+", unit) is not None
