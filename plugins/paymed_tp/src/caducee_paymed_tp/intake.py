"""What is wrong with an invoice that is handed over, before anything is kept. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from caducee.errors import Finding
from caducee_paymed_tp.errors import TpInvalid
from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.ledger.events import Event, InvoiceTaken
from caducee_paymed_tp.model.invoices import Invoice, SignedInvoice
from caducee_paymed_tp.model.parts import Part
from caducee_paymed_tp.returns.correcting import findings_of_replacement
from caducee_paymed_tp.unpaid.compulsory import marked

SOURCE = "Norme B2, contrôles d'une facture"


def findings_of_invoice(book: Book, invoice: Invoice) -> list[Finding]:
    """Return all that is wrong with a new invoice: its number, its sums, what it replaces."""
    return [*_names(book, invoice), *_sums(invoice), *findings_of_replacement(book, invoice)]


def events_of_invoices(book: Book, said: Sequence[SignedInvoice]) -> tuple[Event, ...]:
    """Return the events of invoices that a file hands over; those that are here already change nothing.

    Raises:
        TpInvalid: one of them is wrong, or two bear one name or number; nothing of the file is kept.
    """
    events: list[Event] = []
    wrong: list[Finding] = []
    taken: set[object] = set()
    for one in said:
        digest = hashlib.sha256(one.signed).hexdigest()
        invoice = marked(msgspec.structs.replace(one.invoice, digest=digest))
        if book.invoices.get(invoice.id) == invoice:
            continue
        wrong += findings_of_invoice(book, invoice)
        if taken & {invoice.id, invoice.key}:
            wrong.append(_finding("number", "tp.number_used", "Deux factures du fichier portent le même numéro."))
        taken |= {invoice.id, invoice.key}
        events.append(InvoiceTaken(invoice=invoice))
    if wrong:
        raise TpInvalid(tuple(wrong))
    return tuple(events)


def _names(book: Book, invoice: Invoice) -> list[Finding]:
    found = []
    if invoice.id in book.invoices:
        found.append(_finding("id", "tp.id_used", "Une autre facture porte déjà cet identifiant."))
    elif invoice.key in book.by_number:
        found.append(_finding("number", "tp.number_used", "Ce numéro de facture a déjà été utilisé."))
    return found


def _sums(invoice: Invoice) -> list[Finding]:
    if not invoice.lines:
        return []
    found = []
    asked = {share.part: share.asked for share in invoice.shares}
    for part in (Part.AMO, Part.AMC):
        lines = sum(getattr(line, part.value) for line in invoice.lines)
        if asked.get(part, 0) != lines:
            message = "La somme des lignes n'est pas le montant demandé."
            found.append(_finding(f"shares.{part}.asked", "tp.sum", message))
    if any(line.amo + line.amc > line.fee for line in invoice.lines):
        found.append(_finding("lines", "tp.more_than_fee", "Une ligne demande plus que ses honoraires."))
    if invoice.billed > sum(line.fee for line in invoice.lines):
        found.append(_finding("shares", "tp.more_than_billed", "Les parts dépassent les honoraires de la facture."))
    return found


def _finding(field: str, rule: str, message: str) -> Finding:
    return Finding(field=field, rule=rule, message=message, source=SOURCE)
