"""``caducee outbox list | show | retry | overdue``: what leaves, what waits and why. Shows no patient."""

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
from caducee.documents.announcement import announcements
from caducee.documents.sentences import explain_state
from caducee.outbox.contract import DeliveryRow, DeliveryState, Store


def main(argv: Sequence[str]) -> int:
    """Run one of the sub-commands."""
    return anyio.run(_run, _parse(argv))


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="caducee outbox", description="What leaves, what waits and why.")
    actions = options.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="the deliveries, newest first")
    listing.add_argument("--state", choices=list(DeliveryState), action="append", help="only these states")
    listing.add_argument("--limit", type=int, default=50)
    show = actions.add_parser("show", help="one delivery and what to do about it")
    overdue = actions.add_parser("overdue", help="documents whose patient should have been told by now")
    retry = actions.add_parser("retry", help="try again: what is unknown is asked for first, never sent blindly")
    for action in (listing, show, overdue, retry):
        add_config(action)
    for action in (listing, show, overdue):
        add_json(action)
    for action in (show, retry):
        action.add_argument("delivery", metavar="DELIVERY")
    return options.parse_args(argv)


async def _run(options: argparse.Namespace) -> int:
    actions = {"list": _list, "show": _show, "overdue": _overdue, "retry": _retry}
    async with open_store(load_config(options.config)) as store:
        return await actions[options.action](store, options)


async def _list(store: Store, options: argparse.Namespace) -> int:
    states = frozenset(DeliveryState(state) for state in options.state) if options.state else None
    rows = await store.deliveries(states=states, limit=options.limit)
    if options.json:
        print_json(rows)
        return 0
    now = datetime.now(UTC)
    print_table(
        ("DELIVERY", "KIND", "STATE", "WHY", "TRIES", "AGE", "CODE"),
        [
            (
                row.delivery_id,
                row.kind,
                row.state,
                row.why or "-",
                str(row.attempts),
                age(now - row.created),
                " ".join((row.code, row.service_code)).strip() or "-",
            )
            for row in rows
        ],
    )
    return 0


async def _show(store: Store, options: argparse.Namespace) -> int:
    row = await _find(store, options.delivery)
    if row is None:
        return _unknown(options.delivery)
    if options.json:
        print_json(row)
        return 0
    explanation = explain_state(row.state, row.why)
    print(explanation.sentence, explanation.remedy, sep="\n")
    shown = {
        "delivery": row.delivery_id,
        "document": row.document_id,
        "destination": f"{row.kind} {row.reference}",
        "author": row.author,
        "state": f"{row.state} {row.why}".strip(),
        "attempts": str(row.attempts),
        "created": row.created.isoformat(timespec="seconds"),
        "next": row.due.isoformat(timespec="seconds"),
        "code": row.code,
        "service": f"{row.service_code} {row.service_text}".strip(),
        "receipt": _receipt(row),
    }
    for name, value in shown.items():
        if value:
            print(f"  {name:<12} {value}")
    return 0


async def _overdue(store: Store, options: argparse.Namespace) -> int:
    today = datetime.now().astimezone().date()
    found = [one async for one in announcements(store) if one.is_overdue(today)]
    if options.json:
        print_json(tuple(found))
        return 0
    print_table(
        ("DOCUMENT", "BY", "DUE", "DELIVERIES"),
        [(one.document_id, one.by, str(one.due), str(len(one.deliveries))) for one in found],
    )
    return 0


async def _retry(store: Store, options: argparse.Namespace) -> int:
    if await _find(store, options.delivery) is None:
        return _unknown(options.delivery)
    if await store.retry(options.delivery):
        print("L'envoi sera retenté par le programme qui vide cette file.")
        return 0
    print("Cet envoi n'attend pas de décision : il est fini, ou il partira seul.", file=sys.stderr)
    return 1


async def _find(store: Store, delivery_id: str) -> DeliveryRow | None:
    rows = await store.deliveries(limit=sys.maxsize)
    return next((row for row in rows if row.delivery_id == delivery_id), None)


def _receipt(row: DeliveryRow) -> str:
    receipt = row.receipt
    if receipt is None:
        return ""
    probed = "found by asking again" if receipt.found_by_probe else ""
    return " ".join(part for part in (receipt.service, receipt.at, receipt.mode, receipt.reference, probed) if part)


def _unknown(delivery_id: str) -> int:
    print(f"Aucun envoi ne porte l'identifiant {delivery_id}.", file=sys.stderr)
    return 1
