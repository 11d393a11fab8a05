"""What a search by traits may ask: checked and put into the form that INSi reads, before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import msgspec

from caducee.errors import DocumentInvalid, Finding
from caducee.model.identity import Sex, Traits
from caducee_insi.normalisation import CharacterRefused, lex

UNKNOWN_PLACE = "99999"
NAME_LENGTH = 80
GIVEN_NAME_LENGTH = 61

_PLACE = re.compile(r"\d[0-9AB]\d{3}", re.ASCII)
_NAME = re.compile(r"(?![ -])(?=.*[A-Z])(?!.*(?:  |''|' | '|---))[A-Z '-]+")
_GIVEN_NAME = re.compile(r"(?![ -])(?!.*(?:  |''|' | '|--))[A-Z '-]*[A-Z]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SOURCE = "Guide d'implémentation de l'INS"


class TraitsInvalid(DocumentInvalid):
    """The traits cannot be asked; nothing was sent."""

    code = "insi.traits_invalid"
    sentence = "Ces traits d'identité ne permettent pas d'interroger INSi."
    remedy = "Corrigez les champs indiqués d'après la pièce d'identité, puis recommencez."


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """Traits in the form that INSi reads. ``birth_place`` is absent when unknown at the desk."""

    birth_name: str
    given_names: tuple[str, ...]
    sex: str
    birth_date: str
    birth_place: str | None = None


def query(traits: Traits, *, today: date) -> Query:
    """Return what may be asked about these traits. Every finding is given at once.

    Raises:
        TraitsInvalid: a character that is not of a name, sex ``I``, a date that does not exist or lies ahead, a
            birth place that is not a COG code.
    """
    findings = (
        *_name_findings("traits.birth_name", traits.birth_name, _NAME, NAME_LENGTH),
        *_given_findings(traits.given_names),
        *_sex_findings(traits.sex),
        *_date_findings(traits.birth_date, today),
        *_place_findings(traits.birth_place),
    )
    if findings:
        raise TraitsInvalid(findings)
    return Query(
        birth_name=lex(traits.birth_name),
        given_names=tuple(lex(name) for name in traits.given_names),
        sex=traits.sex.value,
        birth_date=traits.birth_date,
        birth_place=None if traits.birth_place in (None, "", UNKNOWN_PLACE) else traits.birth_place,
    )


def is_given_name(plain: str) -> bool:
    """Say whether this may stand in the ``Prenom`` of a request."""
    return len(plain) <= GIVEN_NAME_LENGTH and _GIVEN_NAME.fullmatch(plain) is not None


def _given_findings(names: tuple[str, ...]) -> Iterator[Finding]:
    if not names:
        yield _finding("traits.given_names", "given_name.missing", "Le premier prénom de naissance manque.")
    for number, name in enumerate(names):
        yield from _name_findings(f"traits.given_names[{number}]", name, _GIVEN_NAME, GIVEN_NAME_LENGTH)


def _name_findings(field: str, name: str, shape: re.Pattern[str], longest: int) -> Iterator[Finding]:
    try:
        plain = lex(name)
    except CharacterRefused as refused:
        places = ", ".join(map(str, refused.positions))
        yield _finding(field, "name.character", f"Caractère qui n'est pas d'un nom, en position {places}.")
        return
    if not plain:
        yield _finding(field, "name.missing", "Ce nom est vide.")
    elif len(plain) > longest:
        yield _finding(field, "name.length", f"Ce nom dépasse {longest} caractères.")
    elif not shape.fullmatch(plain):
        yield _finding(field, "name.shape", "Espaces, apostrophes ou tirets mal placés.")


def _sex_findings(sex: Sex) -> Iterator[Finding]:
    if sex is Sex.INDETERMINATE:
        yield _finding("traits.sex", "sex.indeterminate", "INSi ne connaît que les sexes M et F.")


def _date_findings(text: str, today: date) -> Iterator[Finding]:
    try:
        born = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        born = None
    if born is None:
        yield _finding("traits.birth_date", "date.unreal", "Cette date de naissance n'existe pas (AAAA-MM-JJ).")
    elif born > today:
        yield _finding("traits.birth_date", "date.ahead", "Cette date de naissance est dans l'avenir.")


def _place_findings(place: str | None) -> Iterator[Finding]:
    if place and not _PLACE.fullmatch(place):
        yield _finding("traits.birth_place", "place.shape", "Le lieu de naissance n'est pas un code INSEE.")


def _finding(field: str, rule: str, message: str) -> Finding:
    return Finding(field=field, rule=rule, message=message, source=_SOURCE)
