"""Which exoneration wins: the order of the spec (2.4), each rule with its code and its rate. Pure."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import msgspec


class Fact(StrEnum):
    """What the host knows of the patient and the care."""

    AME = "ame"
    MATERNITY = "maternity"
    WORK_ACCIDENT = "work_accident"
    PREVENTION = "prevention"
    MINES = "mines"
    EXEMPT_BENEFICIARY = "exempt_beneficiary"
    EXEMPT_ACT = "exempt_act"
    STUDENT_STI = "sti_under_26"
    ALD = "ald"
    SPECIFIC_CARE = "specific_care"
    AT_PENSION = "at_pension"
    SNCF_RETIRED = "sncf_retired"
    ALSACE_MOSELLE = "alsace_moselle"
    ASPA = "aspa"
    C2S = "c2s"
    """Nothing is exonerated by it: it pays as a complementary insurer."""
    MINOR = "minor"


class Exoneration(msgspec.Struct, frozen=True, kw_only=True):
    """The rule that won. ``code`` is that of B2 2/079 and 4/054; ``why`` is French."""

    rule: str
    code: str
    rate: int
    why: str


_Rule = tuple[str, Callable[[frozenset[Fact], bool], bool], str, int, str]


def _has(*facts: Fact) -> Callable[[frozenset[Fact], bool], bool]:
    return lambda known, _: bool(known.intersection(facts))


ORDER: tuple[_Rule, ...] = (
    ("ame", _has(Fact.AME), "0", 0, "Aide médicale de l'État : tout est à la charge de l'AME."),
    (
        "insurance_nature",
        _has(Fact.MATERNITY, Fact.WORK_ACCIDENT, Fact.PREVENTION),
        "0",
        100,
        "Maternité, accident du travail ou prévention.",
    ),
    ("mines", _has(Fact.MINES), "6", 100, "Régime des mines."),
    ("beneficiary", _has(Fact.EXEMPT_BENEFICIARY), "5", 100, "Bénéficiaire exonéré."),
    ("act", _has(Fact.EXEMPT_ACT), "C", 100, "Acte exonéré par nature."),
    (
        "sti_under_26",
        _has(Fact.STUDENT_STI),
        "7",
        100,
        "Dépistage des infections sexuellement transmissibles avant 26 ans.",
    ),
    ("ald", _has(Fact.ALD), "4", 100, "Soin en rapport avec l'affection de longue durée."),
    ("specific_care", _has(Fact.SPECIFIC_CARE), "3", 100, "Soin particulier exonéré."),
    (
        "threshold",
        lambda _, above: above,
        "C",
        100,
        "Acte au-dessus du seuil : participation forfaitaire à la place du ticket modérateur.",
    ),
    ("at_pension", _has(Fact.AT_PENSION), "5", 100, "Titulaire d'une rente d'accident du travail."),
    ("sncf", _has(Fact.SNCF_RETIRED), "6", 75, "Régime de la SNCF, non actif."),
    ("alsace_moselle", _has(Fact.ALSACE_MOSELLE), "0", 90, "Régime d'Alsace-Moselle."),
    ("aspa", _has(Fact.ASPA), "9", 80, "Allocation de solidarité aux personnes âgées."),
)


def exoneration(facts: frozenset[Fact], *, above_threshold: bool, base_rate: int) -> Exoneration:
    """Return the first rule that holds, the base rate when none does.

    A regime never lowers a rate that is already higher.
    """
    for rule, holds, code, rate, why in ORDER:
        if holds(facts, above_threshold) and (rate > base_rate or rule == "ame"):
            return Exoneration(rule=rule, code=code, rate=rate, why=why)
    return Exoneration(rule="base", code="0", rate=base_rate, why="Taux de base.")
