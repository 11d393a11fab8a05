"""``caducee tp reconcile``: which wires are which money."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

import msgspec

from caducee.cli.printing import print_json, print_table
from caducee_paymed_tp.api import Reconciled, ThirdPartyPayment
from caducee_paymed_tp.commands.opened import OPERATOR, options, run
from caducee_paymed_tp.errors import MatchRefused
from caducee_paymed_tp.euros import euros
from caducee_paymed_tp.reconciliation.showing import MatchDetail, OpenMoney


def main(argv: Sequence[str]) -> int:
    """Propose; confirm with ``--confirm`` what is sure, or one by its name."""
    made = options("reconcile", "Brings announced wires and bank movements together. Confirms nothing unless asked.")
    made.add_argument("--confirm", action="store_true", help="confirm what is sure")
    made.add_argument("--match", metavar="ID", help="confirm this proposal")
    made.add_argument("--undo", metavar="ID", help="take a confirmation back")
    made.add_argument("--why", default="", help="why it is taken back")
    return run(_reconcile, made.parse_args(argv))


async def _reconcile(service: ThirdPartyPayment, chosen: argparse.Namespace) -> int:
    if chosen.undo:
        await service.undo(chosen.undo, why=chosen.why, acting=OPERATOR)
    done = await _done(service, chosen)
    confirmed = [await service.detail(match) for match in done.confirmed]
    proposed = [await service.detail(match) for match in done.proposed]
    left = await service.open_money()
    if chosen.json:
        print_json({"confirmed": _told(confirmed), "proposed": _told(proposed), "open": left})
        return 0
    print(f"{len(confirmed)} rapprochements confirmés, {len(proposed)} proposés")
    rows = [
        (
            one.match.id,
            one.payers,
            euros(one.amount),
            euros(one.match.delta),
            f"{one.match.confidence:.2f}",
            " ".join(one.match.because),
        )
        for one in (*confirmed, *proposed)
    ]
    print_table(("RAPPROCHEMENT", "PAYEUR", "REÇU", "ÉCART", "CONFIANCE", "POURQUOI"), rows)
    _print_left(left)
    return 0


def _told(found: Sequence[MatchDetail]) -> list[dict[str, Any]]:
    return [{"id": one.match.id, "amount": one.amount, **msgspec.to_builtins(one)} for one in found]


def _print_left(left: OpenMoney) -> None:
    from_payers = [one for one in left.received if one.payer]
    if from_payers:
        print(f"{len(from_payers)} virement{'s' * (len(from_payers) > 1)} de payeur que rien n'annonce :")
        rows = [(one.payer, f"{one.entry.booked:%d/%m/%Y}", euros(one.amount), one.entry.label) for one in from_payers]
        print_table(("PAYEUR", "LE", "REÇU", "LIBELLÉ"), rows)


async def _done(service: ThirdPartyPayment, chosen: argparse.Namespace) -> Reconciled:
    if chosen.confirm:
        return await service.reconcile(acting=OPERATOR)
    found = await service.proposals()
    if not chosen.match:
        return Reconciled(confirmed=(), proposed=found)
    wanted = tuple(match for match in found if match.id == chosen.match)
    if not wanted:
        raise MatchRefused
    await service.confirm(wanted[0], acting=OPERATOR)
    return Reconciled(confirmed=wanted, proposed=await service.proposals())
