"""``caducee tp …``: the commands of third-party payment."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from caducee_paymed_tp.commands import parse


def main(argv: Sequence[str]) -> int:
    """Run one of the sub-commands; return its exit code."""
    options = argparse.ArgumentParser(prog="caducee tp", description="Third-party payment.")
    actions = options.add_subparsers(dest="action", required=True)
    parse.add_to(actions)
    chosen = options.parse_args(argv)
    run: Callable[[argparse.Namespace], int] = chosen.run
    return run(chosen)
