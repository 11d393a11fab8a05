"""How much of a received mail is looked at: what a stranger sends must not cost more than it should."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds on one mail. Sizes are bytes.

    ``expanded`` is what all archives of the mail may unpack to, ``ratio`` how many times larger than itself a file of
    an archive may be once it is beyond a megabyte, ``tags`` how many XML tags all documents of the mail may have.
    """

    mail: int = 100_000_000
    header: int = 500_000
    parts: int = 1_000
    depth: int = 12
    archives: int = 20
    files: int = 2_000
    expanded: int = 250_000_000
    ratio: int = 200
    documents: int = 200
    tags: int = 3_000_000
