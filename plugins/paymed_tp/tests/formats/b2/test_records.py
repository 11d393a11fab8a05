from __future__ import annotations

import pytest

from caducee_paymed_tp.formats.b2 import Norm
from caducee_paymed_tp.formats.b2.records import name_of, table_of


def line(at: int, letter: str, kind: str = "4") -> str:
    return (kind + "0" * 127)[: at - 1] + letter + "0" * (128 - at)


@pytest.mark.parametrize("letter", "SMBCDFHTU")
def test_the_details_of_a_practice_have_their_letter_at_36(letter: str) -> None:
    assert name_of(line(36, letter), Norm.GENERAL) == f"4{letter}"
    assert table_of(f"4{letter}", Norm.GENERAL) is not None


def test_a_letter_at_39_is_one_of_the_cp_norm_only() -> None:
    assert name_of(line(39, "S", "2"), Norm.CP) == "2S"
    assert name_of(line(39, "S", "2"), Norm.GENERAL) == "2"


def test_both_families_have_their_own_invoices_lines_and_totals() -> None:
    for name in ("2", "2S", "4", "5"):
        general, clinic = table_of(name, Norm.GENERAL), table_of(name, Norm.CP)
        assert general is not None
        assert clinic is not None
        assert general != clinic
    assert table_of("3", Norm.GENERAL) is None


@pytest.mark.parametrize(("edition", "zone"), [("2004", "lpp_code_2"), ("2005", "buy_price")])
def test_an_edition_reads_its_own_zones(edition: str, zone: str) -> None:
    table = table_of("3F", Norm.CP, edition)
    assert table is not None
    assert zone in {field.name for field in table.fields}


def test_a_record_without_a_newer_table_is_read_by_the_one_before() -> None:
    assert table_of("4M", Norm.CP, "2005") == table_of("4M", Norm.CP, "2004")


def test_what_no_text_tells_of_a_practices_executant_is_kept_unread() -> None:
    table = table_of("4E", Norm.GENERAL)
    assert table is not None
    assert (table.confidence, table.fields[-1].name) == ("guess", "unread")
