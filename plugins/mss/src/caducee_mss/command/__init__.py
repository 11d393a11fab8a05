"""``caducee mss …``: secure mail, without configuration."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

VERBS = {"read": "FILE.eml | FOLDER [--json] [--extract FOLDER]: what a mail says, and where it would be filed"}
USAGE_ERROR = 2


def main(argv: Sequence[str]) -> int:
    """Run one verb."""
    if not argv or argv[0] not in VERBS:
        lines = [f"  {name:<6} {text}" for name, text in VERBS.items()]
        asked = bool(argv) and argv[0] in ("-h", "--help")
        print("\n".join(["usage: caducee mss VERB …", "", *lines]), file=sys.stdout if asked else sys.stderr)
        return 0 if asked else USAGE_ERROR
    result: int = import_module(f"caducee_mss.command.{argv[0]}").main(argv[1:])
    return result
