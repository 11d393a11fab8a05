"""``caducee mss …``: reads mail without configuration."""

from __future__ import annotations

from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Run one of the sub-commands."""
    return 2
