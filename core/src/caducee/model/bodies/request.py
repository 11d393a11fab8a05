"""Requests that have no structured national model: printed, and carried as a file."""

from __future__ import annotations

import msgspec


class BiologyPrescription(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="biology_prescription"
):
    """Analyses asked of a laboratory: level 1 (``PRESC-BIO``). ``pdf`` is printed from the rest when it is absent.

    ``exams`` are in words, one each. ``ald`` are those in the upper zone of a two-zone form. ``number`` is the national
    one, when the service gave one; ``follow_opposed`` as in ``Prescription``.
    """

    exams: tuple[str, ...]
    ald: tuple[str, ...] = ()
    fasting: bool = False
    urgent: bool = False
    at_home: bool = False
    number: str = ""
    valid_until: str | None = None
    follow_opposed: bool = False
    comment: str = ""
    pdf: bytes = b""
