"""The identity at the desk beside the one INSi gave, field by field.

Nothing is accepted here: a person looks at the result and decides. ``MAJOR`` is never accepted by itself.

Source: RNIV, cohérence des traits. The thresholds (what is minor) are ours.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from caducee.model.identity import Sex, Traits
from caducee_insi.normalisation import CharacterRefused, compared, lex
from caducee_insi.query import UNKNOWN_PLACE


class Agreement(StrEnum):
    """How far one trait agrees. ``TO_COMPLETE``: unknown at the desk, so the answer completes it."""

    EQUAL = "equal"
    TO_COMPLETE = "to_complete"
    MINOR = "minor"
    MAJOR = "major"


class Verdict(StrEnum):
    """How far two identities agree, all traits together."""

    IDENTICAL = "identical"
    MINOR = "minor"
    MAJOR = "major"


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """One agreement for each trait. ``verdict`` sums them up; a person may accept anything but ``MAJOR``."""

    birth_name: Agreement
    first_given_name: Agreement
    given_names: Agreement
    sex: Agreement
    birth_date: Agreement
    birth_place: Agreement

    @property
    def verdict(self) -> Verdict:
        """Return the worst of the six, where ``TO_COMPLETE`` counts as minor."""
        agreements = set(msgspec.structs.astuple(self))
        if Agreement.MAJOR in agreements:
            return Verdict.MAJOR
        return Verdict.IDENTICAL if agreements == {Agreement.EQUAL} else Verdict.MINOR

    @property
    def differing(self) -> tuple[str, ...]:
        """Name the traits that are not equal, to show them side by side."""
        names = (field for field in self.__struct_fields__ if getattr(self, field) is not Agreement.EQUAL)
        return tuple(names)


def compare(desk: Traits, answer: Traits, *, estimated_birth_date: bool = False) -> Comparison:
    """Compare the traits known at the desk with those of INSi.

    ``estimated_birth_date`` says that the desk's date is a convention for an unknown day or month: another day of
    the same year is then a minor difference.
    """
    return Comparison(
        birth_name=_name(desk.birth_name, answer.birth_name),
        first_given_name=_first_given_name(desk.given_names, answer.given_names),
        given_names=_given_names(desk.given_names, answer.given_names),
        sex=_sex(desk.sex, answer.sex),
        birth_date=_birth_date(desk.birth_date, answer.birth_date, estimated=estimated_birth_date),
        birth_place=_birth_place(desk.birth_place, answer.birth_place),
    )


def _name(desk: str, answer: str) -> Agreement:
    try:
        if lex(desk) == lex(answer):
            return Agreement.EQUAL
        return Agreement.MINOR if compared(desk) == compared(answer) else Agreement.MAJOR
    except CharacterRefused:
        return Agreement.MAJOR


def _first_given_name(desk: tuple[str, ...], answer: tuple[str, ...]) -> Agreement:
    """A first given name agrees when it is the civil list, or a whole-word beginning of it."""
    if not desk or not answer:
        return Agreement.MAJOR
    try:
        first, civil = compared(desk[0]).split(), compared(" ".join(answer)).split()
    except CharacterRefused:
        return Agreement.MAJOR
    if not first or civil[: len(first)] != first:
        return Agreement.MAJOR
    return Agreement.EQUAL if lex(desk[0]) == lex(answer[0]) else Agreement.MINOR


def _given_names(desk: tuple[str, ...], answer: tuple[str, ...]) -> Agreement:
    """The civil list agrees when equal; a desk that knows only its beginning is completed by the answer."""
    try:
        known, civil = compared(" ".join(desk)).split(), compared(" ".join(answer)).split()
    except CharacterRefused:
        return Agreement.MAJOR
    if known == civil:
        return Agreement.EQUAL if tuple(map(lex, desk)) == tuple(map(lex, answer)) else Agreement.MINOR
    return Agreement.TO_COMPLETE if civil[: len(known)] == known else Agreement.MAJOR


def _sex(desk: Sex, answer: Sex) -> Agreement:
    if desk is answer:
        return Agreement.EQUAL
    return Agreement.TO_COMPLETE if desk is Sex.INDETERMINATE else Agreement.MAJOR


def _birth_date(desk: str, answer: str, *, estimated: bool) -> Agreement:
    if desk == answer:
        return Agreement.EQUAL
    return Agreement.MINOR if estimated and desk[:4] == answer[:4] else Agreement.MAJOR


def _birth_place(desk: str | None, answer: str | None) -> Agreement:
    if desk == answer:
        return Agreement.EQUAL
    if desk in (None, "", UNKNOWN_PLACE):
        return Agreement.TO_COMPLETE
    return Agreement.MINOR if answer is not None and desk is not None and _recoded(desk, answer) else Agreement.MAJOR


def _recoded(one: str, other: str) -> bool:
    """Say whether one is the other under the old code of Corsica: before 1976 department 20, since then 2A or 2B."""
    old = [place for place in (one, other) if place[:2] == "20"]
    new = [place for place in (one, other) if place[:2] in ("2A", "2B")]
    return len(old) == len(new) == 1 and old[0][2:] == new[0][2:]
