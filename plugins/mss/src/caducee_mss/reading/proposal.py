"""What is proposed for the documents of a mail, as data."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from caducee_mss.receiving.receipt_codes import ReceiptCode


class Outcome(StrEnum):
    """What is proposed for a document. Only ``FILE`` and ``REPLACEMENT`` may be done without a person."""

    FILE = "file"
    REPLACEMENT = "replacement"
    PERSON = "person"
    DUPLICATE = "duplicate"
    DELETION = "deletion"
    REFUSE = "refuse"


class Reason(msgspec.Struct, frozen=True):
    """Why: a stable code and a French sentence."""

    code: str
    sentence: str


class Candidate(msgspec.Struct, frozen=True):
    """A record that a person may choose, and what speaks against it."""

    local_id: str
    reasons: tuple[Reason, ...]


class Filing(msgspec.Struct, frozen=True, kw_only=True):
    """What is proposed for one document.

    ``document`` is its place in ``mail.documents``. ``local_id`` is the record, for what may be done alone, and that of
    a duplicate or of a deletion. ``replaces`` is the document of which this is the next version. ``receipt`` is the
    code of the receipt that says why no program could do it; ``None``: integrated, or already there.
    """

    document: int
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    local_id: str = ""
    candidates: tuple[Candidate, ...] = ()
    replaces: str = ""
    receipt: ReceiptCode | None = None


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """What is proposed for a mail. ``receipt`` is that of its first document that was not integrated."""

    documents: tuple[Filing, ...]

    @property
    def receipt(self) -> ReceiptCode | None:
        """The code of the receipt of the whole mail."""
        return next((one.receipt for one in self.documents if one.receipt is not None), None)
