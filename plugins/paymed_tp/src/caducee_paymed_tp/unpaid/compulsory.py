"""For which parts the law forbids to ask the patient: a dated table (spec, 2.7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from caducee_paymed_tp.model.invoices import Invoice
from caducee_paymed_tp.model.parts import Part, Situation

_LONG_AGO = date(2000, 1, 1)


class Obligation(msgspec.Struct, frozen=True, kw_only=True):
    """One situation, the parts it protects, from when. ``assumed``: known from one secondary source."""

    situation: Situation
    parts: frozenset[Part]
    since: date = _LONG_AGO
    until: date | None = None
    assumed: bool = True


_AMO = frozenset({Part.AMO})
_BOTH = frozenset({Part.AMO, Part.AMC})

OBLIGATIONS = (
    Obligation(situation=Situation.WORK_ACCIDENT, parts=_BOTH, assumed=False),
    Obligation(situation=Situation.SCREENING, parts=_BOTH, assumed=False),
    Obligation(situation=Situation.CONTRACEPTION, parts=_BOTH, assumed=False),
    Obligation(situation=Situation.MATERNITY, parts=_BOTH),
    Obligation(situation=Situation.ALD, parts=_AMO),
    Obligation(situation=Situation.C2S, parts=_BOTH),
    Obligation(situation=Situation.AME, parts=_BOTH),
    Obligation(situation=Situation.CHILD_EXAMINATION, parts=_BOTH),
)

_ALD_CODE = "4"


def compulsory_parts(situations: Iterable[Situation], *, on: date) -> frozenset[Part]:
    """Return the parts for which third-party payment is compulsory on a day."""
    found = set(situations)
    parts: set[Part] = set()
    for rule in OBLIGATIONS:
        if rule.situation in found and rule.since <= on and (rule.until is None or on <= rule.until):
            parts |= rule.parts
    return frozenset(parts)


def marked(invoice: Invoice) -> Invoice:
    """Return the invoice with every compulsory part marked: by the host's word, its situations, or an ALD line."""
    situations = set(invoice.situations)
    if any(line.exoneration == _ALD_CODE for line in invoice.lines):
        situations.add(Situation.ALD)
    parts = compulsory_parts(situations, on=invoice.care_date)
    shares = tuple(
        msgspec.structs.replace(share, compulsory=share.compulsory or share.part in parts) for share in invoice.shares
    )
    return msgspec.structs.replace(invoice, shares=shares)
