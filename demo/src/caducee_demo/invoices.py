"""Invented invoices, as the approved billing module of a practice would hand them over. All of them SPECIMEN."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from caducee_paymed_tp import Invoice, Part, Share

SIGNED = b"SPECIMEN"
PROFESSIONAL = "759999990"
_FEES = (3000, 3500, 6000)
_RATES = (70, 70, 100)
_OVERRUN = 1500


def invoices_of(day: date, count: int, *, amo: Iterable[str], amc: Iterable[str]) -> list[Invoice]:
    """Return invoices shared out over the payers; the first one also asks the patient for an overrun."""
    first, second = list(amo), list(amc)
    return [
        _invoice(
            number,
            day,
            amo=first[number % len(first)],
            amc=second[number // len(first) % len(second)],
            overrun=_OVERRUN if number == 1 else 0,
        )
        for number in range(1, count + 1)
    ]


def corrected(old: Invoice, number: int, parts: Iterable[Part]) -> Invoice:
    """Return the invoice that asks again for the refused parts of another, under its own number."""
    refused = set(parts)
    return Invoice(
        id=f"FACTURE-{number:04d}",
        ps=old.ps,
        patient=old.patient,
        care_date=old.care_date,
        number=f"{number:09d}",
        destination=old.destination,
        shares=tuple(share for share in old.shares if share.part in refused),
        replaces=old.id,
    )


def _invoice(number: int, day: date, *, amo: str, amc: str, overrun: int) -> Invoice:
    fee, rate = _FEES[number % len(_FEES)], _RATES[number // 2 % len(_RATES)]
    asked = fee * rate // 100
    shares = [Share(part=Part.AMO, payer=amo, asked=asked, compulsory=rate == 100)]
    shares += [Share(part=Part.AMC, payer=amc, asked=fee - asked)] if fee > asked else []
    shares += [Share(part=Part.PATIENT, payer="patient", asked=overrun)] if overrun else []
    return Invoice(
        id=f"FACTURE-{number:04d}",
        ps=PROFESSIONAL,
        patient=f"PSEUDONYME-{number}",
        care_date=day,
        number=f"{number:09d}",
        destination=amo,
        shares=tuple(shares),
    )
