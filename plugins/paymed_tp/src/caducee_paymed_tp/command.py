"""``caducee tp …``: a table of contents."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS = {
    "import": ("importing", "FILE…: invoices, returns, receipts, bank statements, recognised by their content"),
    "parse": ("parse", "FILE: what a file holds, without any configuration"),
    "send": ("send", "close lots of what is ready; --collect fetches what the concentrator has"),
    "reconcile": ("reconcile", "bring announced wires and bank movements together"),
    "unpaid": ("unpaid", "what is not paid, and what to do next"),
    "dashboard": ("dashboard", "the month at a glance, as a page or as JSON"),
    "estimate": ("estimate", "FILE: what each part would be asked for, without any configuration"),
}
USAGE_ERROR = 2


def main(argv: Sequence[str]) -> int:
    """Run one of the commands."""
    if not argv or argv[0] not in COMMANDS:
        asked = bool(argv) and argv[0] in ("-h", "--help")
        lines = [f"  {name:<10} {text}" for name, (_, text) in COMMANDS.items()]
        print("\n".join(["usage: caducee tp COMMAND …", "", *lines]), file=sys.stdout if asked else sys.stderr)
        return 0 if asked else USAGE_ERROR
    run = import_module(f"caducee_paymed_tp.commands.{COMMANDS[argv[0]][0]}").main
    return int(run(argv[1:]))
