"""``caducee tp unpaid``: what is not paid, and what to do next."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from caducee.cli.printing import print_json, print_table
from caducee_paymed_tp.api import ThirdPartyPayment
from caducee_paymed_tp.commands.opened import options, run
from caducee_paymed_tp.euros import euros


def main(argv: Sequence[str]) -> int:
    """List the next actions, the most urgent first."""
    return run(_unpaid, options("unpaid", "Lists what is not paid and what to do next.").parse_args(argv))


async def _unpaid(service: ThirdPartyPayment, chosen: argparse.Namespace) -> int:
    found = await service.unpaid()
    if chosen.json:
        print_json(found)
        return 0
    rows = [
        (one.invoice, one.part.value, one.payer, f"{one.due:%d/%m/%Y}", euros(one.owed), one.sentence) for one in found
    ]
    print_table(("FACTURE", "PART", "PAYEUR", "À FAIRE LE", "DÛ", "ACTION"), rows)
    return 0
