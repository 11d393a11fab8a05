from __future__ import annotations

from datetime import date, timedelta

from lxml import etree, html

from caducee_paymed_tp.dashboard.figures import dashboard, money_of
from caducee_paymed_tp.dashboard.page import SPECIMEN, page
from caducee_paymed_tp.euros import euros
from caducee_paymed_tp.importing.booking import events_of_file
from caducee_paymed_tp.ledger import events as e
from caducee_paymed_tp.ledger.book import Book, Claim
from caducee_paymed_tp.model.parts import Part, State
from caducee_paymed_tp.payers.register import Payer, Payers
from caducee_paymed_tp.unpaid.delays import Delays
from caducee_paymed_tp.unpaid.scanning import events_of_the_day

from .practice import NOW, apply, invoice, notice, paid, refused, returned, statement, wire
from .test_ledger import confirm, sent_book

REGISTER = Payers({"CPAM751": Payer(name="CPAM <Paris> & Cie")})
TODAY = date(2026, 1, 25)


def lived() -> Book:
    book = sent_book(1, 2, 3)
    apply(book, *events_of_file(book, (returned(notice(paid(1, 2100), refused(2))), statement(wire(2100)))))
    confirm(book)
    later = NOW + timedelta(days=20)
    apply(book, *events_of_file(book, (returned(notice(paid(3, 2100), label="TP 9999"), digest="c" * 64),)))
    apply(book, *events_of_the_day(book, later, delays=Delays(), payers=REGISTER), at=later)
    apply(book, e.InvoiceTaken(invoice=invoice(4, amo=500, amc=0, on=date(2025, 12, 3))))
    return book


def figures(book: Book | None = None, *, specimen: bool = True):
    return dashboard(book or lived(), month=TODAY, today=TODAY, payers=REGISTER, specimen=specimen)


def drawn(**what: object) -> html.HtmlElement:
    return html.fromstring(page(figures(**what)))


def test_what_is_billed_is_where_its_five_parts_are():
    money = figures().money
    assert money.billed == 9000
    assert money.billed == money.paid + money.waiting + money.rejected + money.late + money.given_up
    assert (money.paid, money.rejected, money.late) == (2100, 2100, 2100 + 3 * 900)


def test_payers_and_months_add_up_to_the_whole():
    shown = figures()
    assert sum(line.money.billed for line in shown.payers) == shown.money.billed
    assert [month.month for month in shown.months][-2:] == ["2025-12", "2026-01"]
    assert shown.months[-2].money.billed == 500


def test_a_refused_part_that_was_advanced_still_shows_what_came():
    claim = Claim(invoice="F1", part=Part.AMO, payer="X", asked=2100, state=State.REJECTED, advanced=2000)
    assert (money_of(claim).paid, money_of(claim).rejected) == (2000, 100)


def test_missing_money_is_shown_and_advised_on():
    shown = figures()
    assert [one.amount for one in shown.missing] == [2100]
    assert any("annoncé et pas reçu" in one.sentence for one in shown.advice)


def test_an_advance_that_was_agreed_and_has_not_come_is_advised_on():
    book = apply(sent_book(1), *(e.ReceiptCame(file_id=name, positive=True) for name in sent_book(1).transmissions))
    shown = dashboard(book, month=TODAY, today=TODAY, payers=REGISTER, specimen=True, advance=6)
    assert any("Avances prévues" in one.sentence and one.amount == 2100 for one in shown.advice)
    assert not any("Avances prévues" in one.sentence for one in figures(book).advice)


def test_the_delay_ends_on_the_day_of_the_bank_whenever_somebody_looks():
    book = sent_book(1)
    apply(book, *events_of_file(book, (returned(notice(paid(1, 2100))), statement(wire(2100, on=date(2026, 1, 9))))))
    sent = book.claims["F1", Part.AMO].sent
    assert sent is not None
    confirm(book, at=NOW + timedelta(days=60))
    assert figures(book).delay == (date(2026, 1, 9) - sent).days


def test_everything_simulated_is_marked_and_nothing_real_is():
    assert SPECIMEN in drawn().text_content()
    assert "SPECIMEN" not in page(figures(specimen=False))


def test_the_page_needs_nothing_from_elsewhere():
    text = page(figures())
    assert "http://" not in text
    assert "https://" not in text
    assert not html.fromstring(text).xpath("//script|//link|//img|//*[@src]")


def test_names_are_text_and_never_markup():
    assert "CPAM <Paris> & Cie" in drawn().text_content()
    assert not drawn().xpath("//paris")


def test_every_picture_is_described_or_silent_for_a_screen_reader():
    for picture in drawn().iter("svg"):
        described = (
            picture.get("role") == "img" and picture.find("title") is not None and picture.find("desc") is not None
        )
        assert described or picture.get("aria-hidden") == "true"


def test_every_table_has_a_caption_and_headings_and_can_be_scrolled_by_keyboard():
    tables = list(drawn().iter("table"))
    assert tables
    for table in tables:
        assert table.find("caption") is not None
        assert table.xpath(".//th[@scope='col']")
        assert table.getparent().get("tabindex") == "0"


def test_the_page_says_its_language_and_begins_with_one_title():
    shown = drawn()
    assert shown.get("lang") == "fr"
    assert len(shown.xpath("//h1")) == 1
    assert shown.xpath("//main[@id='contenu']")


def test_the_page_is_well_formed():
    parser = etree.HTMLParser(recover=False)
    etree.fromstring(page(figures()), parser)


def test_an_empty_month_is_a_page_too():
    text = page(figures(Book()))
    assert "Rien à faire" in text


def test_amounts_are_written_as_in_french():
    assert euros(123_456) == "1\u202f234,56\u00a0€"
    assert euros(-5) == "\u22120,05\u00a0€"
