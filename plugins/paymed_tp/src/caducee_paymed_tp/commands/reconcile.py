"""``caducee tp reconcile``: which wires are which money."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from caducee.cli.printing import print_json, print_table
from caducee_paymed_tp.api import Reconciled, ThirdPartyPayment
from caducee_paymed_tp.commands.opened import OPERATOR, options, run
from caducee_paymed_tp.euros import euros


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
    if chosen.json:
        print_json(done)
        return 0
    print(f"{len(done.confirmed)} rapprochements confirmés, {len(done.proposed)} proposés")
    rows = [
        (match.id, match.kind.value, f"{match.confidence:.2f}", euros(match.delta), " ".join(match.because))
        for match in done.proposed
    ]
    print_table(("PROPOSITION", "SORTE", "CONFIANCE", "ÉCART", "POURQUOI"), rows)
    return 0


async def _done(service: ThirdPartyPayment, chosen: argparse.Namespace) -> Reconciled:
    if chosen.confirm:
        return await service.reconcile(acting=OPERATOR)
    found = await service.proposals()
    wanted = tuple(match for match in found if match.id == chosen.match)
    for match in wanted:
        await service.confirm(match, acting=OPERATOR)
    return Reconciled(confirmed=wanted, proposed=await service.proposals() if wanted else found)
