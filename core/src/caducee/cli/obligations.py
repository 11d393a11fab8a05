"""``caducee obligations due | list``: what must have gone and has not; the table it is read from."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date

import anyio

from caducee.assembly import open_store
from caducee.cli.options import add_config, add_json
from caducee.cli.printing import print_json, print_table
from caducee.config import load_config
from caducee.sharing.due import Due, due
from caducee.sharing.facts import patients_by_reference
from caducee.sharing.obligations import Fit, Obligation, obligations
from caducee.sharing.practice import read_practice


def main(argv: Sequence[str]) -> int:
    """Run one of the sub-commands."""
    options = _parse(argv)
    return anyio.run(_due, options) if options.action == "due" else _list(options)


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="caducee obligations", description="What must go where, and what has not.")
    actions = options.add_subparsers(dest="action", required=True)
    waiting = actions.add_parser("due", help="documents made and not sent, summaries that are due")
    waiting.add_argument("--as-of", type=date.fromisoformat, default=None, metavar="DATE", help="YYYY-MM-DD (today)")
    listing = actions.add_parser("list", help="the dated table: each row with its source")
    for action in (waiting, listing):
        add_config(action)
        add_json(action)
    return options.parse_args(argv)


async def _due(options: argparse.Namespace) -> int:
    config = load_config(options.config)
    day = options.as_of or date.today()
    rows = obligations(own=config.sharing.obligations)
    async with open_store(config) as store:
        found = due(await read_practice(store, as_of=day), rows, as_of=day)
        patients = await patients_by_reference(store)
    if options.json:
        print_json([{**_plain(one), "patient": patients.get(one.about, "")} for one in found])
        return 0
    labels = {row.id: row.label for row in rows}
    print_table(
        ("WHAT", "ABOUT", "ROUTE", "SINCE", "WHY", "DOUBT", "ROW"),
        [
            (
                one.what,
                patients.get(one.about, one.about),
                one.route or "-",
                str(one.since),
                one.why,
                _DOUBTS[one.doubt],
                labels[one.row],
            )
            for one in found
        ],
    )
    return 0


_DOUBTS = {
    "": "-",
    Fit.UNKNOWN: "profession de l'auteur inconnue",
    Fit.SPECIALTY: "spécialité de l'auteur à vérifier",
}


def _plain(one: Due) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


def _list(options: argparse.Namespace) -> int:
    rows = obligations(own=load_config(options.config).sharing.obligations)
    if options.json:
        print_json(rows)
        return 0
    for row in rows:
        print(f"{row.id}: {row.label} ({row.produced_by})")
        print(f"  {_period(row)} ; {_routes(row)}")
        print(f"  {row.source} [{row.confidence}]")
    return 0


def _period(row: Obligation) -> str:
    since = f"depuis le {row.since:%d/%m/%Y}" if row.since else "depuis un jour non vérifié"
    return since + (f", jusqu'au {row.until:%d/%m/%Y}" if row.until else "")


def _routes(row: Obligation) -> str:
    routes = ", ".join(f"{way.to} ({way.when})" if way.when else way.to for way in row.routes)
    return routes or "pas de document"
