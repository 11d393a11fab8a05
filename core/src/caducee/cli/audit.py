"""``caducee audit verify | export``: whether the audit trail is whole; the trail as a file."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import anyio

from caducee.assembly import open_store
from caducee.cli.audit_export import Period, export
from caducee.cli.options import add_json, parser
from caducee.cli.printing import print_json
from caducee.config import Config, load_config


def main(argv: Sequence[str]) -> int:
    """Check the chain, or write it out; 1 when it is broken."""
    options = parser("audit", "Checks the chain of the audit trail, or writes the trail out, checked and decrypted.")
    options.add_argument("what", choices=["verify", "export"])
    add_json(options)
    _add_export(options)
    chosen = options.parse_args(argv)
    if chosen.what == "export":
        if chosen.output is None:
            options.error("export needs -o FILE")
        period = Period(chosen.first, chosen.last)
        return anyio.run(export, load_config(chosen.config), chosen.output, chosen.format, period)
    entries, broken = anyio.run(_verify, load_config(chosen.config))
    if chosen.json:
        print_json({"entries": entries, "whole": broken is None, "broken": broken})
    elif broken is None:
        print(f"La piste d'audit est entière : {entries} entrée(s).")
    else:
        print(f"La piste d'audit est rompue : {broken} ({entries} entrée(s)).", file=sys.stderr)
    return 0 if broken is None else 1


def _add_export(options: ArgumentParser) -> None:
    export_options = options.add_argument_group("export")
    export_options.add_argument("-o", "--output", type=Path, metavar="FILE", help="the file to make")
    export_options.add_argument("--format", choices=["jsonl", "csv"], default="jsonl")
    export_options.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DATE", help="YYYY-MM-DD")
    export_options.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DATE", help="that day included")


async def _verify(config: Config) -> tuple[int, str | None]:
    async with open_store(config) as store:
        return await store.verify_audit()
