from __future__ import annotations

import io

import pytest

from caducee_paymed_tp.formats.noemie import (
    Aside,
    Controls,
    Movement,
    NoemieWriter,
    ReturnedPart,
    ReturnRow,
    Wire,
    WireTotal,
    read_entities,
    read_returns,
)
from caducee_paymed_tp.formats.noemie.returns import INVOICE_LIMIT
from caducee_paymed_tp.formats.quarantine import FormatFault

from .samples import DAY, act, invoice, invoices, paid, part, read, retention, totals, wire, written


def test_a_wire_says_its_day_its_labels_and_who_pays() -> None:
    rows = read(written(lambda writer: (wire(writer), invoice(writer, 1, 100))))
    (found,) = [row for row in rows if isinstance(row, Wire)]
    assert (found.day, found.labels, found.paying_org) == (DAY, ("CPAM751 TP 260112",), "751")
    assert found.raw.startswith(b"07102260112CPAM751 TP 260112")


def test_each_wire_comes_to_the_amount_to_find_at_the_bank() -> None:
    def fill(writer: NoemieWriter) -> None:
        wire(writer, "FIRST")
        invoice(writer, 1, 2100)
        retention(writer, -500)
        wire(writer, "SECOND")
        invoice(writer, 2, 1000)
        invoice(writer, 3, 0, state="R")

    rows = read(written(fill))
    assert totals(rows) == [1600, 1000]
    assert [(row.invoices, row.movements) for row in rows if isinstance(row, WireTotal)] == [(1, 1), (2, 0)]


def test_the_parts_of_an_invoice_have_each_their_state() -> None:
    def fill(writer: NoemieWriter) -> None:
        invoice(writer, 1, 2100)
        part(writer, "199", 0, state="R", asked=900)

    (found,) = invoices(read(written(fill)))
    first, second = (record.offset for record in found.records[1:])
    assert found.parts == (
        ReturnedPart(part="AMO", asked=2100, paid=2100, state="P", offset=first),
        ReturnedPart(part="AMC", asked=900, paid=0, state="R", offset=second, amc_id="0775627391"),
    )


def test_rejects_say_their_code_their_part_and_their_line() -> None:
    def fill(writer: NoemieWriter) -> None:
        invoice(writer, 1, 0, state="R")
        writer.entity(
            "294", {"level": "05", "code": "0009", "label": "MOTIF", "scope": "L", "part": "C", "line": "002"}
        )
        writer.entity("290", {"level": "05", "line": "01", "code": "0009-816", "label": "ANCIEN"})
        writer.entity("295", {"level": "05", "text": "COMMENTAIRE"})

    (found,) = invoices(read(written(fill)))
    assert [(one.code, one.part, one.scope, one.line) for one in found.reasons] == [
        ("0009", "AMC", "L", "002"),
        ("0009-816", "", "", "01"),
    ]
    assert found.comments == ("COMMENTAIRE",)


def test_an_invoice_of_acts_only_is_paid_what_they_refund() -> None:
    def fill(writer: NoemieWriter) -> None:
        writer.entity("080", {"level": "03", "lot_date": DAY, "lot_no": "012"})
        writer.entity("100", {"level": "04", "invoice_no": "000000009"})
        act(writer, 2100)
        act(writer, 300)

    (found,) = invoices(read(written(fill)))
    assert (found.number, found.lot_no, found.lot_date, found.paid) == ("000000009", "012", DAY, 2400)
    assert [one.refunded for one in found.acts] == [2100, 300]


def test_an_invoice_keeps_its_entities_as_they_were_received() -> None:
    (found,) = invoices(read(written(lambda writer: invoice(writer, 42, 2100))))
    assert [record.raw[:5] for record in found.records] == [b"10203", b"19804"]
    assert found.records[0].offset == found.offset == 129


def test_a_retention_and_a_lump_sum_are_movements_with_their_details() -> None:
    def fill(writer: NoemieWriter) -> None:
        retention(writer, -500)
        writer.entity("261", {"level": "03", "code": "00012", "amount": 1500})
        writer.entity("262", {"level": "04", "code": "00012", "period": "A", "amount": 1500})

    first, second = [row for row in read(written(fill)) if isinstance(row, Movement)]
    assert (first.kind, first.amount, first.reason, first.operation) == ("retention", -500, "IND", "RPR")
    assert (second.kind, second.amount, len(second.records)) == ("lump_sum", 1500, 2)


