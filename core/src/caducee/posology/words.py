"""Numbers, quantities and lengths of time in French."""

from __future__ import annotations

from decimal import Decimal

from caducee.model.clinical.posology import Dose, Duration, Quantity, Unit

_PARTS = {Decimal("0.25"): "¼", Decimal("0.5"): "½", Decimal("0.75"): "¾"}
_THIRDS = {Decimal("0.333"): "⅓", Decimal("0.667"): "⅔"}
_UNSPACED = 4
_THIRD_EXPONENT = -3
_UNITS = {
    Unit.MINUTE: ("minute", "minutes"),
    Unit.HOUR: ("heure", "heures"),
    Unit.DAY: ("jour", "jours"),
    Unit.WEEK: ("semaine", "semaines"),
    Unit.MONTH: ("mois", "mois"),
    Unit.YEAR: ("an", "ans"),
}
_INVARIABLE_ENDINGS = ("s", "x", "z")
_SYMBOLS = frozenset({"g", "mg", "µg", "kg", "L", "mL", "ml", "cL", "UI", "MUI", "mmol", "mEq", "%"})


def number(value: Decimal) -> str:
    """Return a number as French prints it: a comma, no idle zero, a hard space between thousands (« 12 000 »)."""
    whole, point, part = f"{value.normalize():f}".partition(".")
    spaced = f"{int(whole):,}".replace(",", "\u00a0") if whole.isdecimal() and len(whole) > _UNSPACED else whole
    return spaced + point.replace(".", ",") + part


def parts(value: Decimal) -> str:
    """Return a count with halves, quarters and thirds as a box of tablets prints them: ``1 ½``.

    A third is written with three decimals or more: ``0.33`` stays what it is.
    """
    whole, rest = divmod(value, 1)
    part = _PARTS.get(rest) or _third(rest)
    if not part:
        return number(value)
    return f"{number(whole)} {part}" if whole else part


def _third(rest: Decimal) -> str:
    exponent = rest.normalize().as_tuple().exponent
    written = isinstance(exponent, int) and exponent <= _THIRD_EXPONENT
    return _THIRDS.get(round(rest, 3), "") if written else ""


def noun(label: str, value: Decimal) -> str:
    """Return the noun in the number of the value: French makes plural what reaches two.

    Only the first word changes (« gouttes pour les yeux »): an adjective that agrees is left to who writes the label.
    """
    if value < 2 or label in _SYMBOLS:
        return label
    first, space, rest = label.partition(" ")
    if first.endswith(_INVARIABLE_ENDINGS):
        return label
    plural = first + ("x" if first.endswith(("au", "eu")) else "s")
    return f"{plural}{space}{rest}"


def amount(quantity: Quantity) -> str:
    """Return a quantity: « ½ comprimé », « 2 gélules », « 500 mg »."""
    if quantity.label in _SYMBOLS:
        return f"{number(quantity.value)} {quantity.label}"
    if quantity.label:
        return f"{parts(quantity.value)} {noun(quantity.label, quantity.value)}"
    unit = quantity.unit.strip("{}")
    return f"{number(quantity.value)} {unit}".strip()


def dose_words(dose: Dose) -> str:
    """Return a dose or a range: « 1 à 2 comprimés »."""
    if dose.high is None or dose.high == dose.low:
        return amount(dose.low)
    counted = dose.low.label and dose.low.label not in _SYMBOLS
    low = parts(dose.low.value) if counted else number(dose.low.value)
    same = dose.low.unit == dose.high.unit and dose.low.label == dose.high.label
    return f"{low if same else amount(dose.low)} à {amount(dose.high)}"


def unit_words(duration: Duration) -> str:
    """Return the unit in the number of its value."""
    one, many = _UNITS[duration.unit]
    return one if duration.value < 2 else many


def duration_words(duration: Duration) -> str:
    """Return a length of time: « 7 jours », « 1 semaine »."""
    return f"{parts(duration.value)} {unit_words(duration)}"


def span_words(least: Duration | None, most: Duration | None) -> str:
    """Return « pendant 7 jours », « pendant 5 à 10 jours », « pendant 7 jours au plus », or nothing."""
    if least is None:
        return f"pendant {duration_words(most)} au plus" if most else ""
    if most is None or most == least:
        return f"pendant {duration_words(least)}"
    low = parts(least.value) if least.unit is most.unit else duration_words(least)
    return f"pendant {low} à {duration_words(most)}"


def per_words(duration: Duration) -> str:
    """Return what comes after « par »: « jour », « 12 heures »."""
    return duration_words(duration) if duration.value != 1 else unit_words(duration)


def each(duration: Duration) -> str:
    """Return what comes after « toutes/tous les »: « par jour » is said elsewhere."""
    feminine = duration.unit in (Unit.MINUTE, Unit.HOUR, Unit.WEEK)
    article = "toutes les" if feminine else "tous les"
    _, many = _UNITS[duration.unit]
    return f"{article} {many}" if duration.value == 1 else f"{article} {duration_words(duration)}"
