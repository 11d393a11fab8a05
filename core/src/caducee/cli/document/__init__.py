"""``caducee document build | check | read``: clinical documents, without a kernel."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

VERBS = {
    "build": "INPUT.json… -o OUT: the CDA of each input",
    "check": "FILE…: what is wrong with received or built documents",
    "read": "FILE --json | --html | --pdf: what a document says",
}
USAGE_ERROR = 2


def main(argv: Sequence[str]) -> int:
    """Run one verb."""
    if not argv or argv[0] not in VERBS:
        lines = [f"  {name:<6} {text}" for name, text in VERBS.items()]
        asked = bool(argv) and argv[0] in ("-h", "--help")
        print("\n".join(["usage: caducee document VERB …", "", *lines]), file=sys.stdout if asked else sys.stderr)
        return 0 if asked else USAGE_ERROR
    result: int = import_module(f"caducee.cli.document.{argv[0]}").main(argv[1:])
    return result
