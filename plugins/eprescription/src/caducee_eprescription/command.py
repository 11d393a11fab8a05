"""The commands of this plugin."""

from __future__ import annotations

from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Run one of the sub-commands."""
    return 2 if argv else 1
