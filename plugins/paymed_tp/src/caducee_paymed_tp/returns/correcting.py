"""From a reject to the new invoice that replaces it."""

from __future__ import annotations

from datetime import date

import msgspec

from caducee.errors import Finding
from caducee_paymed_tp.ledger.book import Book, Claim
from caducee_paymed_tp.ledger.machine import Step, may
from caducee_paymed_tp.model.invoices import Invoice
from caducee_paymed_tp.model.money import Reason
from caducee_paymed_tp.model.parts import Part
from caducee_paymed_tp.returns.families import Family, advice_of, family_of


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """What a person reads about one refused part. ``reasons`` are the payer's own codes and words."""

    invoice: str
    part: Part
    family: Family
    title: str
    correction: str
    who: str
    reasons: tuple[Reason, ...]


def correction_of(claim: Claim, *, on: date) -> Correction:
    """Return the correction proposed for a refused part."""
    family = family_of(claim.reasons, part=claim.part, on=on)
    advice = advice_of(family)
    return Correction(
        invoice=claim.invoice,
        part=claim.part,
        family=family,
        title=advice.title,
        correction=advice.correction,
        who=advice.who,
        reasons=claim.reasons,
    )


def findings_of_replacement(book: Book, invoice: Invoice) -> list[Finding]:
    """Say what is wrong with an invoice that says it replaces another: never the same number, never a paid part."""
    if not invoice.replaces:
        return []
    if invoice.replaces not in book.invoices:
        return [_finding("replaces", "tp.replaces_unknown", "La facture à remplacer n'est pas connue ici.")]
    old = {claim.part: claim for claim in book.parts(invoice.replaces)}
    return [
        _finding(
            f"shares.{share.part}",
            "tp.replaces_not_refused",
            "Cette part n'a pas été rejetée : la demander de nouveau la ferait payer deux fois.",
        )
        for share in invoice.shares
        if share.part is not Part.PATIENT and not (share.part in old and may(old[share.part].state, Step.CORRECT))
    ]


def _finding(field: str, rule: str, message: str) -> Finding:
    return Finding(field=field, rule=rule, message=message, source="cycle de vie d'une facture rejetée")
