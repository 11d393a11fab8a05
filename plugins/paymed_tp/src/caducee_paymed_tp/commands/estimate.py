"""``caducee tp estimate``: what each part would be asked for. Offline; always an estimate."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from caducee.cli.printing import print_error, print_json, print_table
from caducee.errors import CaduceeError
from caducee_paymed_tp.commands.opened import FAILED
from caducee_paymed_tp.estimate import Estimate, Request, estimate
from caducee_paymed_tp.estimate.tables import read, sample
from caducee_paymed_tp.euros import euros


def main(argv: Sequence[str]) -> int:
    """Estimate the invoice that a JSON file describes (``-``: the standard input)."""
    made = argparse.ArgumentParser(prog="caducee tp estimate", description="Estimates an invoice. No configuration.")
    made.add_argument("file", metavar="FILE|-")
    made.add_argument("--tables", metavar="FILE", help="tables of tariffs instead of the small sample")
    made.add_argument("--json", action="store_true")
    chosen = made.parse_args(argv)
    try:
        content = sys.stdin.buffer.read() if chosen.file == "-" else Path(chosen.file).read_bytes()
        tables = read(Path(chosen.tables).read_bytes()) if chosen.tables else sample()
        done = estimate(msgspec.json.decode(content, type=Request), tables)
    except CaduceeError as error:
        print_error(error)
        return FAILED
    except (OSError, msgspec.DecodeError) as error:
        print(f"caducee tp estimate: {error}", file=sys.stderr)
        return FAILED
    print_json(done) if chosen.json else _print(done)
    return 0


def _print(done: Estimate) -> None:
    print(done.label)
    print(done.warning)
    rows = [
        (one.code, euros(one.fee), f"{one.rate} %", euros(one.amo), euros(one.amc), euros(one.patient), one.why)
        for one in done.acts
    ]
    rows.append(("TOTAL", euros(done.fee), "", euros(done.amo), euros(done.amc), euros(done.patient), ""))
    print_table(("ACTE", "HONORAIRES", "TAUX", "CAISSE", "COMPLÉMENTAIRE", "PATIENT", "POURQUOI"), rows)
    if done.later or done.ceiling:
        why = f" ({done.ceiling})" if done.ceiling else ""
        print(f"Participation ou franchise retenue plus tard : {euros(done.later)}{why}")
