# ruff: noqa: TID252
from __future__ import annotations

import io
from datetime import date

import pytest

from caducee_paymed_tp.formats.bank_csv import CsvMapping
from caducee_paymed_tp.formats.noemie import Entity, read_entities
from caducee_paymed_tp.formats.quarantine import FormatFault
from caducee_paymed_tp.importing.from_formats import Said, account_of, formats_reader, ps_of
from caducee_paymed_tp.model.money import BankStatement, Outcome, ReturnFile
from caducee_paymed_tp.model.parts import Part
from caducee_sandbox.tp import camt as camt_writer
from caducee_sandbox.tp import cfonb as cfonb_writer

from ..formats.b2 import samples as b2
from ..formats.camt import samples as camt
from ..formats.cfonb import samples as cfonb
from ..formats.noemie import samples as noemie
from ..formats.ofx import samples as ofx

read = formats_reader()


def returns(data: bytes) -> list[ReturnFile]:
    return [one for one in read(data, "digest") or () if isinstance(one, ReturnFile)]


def fill(writer: noemie.NoemieWriter) -> None:
    noemie.wire(writer)
    noemie.invoice(writer, 42, 2100)
    noemie.part(writer, "199", 0, state="R", asked=900)
    writer.entity("294", {"level": "05", "code": "0009", "label": "MOTIF", "scope": "F", "part": "C"})
    noemie.retention(writer, -500)


def test_a_wire_becomes_a_notice_with_its_parts_and_movements() -> None:
    (file,) = returns(noemie.written(fill))
    (notice,) = file.notices
    assert (file.digest, file.ps, file.payer) == ("digest", "751234567", "751")
    assert (notice.on, notice.payer, notice.labels, notice.total) == (noemie.DAY, "751", ("CPAM751 TP 260112",), 1600)
    assert [(item.number, item.part, item.outcome, item.asked, item.paid) for item in notice.items] == [
        ("42", Part.AMO, Outcome.PAID, 2100, 2100),
        ("42", Part.AMC, Outcome.REJECTED, 900, 0),
    ]
    assert [movement.amount for movement in notice.movements] == [-500]


def test_a_reason_belongs_to_its_part_and_is_a_flag_where_nothing_is_refused() -> None:
    (file,) = returns(noemie.written(fill))
    amo, amc = file.notices[0].items
    assert amo.reasons == ()
    assert [(reason.code, reason.flag) for reason in amc.reasons] == [("0009", False)]

    def flagged(writer: noemie.NoemieWriter) -> None:
        noemie.invoice(writer, 1, 100)
        writer.entity("290", {"level": "05", "line": "01", "code": "1", "label": "SIGNALEMENT"})

    assert [reason.flag for reason in returns(noemie.written(flagged))[0].notices[0].items[0].reasons] == [True]


def test_every_item_has_its_place_in_the_file() -> None:
    data = noemie.written(fill)
    notice = returns(data)[0].notices[0]
    places = {one.type: one.offset for one in read_entities(io.BytesIO(data)) if isinstance(one, Entity)}
    assert [item.offset for item in notice.items] == [places["198"], places["199"]]
    assert [movement.offset for movement in notice.movements] == [places["250"]]
    assert notice.offset == places["071"]


def test_money_that_no_wire_announces_is_of_the_day_of_the_file() -> None:
    (file,) = returns(noemie.written(lambda writer: noemie.invoice(writer, 1, 100)))
    assert [(notice.on, notice.total) for notice in file.notices] == [(noemie.DAY, 100)]


def test_wires_for_several_professionals_are_several_files() -> None:
    def two(writer: noemie.NoemieWriter) -> None:
        for number, payee in enumerate(("751111111", "752222222"), start=1):
            writer.entity("040", {"payee_id": payee})
            noemie.wire(writer, f"WIRE {number}")
            noemie.invoice(writer, number, 100)

    assert [file.ps for file in returns(noemie.written(two))] == ["751111111", "752222222"]


@pytest.mark.parametrize(
    "data",
    [
        camt.document(camt.of(camt.entry(4200), closing=14200)),
        b"".join([cfonb.balance("01", 10000), cfonb.movement(4200), cfonb.balance("07", 14200)]),
        ofx.version_1(ofx.transaction("42.00", closed=False)),
    ],
    ids=["camt", "cfonb", "ofx"],
)
def test_a_statement_becomes_movements_whatever_its_format(data: bytes) -> None:
    (statement,) = read(data, "digest") or ()
    assert isinstance(statement, BankStatement)
    assert [(entry.booked, entry.amount) for entry in statement.entries] == [(date(2026, 1, 12), 4200)]


