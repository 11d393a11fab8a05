"""What the practice knows, as far as filing needs it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from caducee.model.patient import Patient


class Filed(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was filed before.

    ``authors`` and ``organisations`` are the national identifiers of who made it; ``is_latest`` is false once a later
    version is known.
    """

    document_id: str
    local_id: str
    sha1: str
    authors: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    is_latest: bool = True


class PatientIndex(Protocol):
    """The patients and the filed documents of the practice."""

    def with_ins(self, matricule: str, oid: str) -> Sequence[Patient]:
        """Return the records that hold this INS: the matricule under this OID, never the matricule alone."""
        ...

    def with_traits(self, birth_name: str, birth_date: str) -> Sequence[Patient]:
        """Return records to propose to a person; ``birth_date`` is ``YYYY-MM-DD``. Nothing is filed by them."""
        ...

    def filed(self, document_id: str) -> Filed | None:
        """Return the filed document of this identifier (``root`` or ``root^extension``)."""
        ...
