"""``caducee information list | print``: what patients are told, dated; the sheet to hand over."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from caducee.cli.options import add_config, add_json
from caducee.cli.printing import file_error, print_json, print_table
from caducee.config import load_config
from caducee.sharing.information import information, informations, to_page


def main(argv: Sequence[str]) -> int:
    """Run one of the sub-commands."""
    options = _parse(argv)
    own = load_config(options.config).sharing.information
    if options.action == "list":
        return _list(options, own)
    text = information(options.key, on=options.as_of or date.today(), own=own)
    try:
        options.output.write_text(to_page(text, practice=options.practice), encoding="utf-8")
    except OSError as error:
        print(f"{options.output} : {file_error(error)}.", file=sys.stderr)
        return 1
    return 0


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    options = argparse.ArgumentParser(
        prog="caducee information", description="What patients are told about their data."
    )
    actions = options.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="every text, with its date and source")
    sheet = actions.add_parser("print", help="one text as a page (HTML) for paper")
    sheet.add_argument("key", metavar="KEY", help="adult, minor, representatives, first_access, feeding")
    sheet.add_argument("--as-of", type=date.fromisoformat, default=None, metavar="DATE", help="YYYY-MM-DD (today)")
    sheet.add_argument("--practice", default="", metavar="NAME", help="printed at the top")
    sheet.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    for action in (listing, sheet):
        add_config(action)
    add_json(listing)
    return options.parse_args(argv)


def _list(options: argparse.Namespace, own: Path | None) -> int:
    texts = informations(own=own)
    if options.json:
        print_json(texts)
        return 0
    print_table(
        ("KEY", "SINCE", "TITLE", "CONFIDENCE"),
        [(one.key, str(one.since), one.title, one.confidence) for one in texts],
    )
    return 0
