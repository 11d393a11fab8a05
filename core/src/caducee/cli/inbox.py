"""``caducee inbox list | again``: what services gave, and what was set aside. Shows nothing of what an item holds."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import anyio

from caducee.assembly import open_store
from caducee.cli.options import add_config, add_json
from caducee.cli.printing import age, print_json, print_table
from caducee.config import load_config
from caducee.contracts.inbox import InboxState
from caducee.model.practice import Actor
from caducee.outbox.contract import Store

_OPERATOR = Actor.automaton("caducee inbox")


def main(argv: Sequence[str]) -> int:
    """Run one of the sub-commands."""
    return anyio.run(_run, _parse(argv))


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="caducee inbox", description="What services gave, and what was set aside.")
    actions = options.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="the items, newest first")
    listing.add_argument("--state", choices=list(InboxState), action="append", help="only these states")
    add_json(listing)
    again = actions.add_parser("again", help="hand an item that was set aside to the practice's software again")
    again.add_argument("item", metavar="ITEM")
    for action in (listing, again):
        add_config(action)
    return options.parse_args(argv)


async def _run(options: argparse.Namespace) -> int:
    actions = {"list": _list, "again": _again}
    async with open_store(load_config(options.config)) as store:
        return await actions[options.action](store, options)


async def _list(store: Store, options: argparse.Namespace) -> int:
    rows = await store.items(frozenset(InboxState(state) for state in options.state) if options.state else None)
    if options.json:
        print_json(rows)
        return 0
    now = datetime.now(UTC)
    print_table(
        ("ITEM", "PLUGIN", "KIND", "STATE", "FAILURES", "AGE", "WHY"),
        [
            (
                row.item_id,
                row.plugin,
                row.kind,
                row.state,
                str(row.failures),
                age(now - row.received),
                row.reason or "-",
            )
            for row in rows
        ],
    )
    return 0


async def _again(store: Store, options: argparse.Namespace) -> int:
    if await store.retry_item(options.item, actor=_OPERATOR.named):
        print("L'élément sera remis au logiciel du cabinet.")
        return 0
    print("Aucun élément mis de côté ne porte cet identifiant.", file=sys.stderr)
    return 1
