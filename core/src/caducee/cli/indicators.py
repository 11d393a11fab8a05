"""``caducee indicators``: the figures of a practice, as a table, as JSON, as a page. Names no patient."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import anyio

from caducee.assembly import open_store
from caducee.cli.options import add_json, parser
from caducee.cli.printing import file_error, print_json, print_table
from caducee.config import load_config
from caducee.sharing.indicators import indicators, thresholds
from caducee.sharing.obligations import obligations
from caducee.sharing.page import figure, to_json, to_page, verdict
from caducee.sharing.practice import read_practice


def main(argv: Sequence[str]) -> int:
    """Print the indicators of the calendar year up to a day, or write their page."""
    options = parser("indicators", "The figures of the practice for the calendar year up to a day, and their events.")
    options.add_argument("--as-of", type=date.fromisoformat, default=None, metavar="DATE", help="YYYY-MM-DD (today)")
    options.add_argument("--page", type=Path, metavar="FILE", help="write the page (HTML) there")
    add_json(options)
    return anyio.run(_run, options.parse_args(argv))


async def _run(options: argparse.Namespace) -> int:
    config = load_config(options.config)
    day = options.as_of or date.today()
    rows, limits = obligations(own=config.sharing.obligations), thresholds(own=config.sharing.thresholds)
    async with open_store(config) as store:
        practice = await read_practice(store, as_of=day)
    found = indicators(practice, rows, limits, as_of=day)
    if options.page is not None:
        try:
            await anyio.Path(options.page).write_text(to_page(found, practice), encoding="utf-8")
        except OSError as error:
            print(f"{options.page} : {file_error(error)}.", file=sys.stderr)
            return 1
    if options.json:
        print_json(to_json(found, practice))
    elif options.page is None:
        print_table(
            ("INDICATOR", "FIGURE", "THRESHOLD", "EVENTS"),
            [(one.label, figure(one), verdict(one), str(len(one.events))) for one in found],
        )
    return 0
