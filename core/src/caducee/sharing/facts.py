"""What happened in the practice, as events that name no patient: what indicators are read from."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from caducee.model.bodies import MedicalSummary
from caducee.model.document import Document
from caducee.outbox.contract import Transaction

SUMMARY = "SYNTH"


class FactKind(StrEnum):
    """The kind of a fact is the kind of its event."""

    PUBLISHED = "document.published"
    """A document was handed over. ``code``: its type."""
    SUMMARY_CODED = "summary.coded"
    """A VSM was handed over. ``code``: how many of its entries are coded, of how many (``7/9``)."""
    SEEN = "patient.seen"
    """A patient came, or was met at a distance. ``code``: the status of their INS (``QUAL``, ``VALI``…)."""
    CARE_SHEET = "care_sheet.sent"
    """A care sheet left. ``code``: ``electronic`` or ``paper``."""
    ACT = "act.done"
    """An act was done. ``code``: ``distance`` or ``present``."""
    ATTENDING = "attending.noted"
    """The practice is a patient's médecin traitant. ``code``: the day since, ``YYYY-MM-DD``."""
    ATTENDING_ENDED = "attending.ended"
    MAILBOX = "mailbox.alive"
    """The secure mailbox was read without fault."""
    OPENING_HOURS = "directory.hours"
    """The opening hours in the directory. ``code``: ``filled`` or ``missing``."""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One fact. ``reference`` stands for a patient without naming them; ``document_id`` is a publication of ours."""

    kind: FactKind
    code: str = ""
    reference: str = ""
    document_id: str = ""


async def write(tx: Transaction, fact: Fact) -> None:
    """Write the event of a fact; what stands for the patient is where other events have their delivery."""
    await tx.event(fact.kind, document_id=fact.document_id, delivery_id=fact.reference, code=fact.code)


def published(document: Document, document_id: str) -> tuple[Fact, ...]:
    """Return the facts of a publication."""
    facts = [Fact(kind=FactKind.PUBLISHED, code=document.type.code, document_id=document_id)]
    if isinstance(document.body, MedicalSummary):
        coded, all_of_them = coded_entries(document.body)
        facts.append(Fact(kind=FactKind.SUMMARY_CODED, code=f"{coded}/{all_of_them}", document_id=document_id))
    return tuple(facts)


def coded_entries(summary: MedicalSummary) -> tuple[int, int]:
    """Return how many entries of a VSM carry a code, and how many there are; a text that stands for a part is one."""
    codes = [
        *(one.code for one in (*summary.problems, *summary.past_history)),
        *(one.code for one in summary.procedures),
        *(one.code for one in summary.allergies),
        *(one.kind for one in summary.habits),
        *(problem.code for one in summary.family_history for problem in one.problems),
        *(one.medicine.code or one.medicine.virtual or one.medicine.atc for one in summary.treatments),
    ]
    texts = (summary.history_text, summary.risks_text, summary.treatments_text, summary.occupational_risks)
    plain = sum(bool(text.strip()) for text in texts)
    return sum(code is not None for code in codes), len(codes) + plain
