"""The text of an INS datamatrix: 26 characters of header, then seven blocks of traits.

Nothing in it is signed: a scan proves nothing about the person. It fills the form, INSi says who it is.

Source: ANS, format du datamatrix INS v2.2 (26/09/2023), as quoted by public implementations. Which substitutes
scanners type for the separator is practice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from caducee.errors import CaduceeError, Explanation, IdentityError, RealmMixed, Retry
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIA, INS_NIR, INS_NIR_DEMO, INS_NIR_TEST, Sex, Traits
from caducee.model.patient import Patient
from caducee_insi.datamatrix.ecc200 import encode
from caducee_insi.datamatrix.symbol import Symbol
from caducee_insi.nir import key_holds
from caducee_insi.normalisation import CharacterRefused, lex
from caducee_insi.qualification import releasable
from caducee_insi.query import UNKNOWN_PLACE
from caducee_insi.realm import TEST_OIDS, check_oid

HEADER = "IS01" + "0" * 22
GS = "\x1d"
SUBSTITUTES = ("<GS>", "\\x1D", "^]", "\u241d")
_KNOWN = frozenset({INS_NIR, INS_NIA, INS_NIR_TEST, INS_NIR_DEMO})
_NAME = re.compile(r"[A-Z '-]+")
_BLOCK = re.compile(r"S[1-7]")


class Block(msgspec.Struct, frozen=True):
    """One block: its longest value, whether a shorter one is closed by a separator, the form of the value, its name."""

    longest: int
    variable: bool
    form: re.Pattern[str]
    field: str


BLOCKS = {
    "S1": Block(15, variable=False, form=re.compile(r"\d{5}(?:\d{2}|2[AB])\d{8}", re.ASCII), field="matricule"),
    "S2": Block(20, variable=True, form=re.compile(r"[0-9.]+", re.ASCII), field="oid"),
    "S3": Block(100, variable=True, form=_NAME, field="given_names"),
    "S4": Block(100, variable=True, form=_NAME, field="birth_name"),
    "S5": Block(1, variable=False, form=re.compile("[MF]"), field="sex"),
    "S6": Block(10, variable=False, form=re.compile(r"\d{2}-\d{2}-\d{4}", re.ASCII), field="birth_date"),
    "S7": Block(5, variable=False, form=re.compile(r"[0-9A-Z]{5}", re.ASCII), field="birth_place"),
}
NEEDED = ("S1", "S2", "S3", "S4", "S5", "S6")


class DatamatrixInvalid(CaduceeError):
    """The text is not the one of an INS datamatrix. ``field`` says where; the value is never quoted."""

    code = "insi.datamatrix_invalid"
    retry = Retry.AFTER_HUMAN
    sentence = "Ce code n'est pas un datamatrix INS lisible."
    remedy = "Scannez de nouveau, ou saisissez les traits d'après la pièce d'identité."

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(field)

    def explain(self) -> Explanation:
        """Name the field."""
        return Explanation(f"{self.sentence} Champ en cause : {self.field}.", self.remedy)


class SeparatorLost(DatamatrixInvalid):
    """The separator between fields was lost on the way: nothing of the text can be trusted."""

    code = "insi.datamatrix_separator"
    sentence = "Le lecteur de codes n'a pas transmis les séparateurs du datamatrix INS."
    remedy = "Réglez le lecteur pour qu'il transmette le caractère GS (ASCII 29), puis scannez de nouveau."


class DatamatrixRefused(IdentityError):
    """The identity cannot be printed: its sex is neither M nor F, or a name holds what the code has no place for."""

    code = "insi.datamatrix_refused"
    retry = Retry.AFTER_HUMAN
    sentence = "Cette identité ne peut pas être portée par un datamatrix INS."
    remedy = "Vérifiez le sexe et les noms d'après la réponse d'INSi."


class Scanned(msgspec.Struct, frozen=True, kw_only=True):
    """What a datamatrix says. ``key_holds`` is false when the key of the matricule is not the one computed.

    It is no INS yet: search INSi by these traits and compare the matricule.
    """

    matricule: str
    oid: str
    traits: Traits
    key_holds: bool


def write(patient: Patient, *, environment: Environment) -> str:
    """Return the text for a qualified identity.

    Raises:
        InsNotQualified: any other status.
        RealmMixed: the matricule comes from another environment.
        DatamatrixRefused: sex ``I``, a name that does not fit.
    """
    ins = releasable(patient)
    if ins.environment is not environment:
        raise RealmMixed(f"identity of {ins.environment}, printed in {environment}")
    check_oid(ins.oid, environment)
    traits = patient.traits
    try:
        given, name = " ".join(map(lex, traits.given_names)), lex(traits.birth_name)
    except CharacterRefused:
        raise DatamatrixRefused("a character of a name") from None
    values = {"S1": ins.matricule, "S2": ins.oid, "S3": given, "S4": name, "S5": traits.sex.value}
    values["S6"] = "-".join(reversed(traits.birth_date.split("-")))
    if traits.birth_place and traits.birth_place != UNKNOWN_PLACE:
        values["S7"] = traits.birth_place
    return HEADER + "".join(_written(values))


def symbol(patient: Patient, *, environment: Environment) -> Symbol:
    """Return the symbol for a qualified identity; errors as ``write``."""
    text = write(patient, environment=environment)
    return Symbol(encode(text, c40=len(HEADER)), text)


def _written(values: dict[str, str]) -> Iterator[str]:
    last = list(values)[-1]
    for key, value in values.items():
        block = BLOCKS[key]
        if len(value) > block.longest or not block.form.fullmatch(value):
            raise DatamatrixRefused(block.field)
        closed = block.variable and len(value) < block.longest and key != last
        yield f"{key}{value}{GS if closed else ''}"


def read(text: str, *, environment: Environment, substitutes: tuple[str, ...] = SUBSTITUTES) -> Scanned:
    """Read what a scanner gives, blocks in any order. ``substitutes`` are what scanners type for the separator.

    Raises:
        SeparatorLost: fields have run together.
        DatamatrixInvalid: another code, an unknown block, a field that is missing, there twice or not of its form.
        RealmMixed: a test or demonstration number in production, or a real one in the sandbox.
    """
    for substitute in substitutes:
        text = text.replace(substitute, GS)
    text = text.rstrip("\r\n")
    if not text.startswith("IS01"):
        raise DatamatrixInvalid("header")
    values: dict[str, str] = {}
    for key, value in _blocks(text[len(HEADER) :]):
        if key in values:
            raise DatamatrixInvalid(BLOCKS[key].field)
        values[key] = value
    missing = [BLOCKS[key].field for key in NEEDED if key not in values]
    if missing:
        raise DatamatrixInvalid(missing[0])
    _check_realm(values["S2"], environment)
    day, month, year = values["S6"].split("-")
    return Scanned(
        matricule=values["S1"],
        oid=values["S2"],
        traits=Traits(
            birth_name=values["S4"],
            given_names=tuple(values["S3"].split()),
            sex=Sex(values["S5"]),
            birth_date=f"{year}-{month}-{day}",
            birth_place=values.get("S7"),
        ),
        key_holds=key_holds(values["S1"]),
    )


def _blocks(rest: str) -> Iterator[tuple[str, str]]:
    while rest:
        key, rest = rest[:2], rest[2:]
        block = BLOCKS.get(key)
        if block is None:
            raise DatamatrixInvalid("block")
        value, rest = _value(rest, block)
        if not block.form.fullmatch(value):
            raise DatamatrixInvalid(block.field)
        yield key, value


def _value(rest: str, block: Block) -> tuple[str, str]:
    if not block.variable:
        return rest[: block.longest], rest[block.longest :].removeprefix(GS)
    end = rest.find(GS)
    if 0 <= end <= block.longest:
        return rest[:end], rest[end + 1 :]
    value, after = rest[: block.longest], rest[block.longest :]
    if not block.form.fullmatch(value) and _BLOCK.search(value + after[:1]):
        raise SeparatorLost(block.field)
    return value, after


def _check_realm(oid: str, environment: Environment) -> None:
    if oid not in _KNOWN:
        raise DatamatrixInvalid("oid")
    check_oid(oid, environment)
    if environment is Environment.SANDBOX and oid not in TEST_OIDS:
        raise RealmMixed(f"OID {oid} in {environment}")
