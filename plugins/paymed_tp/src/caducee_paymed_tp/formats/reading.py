"""What a reader notes beside the rows it yields: how many of what, and what looked odd without being wrong."""

from __future__ import annotations

from collections import Counter

import msgspec

from caducee_paymed_tp.formats.quarantine import Place

REMARKS_KEPT = 1000


class Remark(msgspec.Struct, frozen=True):
    """Something that a person should know and that does not make the file wrong. ``rule`` is a stable code."""

    rule: str
    place: Place


class Reading:
    """Filled while a file is read; complete when the reader has come to its end.

    ``counts`` is by record or entity, ``unknown`` those that no table describes (kept as bytes, never dropped).
    Only the first thousand remarks are kept, all are counted.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.remarks: list[Remark] = []
        self.remark_counts: Counter[str] = Counter()

    def remark(self, rule: str, place: Place) -> None:
        """Note an oddity."""
        self.remark_counts[rule] += 1
        if len(self.remarks) < REMARKS_KEPT:
            self.remarks.append(Remark(rule, place))
