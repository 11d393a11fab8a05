from __future__ import annotations

from datetime import date

import pytest

from caducee_paymed_tp.model.money import Reason
from caducee_paymed_tp.model.parts import Part
from caducee_paymed_tp.returns.families import Family, advice_of, code_of, family_of, table

TODAY = date(2026, 1, 5)


def test_every_family_has_a_french_advice_and_somebody_to_do_it():
    for family in Family:
        advice = advice_of(family)
        assert advice.title
        assert advice.correction.endswith(".")
        assert advice.who


def test_every_code_has_the_harmonised_form():
    for numbering in table().numberings:
        for code in numbering.codes:
            four, _, three = code.code.partition("-")
            assert (len(four), len(three), (four + three).isdigit()) == (4, 3, True)


def test_a_numbering_holds_from_its_day():
    assert code_of("0009-816", on=date(2024, 10, 2)) is None
    assert code_of("0009-816", on=date(2024, 10, 3)) is not None
    assert code_of("0450-054", on=TODAY) is not None


@pytest.mark.parametrize(
    ("reason", "part", "family"),
    [
        (Reason(code="0009-816"), Part.AMO, Family.RIGHTS),
        (Reason(code="1234-567", label="NIR inconnu"), Part.AMO, Family.RIGHTS),
        (Reason(code="1234-567", label="Cumul d'actes interdit"), Part.AMO, Family.CODING),
        (Reason(code="1234-567", label="Numéro FINESS absent"), Part.AMO, Family.SETUP),
        (Reason(code="1234-567", label="Facture déjà remboursée (doublon)"), Part.AMO, Family.DISPUTE),
        (Reason(code="1234-567", label="Adhérent radié"), Part.AMC, Family.AMC),
        (Reason(code="1234-567", label="XYZ"), Part.AMC, Family.AMC),
        (Reason(code="1234-567", label="XYZ"), Part.AMO, Family.OTHER),
    ],
)
def test_a_reason_is_of_a_family_by_its_code_then_its_words(reason: Reason, part: Part, family: Family):
    assert family_of((reason,), part=part, on=TODAY) is family
