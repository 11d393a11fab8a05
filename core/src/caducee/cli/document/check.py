"""``caducee document check FILE…``: what is wrong with documents, whoever made them, all at once."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

from caducee.cda.rules import RuleFinding, Severity, check_document
from caducee.cli.document.progress import Progress
from caducee.cli.options import add_json
from caducee.cli.printing import file_error
from caducee.errors import CaduceeError
from caducee.model.environment import Environment

_SAID = {Severity.ERROR: "erreur", Severity.WARNING: "attention"}
UNREADABLE = 2


def main(argv: Sequence[str]) -> int:
    """Check each file; 1 when one has errors, 2 when one cannot be read. Warnings alone leave 0."""
    chosen = _options().parse_args(argv)
    environment = Environment(chosen.environment)
    progress = Progress(len(chosen.files))
    worst = 0
    for name in chosen.files:
        try:
            found = check_document(Path(name).read_bytes(), on=chosen.on, environment=environment)
        except OSError as error:
            print(f"{name}: {file_error(error)}", file=sys.stderr)
            worst = UNREADABLE
        except CaduceeError as error:
            print(f"{name}: {error.explain().sentence} ({error.code})", file=sys.stderr)
            worst = UNREADABLE
        else:
            _print(name, found, as_json=chosen.json)
            worst = max(worst, any(one.severity is Severity.ERROR for one in found))
        progress.step(Path(name).name)
    return worst


def _options() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="caducee document check", description="Says what is wrong with CDA documents.")
    made.add_argument("files", nargs="+", metavar="FILE")
    made.add_argument("--on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the day whose rules hold")
    made.add_argument("--environment", default="sandbox", choices=[one.value for one in Environment])
    add_json(made)
    return made


def _print(name: str, found: tuple[RuleFinding, ...], *, as_json: bool) -> None:
    if as_json:
        print(msgspec.json.encode({"file": name, "findings": found}).decode())
        return
    for one in found:
        field = f" [{one.field}]" if one.field else ""
        print(f"{name}:{one.line}: {_SAID[one.severity]} {one.rule}{field}")
        print(f"    {one.message} {one.cause} {one.remedy}\n    {one.xpath} ({one.source})")
    if not found:
        print(f"{name}: rien à signaler")
