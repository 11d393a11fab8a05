"""How a treatment is taken: the duration first, then the frequency, and steps only where the mode has some."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from caducee.cda.reading.elements import XSI_TYPE, attribute, child, children
from caducee.cda.rules.engine import Rule, finding
from caducee.cda.rules.finding import RuleFinding
from caducee.cda.rules.index import Index
from caducee.cda.rules.words import Words, missing

_MEDICATION = "1.3.6.1.4.1.19376.1.5.3.1.4.7"
_PRESCRIBED = "1.3.6.1.4.1.19376.1.9.1.3.2"
_DELAYED = "1.3.6.1.4.1.19376.1.5.3.1.4.21"
_STEP = "1.2.250.1.213.1.1.3.83.1"
_NORMAL = "1.3.6.1.4.1.19376.1.5.3.1.4.7.1"
_IN_STEPS = tuple(f"1.3.6.1.4.1.19376.1.5.3.1.4.{mode}" for mode in (8, 9, 10, 11))
_PCC, _PRE = "IHE PCC, Medications", "IHE Pharmacy PRE, Prescription Item"
# What a frequency of each type holds, one of these at least.
_FREQUENCIES = {"PIVL_TS": ("period", "phase"), "EIVL_TS": ("event", "offset"), "SXPR_TS": ("comp",)}

Said = Iterator[tuple[str, etree._Element, Words]]


def run_dosing(index: Index) -> Iterator[RuleFinding]:
    """Yield what is wrong with the times and the steps of treatments."""
    for element in index.with_template(_MEDICATION):
        for problem, at, words in (*_duration(element), *_frequency(element), *_normal(element, index)):
            yield finding(Rule(code=f"cda.dosing.{problem}", source=_PCC), at, words)
    for element in index.with_template(_PRESCRIBED):
        for problem, at, words in (
            *_delayed(element, index),
            *_held(element),
            *_renewals(element),
            *_steps(element, index),
        ):
            yield finding(Rule(code=f"cda.dosing.{problem}", source=_PRE), at, words)


def _duration(element: etree._Element) -> Said:
    """The first time is that of the whole treatment: from, to, or how long."""
    times = children(element, "effectiveTime")
    if not times:
        return
    first = times[0]
    ends = child(first, "low") is not None and child(first, "high") is not None and _type(first) == "IVL_TS"
    if not ends and child(first, "width") is None:
        yield "duration", first, _NO_DURATION


def _frequency(element: etree._Element) -> Said:
    """The second time is the frequency, and says that it is taken with the first."""
    for second in children(element, "effectiveTime")[1:2]:
        if attribute(second, "operator") != "A" and second.get("nullFlavor") is None:
            yield "operator", second, _NO_OPERATOR


def _normal(element: etree._Element, index: Index) -> Said:
    if index.owns(element, _NORMAL) and next(element.iterdescendants(element.tag), None) is not None:
        yield "normal", element, _STEPS_IN_NORMAL


def _delayed(element: etree._Element, index: Index) -> Said:
    """A delayed start has both its days, or neither and a duration."""
    duration = [one for one in children(element, "effectiveTime") if attribute(one, "operator") != "A"]
    if not duration or not index.owns(element, _DELAYED):
        return
    low, high, width = (child(duration[0], name) for name in ("low", "high", "width"))
    both = _known(low) and _known(high)
    neither = low is not None and not _known(low) and width is not None
    if len(duration) > 1 or not (both or neither):
        yield "delayed", duration[0], _NO_DAYS


def _known(end: etree._Element | None) -> bool:
    return end is not None and end.get("nullFlavor") != "UNK"


def _held(element: etree._Element) -> Said:
    for one in children(element, "effectiveTime"):
        if attribute(one, "operator") != "A":
            continue
        held = _FREQUENCIES.get(_type(one))
        if held is None or all(child(one, name) is None for name in held):
            yield "frequency", one, _NO_FREQUENCY


def _renewals(element: etree._Element) -> Said:
    for one in children(element, "repeatNumber"):
        if one.get("value") is None and one.get("nullFlavor") != "NI":
            yield "renewals", one, missing("le nombre de renouvellements", "repeatNumber/@value")


def _steps(element: etree._Element, index: Index) -> Said:
    """The modes in steps have steps, each with its rank; the others have none."""
    if not index.owns(element, "1.2.250.1.213.1.1.3.83"):
        return
    links = children(element, "entryRelationship")
    ranked = sum(child(one, "sequenceNumber") is not None for one in links)
    steps = sum(index.owns(one, _STEP) for one in index.reached(element, "entryRelationship/substanceAdministration"))
    in_steps = any(index.owns(element, mode) for mode in _IN_STEPS)
    whole = bool(index.owns(element, _NORMAL) or index.owns(element, _DELAYED))
    if not ((in_steps and ranked and steps) or (whole and not ranked and not steps)):
        yield "steps", element, _WRONG_STEPS


def _type(element: etree._Element) -> str:
    return attribute(element, XSI_TYPE).rpartition(":")[2]


_NO_DURATION = Words(
    "La durée du traitement n'a ni début et fin, ni durée.",
    "Le logiciel a écrit la fréquence à la place de la durée, ou une seule des deux dates.",
    "Donnez les deux dates (inconnues s'il le faut), ou la durée.",
)
_NO_OPERATOR = Words(
    "La fréquence des prises ne se dit pas jointe à la durée (opérateur A).",
    "Le logiciel a écrit deux durées, ou a omis l'opérateur.",
    "Écrivez la fréquence avec l'opérateur A.",
)
_STEPS_IN_NORMAL = Words(
    "Une posologie simple contient des étapes.",
    "Le modèle de posologie ne correspond pas à ce qui a été saisi.",
    "Choisissez le mode qui a des étapes, ou retirez-les.",
)
_NO_DAYS = Words(
    "Un traitement à début différé n'a pas ses deux dates, ni une durée seule.",
    "Une des deux dates manque ou est inconnue.",
    "Donnez les deux dates, ou un début inconnu et une durée.",
)
_NO_FREQUENCY = Words(
    "La fréquence des prises ne dit rien : ni période, ni moment, ni combinaison.",
    "La fréquence a été laissée vide, ou n'a pas le type qui convient.",
    "Renseignez la période, le moment de la journée ou la combinaison.",
)
_WRONG_STEPS = Words(
    "Le mode de posologie et ses étapes ne s'accordent pas.",
    "Une posologie en étapes n'en a pas, ou une posologie simple en a.",
    "Corrigez le mode de posologie, ou ses étapes.",
)
