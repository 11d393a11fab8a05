"""Which invoices are care sheets, and which of them count as sent electronically."""

from __future__ import annotations

from caducee.contracts.state import PluginTransaction
from caducee.sharing.fact_kind import FactKind
from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.model.invoices import Invoice
from caducee_paymed_tp.model.parts import InvoiceKind, Security

_SECURED = (Security.SESAM, Security.SESAM_WITHOUT_CARD)


def sheet_of(invoice: Invoice) -> str:
    """Return ``electronic`` or ``paper``; empty for a request to the complementary insurer, which is no care sheet.

    Electronic is an FSE that is secured (``S``, ``F``): without security a paper sheet follows it (assumed: the rule
    of the two thirds was read in a vendor's specification only).
    """
    if invoice.kind is InvoiceKind.DRE:
        return ""
    return "electronic" if invoice.kind is InvoiceKind.FSE and invoice.security in _SECURED else "paper"


async def note_sheet(tx: PluginTransaction, book: Book, invoice: Invoice) -> None:
    """Note a care sheet for the practice's figures: once, also when it was corrected and sent again."""
    first = invoice
    while first.replaces in book.invoices:
        first = book.invoices[first.replaces]
    if code := sheet_of(invoice):
        await tx.note(FactKind.CARE_SHEET, code=code, local_id=first.id)
