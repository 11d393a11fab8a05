from __future__ import annotations

import pytest

from caducee_paymed_tp.formats.noemie import Controls, NoemieWriter
from caducee_paymed_tp.formats.noemie.controls import Counted
from caducee_paymed_tp.formats.quarantine import FormatFault

from .samples import act, invoice, paid, part, read, retention, wire, written


def two_invoices(writer: NoemieWriter) -> None:
    wire(writer)
    writer.entity("081", {"kind": "01"})
    invoice(writer, 1, 2100)
    part(writer, "199", 900)
    invoice(writer, 2, 1750)


@pytest.mark.parametrize(
    ("count", "what"), [(1, "the return kind below the wire"), (2, "its invoices"), (7, "its entities")]
)
def test_a_level_control_may_count_in_any_of_the_readings(count: int, what: str) -> None:
    data = written(lambda writer: (two_invoices(writer), writer.control(count=count, cents=4750)))
    assert paid(read(data)) == [4750], what


@pytest.mark.parametrize(("count", "cents"), [(2, 4751), (2, -4750), (3, 4750), (0, 0)])
def test_a_level_control_that_agrees_with_no_open_level_is_refused(count: int, cents: int) -> None:
    data = written(lambda writer: (two_invoices(writer), writer.control(count=count, cents=cents)))
    with pytest.raises(FormatFault) as caught:
        read(data)
    assert caught.value.rule == "noemie.level_control"
    assert caught.value.place.offset > 128


def test_a_reading_may_be_chosen_once_a_payer_says_which() -> None:
    data = written(lambda writer: (two_invoices(writer), writer.control(count=2, cents=4750)))
    assert paid(read(data, controls=Controls(level_counts=frozenset({Counted.INVOICES})))) == [4750]
    with pytest.raises(FormatFault, match="level_control"):
        read(data, controls=Controls(level_counts=frozenset({Counted.ENTITIES})))


def test_each_level_may_be_closed_by_its_own_control() -> None:
    def fill(writer: NoemieWriter) -> None:
        writer.entity("020", {"payee_id": "751234567"})
        for number, cents in ((1, 2100), (2, 300)):
            wire(writer)
            invoice(writer, number, cents)
            writer.control(count=1, cents=cents)
        writer.control(count=2, cents=2400)

    assert paid(read(written(fill))) == [2400]


def test_a_level_that_is_closed_answers_no_other_control() -> None:
    def fill(writer: NoemieWriter) -> None:
        wire(writer)
        invoice(writer, 1, 2100)
        invoice(writer, 2, 100)
        writer.control(count=2, cents=2200)
        wire(writer)
        invoice(writer, 3, 300)
        writer.control(count=2, cents=2200)

    with pytest.raises(FormatFault, match="level_control"):
        read(written(fill))


@pytest.mark.parametrize(
    ("end", "rule"),
    [
        ({"sum": 4749}, "file.sum"),
        ({"sign": "N"}, "file.sum"),
        ({"sign": ""}, "file.sum"),
        ({"records": 20}, "file.count"),
        ({"file_id": "000124"}, "file.other_end"),
    ],
)
def test_a_last_block_that_contradicts_the_file_is_refused(end: dict[str, str | int], rule: str) -> None:
    with pytest.raises(FormatFault, match=rule):
        read(written(two_invoices, **end))


def test_lots_are_counted_where_the_file_has_lots() -> None:
    def fill(writer: NoemieWriter) -> None:
        for number in (1, 2):
            writer.entity("080", {"level": "03", "lot_date": None, "lot_no": f"{number:03d}"})
            invoice(writer, number, 100)

    assert paid(read(written(fill))) == [200]
    with pytest.raises(FormatFault, match=r"file\.lots"):
        read(written(fill, lots=3))


def test_retentions_and_lump_sums_belong_to_the_money_of_a_file() -> None:
    def fill(writer: NoemieWriter) -> None:
        wire(writer)
        invoice(writer, 1, 2100)
        retention(writer, -500)
        writer.entity("261", {"level": "03", "code": "1", "amount": 1500})
        writer.entity("262", {"level": "04", "code": "1", "period": "A", "amount": 1500})
        writer.control(count=3, cents=3100)

    assert paid(read(written(fill))) == [3100]


def test_a_file_may_come_to_less_than_nothing() -> None:
    assert paid(read(written(lambda writer: invoice(writer, 1, -2100)))) == [-2100]


@pytest.mark.parametrize("state", ["R", "D", ""])
def test_money_in_a_part_that_is_not_paid_is_refused(state: str) -> None:
    with pytest.raises(FormatFault, match=r"noemie\.paid_state"):
        written(lambda writer: invoice(writer, 1, 2100, state=state))


def test_acts_are_the_money_of_an_invoice_without_parts_only() -> None:
    def fill(writer: NoemieWriter) -> None:
        writer.entity("100", {"level": "04", "invoice_no": "1"})
        act(writer, 2100)
        invoice(writer, 2, 1000)
        act(writer, 1000)

    assert paid(read(written(fill))) == [3100]


def test_an_invoice_may_be_closed_by_the_count_of_its_acts() -> None:
    def fill(writer: NoemieWriter) -> None:
        wire(writer)
        writer.entity("100", {"level": "04", "invoice_no": "1"})
        act(writer, 2100)
        act(writer, 300)
        writer.control(count=2, cents=2400)

    assert paid(read(written(fill))) == [2400]


def test_whether_acts_hold_both_parts_is_told() -> None:
    def fill(writer: NoemieWriter) -> None:
        writer.entity("100", {"level": "04", "invoice_no": "1"})
        act(writer, 2100, amc_amount=900)

    both = Controls(acts_include_amc=True)
    assert paid(read(written(fill))) == [2100]
    assert paid(read(written(fill, sum=3000), controls=both)) == [3000]