def test_what_stands_outside_an_invoice_is_not_lost() -> None:
    def fill(writer: NoemieWriter) -> None:
        wire(writer)
        writer.entity("295", {"level": "03", "text": "A LIRE"})
        writer.raw("77703NEW")

    assert [row.entity.type for row in read(written(fill)) if isinstance(row, Aside)] == ["295", "777"]


@pytest.mark.parametrize("kind", ["198", "199"])
def test_money_outside_an_invoice_is_refused(kind: str) -> None:
    with pytest.raises(FormatFault, match=r"record\.order"):
        read(written(lambda writer: part(writer, kind, 100)))


def test_wires_of_a_file_come_to_its_total_whatever_the_mix() -> None:
    def fill(writer: NoemieWriter) -> None:
        invoice(writer, 1, 100)
        wire(writer)
        writer.entity("100", {"level": "04", "invoice_no": "2"})
        act(writer, 200)
        wire(writer)
        invoice(writer, 3, -50)
        retention(writer, -20)

    rows = read(written(fill))
    assert sum(totals(rows)) == paid(rows)[0] == 230


def test_an_invoice_that_never_ends_is_refused() -> None:
    def fill(writer: NoemieWriter) -> None:
        invoice(writer, 1, 100)
        for _ in range(INVOICE_LIMIT):
            writer.raw("77705X")

    with pytest.raises(FormatFault, match=r"noemie\.oversized"):
        list(read_returns(read_entities(io.BytesIO(written(fill)))))


def test_rows_made_under_other_controls_than_their_reader_are_refused() -> None:
    def fill(writer: NoemieWriter) -> None:
        writer.entity("100", {"level": "04", "invoice_no": "1"})
        act(writer, 2100, amc_amount=900)

    entities = read_entities(io.BytesIO(written(fill)))
    with pytest.raises(FormatFault, match=r"file\.sum"):
        list(read_returns(entities, controls=Controls(acts_include_amc=True)))


def _wires(rows: list[ReturnRow]) -> list[tuple[str, int]]:
    return [(row.wire.raw[:3].decode() if row.wire else "", row.paid) for row in rows if isinstance(row, WireTotal)]


@pytest.mark.parametrize("order", [("070", "071"), ("071", "070")])
def test_the_day_of_a_wire_and_the_wire_are_one(order: tuple[str, str]) -> None:
    def fill(writer: NoemieWriter) -> None:
        for kind in order:
            wire(writer) if kind == "071" else writer.entity("070", {"accounting_date": DAY})
        invoice(writer, 1, 100)

    rows = read(written(fill))
    assert _wires(rows) == [("071", 100)]
    assert len([row for row in rows if isinstance(row, Wire)]) == 1


def test_a_day_alone_is_a_wire() -> None:
    def fill(writer: NoemieWriter) -> None:
        for number in (1, 2):
            writer.entity("070", {"accounting_date": DAY})
            invoice(writer, number, 100)

    assert _wires(read(written(fill))) == [("070", 100), ("070", 100)]


def test_another_payee_ends_the_wire_of_the_one_before() -> None:
    def fill(writer: NoemieWriter) -> None:
        writer.entity("040", {"payee_id": "751111111"})
        wire(writer)
        invoice(writer, 1, 100)
        writer.entity("040", {"payee_id": "752222222"})
        invoice(writer, 2, 50)

    assert _wires(read(written(fill))) == [("071", 100), ("", 50)]


def test_a_payee_named_after_the_wire_is_its_payee() -> None:
    def fill(writer: NoemieWriter) -> None:
        wire(writer)
        writer.entity("040", {"payee_id": "751111111"})
        invoice(writer, 1, 100)

    (found,) = [row for row in read(written(fill)) if isinstance(row, Wire)]
    assert found.payee == "000000751111111"


def test_a_wire_that_pays_nothing_is_said() -> None:
    assert _wires(read(written(wire))) == [("071", 0)]


def test_the_detail_of_a_lump_sum_that_is_not_there_is_not_lost() -> None:
    def fill(writer: NoemieWriter) -> None:
        writer.entity("262", {"level": "04", "code": "1", "period": "A", "amount": 1500})

    assert [row.entity.type for row in read(written(fill)) if isinstance(row, Aside)] == ["262"]
