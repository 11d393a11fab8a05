"""A version that says that the one before is void."""

from __future__ import annotations

import msgspec


class Annulment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="annulment"):
    """The next version of a document that must no longer be read: one printed page that says so, and why.

    The document keeps its type, and its ``replaces`` names the version that it annuls.
    """

    reason: str