def test_what_is_not_booked_is_not_money() -> None:
    data = camt.document(camt.of(camt.entry(100), camt.entry(900, status="<Sts>PDNG</Sts>"), closing=10100))
    (statement,) = read(data, "digest") or ()
    assert isinstance(statement, BankStatement)
    assert [entry.amount for entry in statement.entries] == [100]


@pytest.mark.parametrize("message", ["052", "054"])
def test_a_statement_that_is_not_final_is_refused_by_name(message: str) -> None:
    data = camt.document(camt.statement(camt.entry(100), message=message), message=message)
    with pytest.raises(FormatFault) as caught:
        read(data, "digest")
    assert caught.value.rule == "statement.not_final"


def test_another_currency_is_not_booked_as_euros() -> None:
    told = {"currency": "USD"}
    data = cfonb.balance("01", 0, **told) + cfonb.movement(5, **told) + cfonb.balance("07", 5, **told)
    with pytest.raises(FormatFault, match=r"file\.currency"):
        read(data, "digest")


def _columns(date_column: str) -> CsvMapping:
    return CsvMapping(account="PRO", date=date_column, amount="Montant", label=("Libelle",))


def test_a_csv_is_that_of_the_bank_whose_columns_it_has() -> None:
    reader = formats_reader(csv={"one": _columns("Jour"), "two": _columns("Date")})
    said: tuple[Said, ...] | None = reader(b"Date;Libelle;Montant\n12/01/2026;VIR;1,00\n", "digest")
    assert said is not None
    assert isinstance(said[0], BankStatement)
    assert [entry.amount for entry in said[0].entries] == [100]


def test_a_csv_of_no_declared_bank_is_not_ours() -> None:
    reader = formats_reader(csv={"one": _columns("Jour")})
    assert reader(b"Date;Libelle;Montant\n12/01/2026;VIR;1,00\n", "digest") is None
    assert read(b"[]", "digest") is None


def test_a_file_that_fails_says_nothing() -> None:
    with pytest.raises(FormatFault):
        read(noemie.written(fill, sum=1), "digest")


@pytest.mark.parametrize("number", ["751234567", "00000751234567", "000000751234567", "751234567     "])
def test_the_number_of_a_professional_is_nine_digits_whatever_the_zone(number: str) -> None:
    assert ps_of(number) == "751234567"


def test_reasons_without_any_part_refuse_the_part_that_they_name() -> None:
    def refused(writer: noemie.NoemieWriter) -> None:
        writer.entity("102", {"level": "04", "invoice_no": "000000007", "invoice_type": "F"})
        writer.entity("294", {"level": "05", "code": "0009", "label": "MOTIF", "scope": "F", "part": "C"})

    (item,) = returns(noemie.written(refused))[0].notices[0].items
    assert (item.number, item.part, item.outcome) == ("7", Part.AMC, Outcome.REJECTED)
    assert [(reason.code, reason.flag) for reason in item.reasons] == [("0009", False)]


@pytest.mark.parametrize(
    ("name", "account"),
    [
        ("FR7630004000010000000000136", "30004 00001 00000000001"),
        ("FR76 3000 4000 0100 0000 0000 136", "30004 00001 00000000001"),
        ("30004 00001 00000000001", "30004 00001 00000000001"),
        ("DE89370400440532013000", "DE89370400440532013000"),
        ("FR763000400001", "FR763000400001"),
        ("Compte pro", "Compte pro"),
    ],
)
def test_a_french_account_has_one_name_in_every_format(name: str, account: str) -> None:
    assert account_of(name) == account


def test_the_same_statement_as_camt_and_as_cfonb_is_of_one_account() -> None:
    entry = {"booked": "2026-01-12", "value": "2026-01-12", "amount": 4200, "label": "VIR", "creditor": ""}
    written = [form.write("FR7630004000010000000000136", 100, [entry])[0] for form in (camt_writer, cfonb_writer)]
    one, other = [said for content in written for said in read(content, "d") or () if isinstance(said, BankStatement)]
    assert (one.account, one.opening, one.closing) == (other.account, other.opening, other.closing)


def test_an_invoicing_file_is_refused_by_name() -> None:
    with pytest.raises(FormatFault) as caught:
        read(b2.written(lambda writer: b2.invoice(writer, 1)), "digest")
    assert caught.value.rule == "b2.no_money"
