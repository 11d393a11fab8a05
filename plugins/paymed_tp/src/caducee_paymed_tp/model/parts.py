"""The three parts of an invoice, and the states of a part."""

from __future__ import annotations

from enum import StrEnum


class Part(StrEnum):
    """Who pays: the compulsory insurance, the complementary one, the patient."""

    AMO = "amo"
    AMC = "amc"
    PATIENT = "patient"


class State(StrEnum):
    """Where one part of one invoice stands. Each part has its own."""

    DRAFT = "draft"
    READY = "ready"
    VOID = "void"
    LOTTED = "lotted"
    SENT = "sent"
    STALE = "stale"
    NACKED = "nacked"
    ACKED = "acked"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    CORRECTED = "corrected"
    ABANDONED = "abandoned"
    PATIENT_DUE = "patient_due"
    NOTIFIED = "notified"
    PARTIAL = "partial"
    MISSING_MONEY = "missing_money"
    DISPUTED = "disputed"
    SETTLED = "settled"
    REVERSED = "reversed"
    LATE = "late"
    UNPAID_CASE = "unpaid_case"


class InvoiceStatus(StrEnum):
    """An invoice seen from afar: the fold of its parts."""

    PENDING = "pending"
    ACTION = "action"
    PAID = "paid"
    CLOSED = "closed"


class Security(StrEnum):
    """How a lot is secured (B2 record 1, position 81): one lot holds one mode."""

    SESAM = "S"
    SESAM_WITHOUT_CARD = "F"
    DEGRADED = "D"
    NONE = "-"


class InvoiceKind(StrEnum):
    """What the host's approved module made."""

    FSE = "fse"
    DRE = "dre"
    B2 = "b2"
    PAPER = "paper"
