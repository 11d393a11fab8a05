"""Invoices as the host's approved billing module made them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from caducee_paymed_tp.model.parts import InvoiceKind, Part, Security, Situation

Cents = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Number = Annotated[str, msgspec.Meta(pattern="^[0-9]{1,9}$")]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One act. ``rate`` is the percentage of ``base`` that the compulsory insurance bears."""

    code: Text
    on: date
    fee: Cents
    base: Cents = 0
    rate: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    amo: Cents = 0
    amc: Cents = 0
    exoneration: str = "0"


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What one part is asked for.

    ``compulsory`` says that the law forbids to ask the patient for it (ALD, maternity, work accident, C2S, AME…):
    the host knows the situation. ``payer`` is a key of the payer register, or the insurer's own number.
    """

    part: Part
    payer: Text
    asked: Cents
    compulsory: bool = False


class Invoice(msgspec.Struct, frozen=True, kw_only=True):
    """One invoice. ``patient`` is a pseudonym: the SDK needs no name to follow money.

    ``id`` is the host's own; ``number`` is what payers answer with, never used twice by one professional (9 digits at
    most, not zero; leading zeros say nothing). ``destination`` is the payer's reception (``CP751``), which tells lots
    apart. ``replaces`` is the id of the rejected invoice that this one corrects. ``digest`` is the SHA-256 of the
    signed form, which the SDK carries without opening it. ``situations`` are what the law looks at to forbid asking the
    patient.
    """

    id: Text
    ps: Text
    patient: Text
    care_date: date
    number: Number
    destination: Text
    kind: InvoiceKind = InvoiceKind.FSE
    security: Security = Security.SESAM
    lines: tuple[Line, ...] = ()
    shares: tuple[Share, ...] = ()
    situations: tuple[Situation, ...] = ()
    replaces: str = ""
    digest: str = ""

    def __post_init__(self) -> None:
        if not int(self.number):
            raise ValueError("number: zero is not an invoice number")
        parts = [share.part for share in self.shares]
        if len(parts) != len(set(parts)):
            raise ValueError("shares: each part at most once")
        if not parts:
            raise ValueError("shares: an invoice asks somebody for something")

    @property
    def billed(self) -> int:
        """All that is asked, in cents."""
        return sum(share.asked for share in self.shares)

    @property
    def key(self) -> tuple[str, str]:
        """What payers name it by: the professional and the number, without leading zeros."""
        return self.ps.lstrip("0"), self.number.lstrip("0")


SIGNED = "signed"
"""Under which name of the plugin's state signed forms are kept, by the id of their invoice."""


class SignedInvoice(msgspec.Struct, frozen=True, kw_only=True, tag="invoice"):
    """An invoice as a file hands it over: ``signed`` (Base64 in JSON) is what the approved module has made of it."""

    invoice: Invoice
    signed: bytes
