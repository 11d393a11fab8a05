"""``caducee tp send``: lots of what is ready, through the outbox; what the concentrator has for us."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from caducee.cli.printing import print_json
from caducee_paymed_tp.api import ThirdPartyPayment
from caducee_paymed_tp.commands.opened import OPERATOR, options, run


def main(argv: Sequence[str]) -> int:
    """Close lots. They leave by the process that drains the outbox."""
    made = options("send", "Closes lots of all invoices that are ready and hands them to the outbox.")
    made.add_argument("--resend", metavar="FILE_ID", help="send a refused or unanswered lot again, in a new file")
    made.add_argument("--collect", action="store_true", help="fetch receipts and returns instead")
    return run(_send, made.parse_args(argv))


async def _send(service: ThirdPartyPayment, chosen: argparse.Namespace) -> int:
    if chosen.collect:
        came = await service.collect(acting=OPERATOR)
        print_json(came) if chosen.json else print(f"{len(came)} réponses du concentrateur importées")
        return 0
    if chosen.resend:
        files: tuple[str, ...] = (await service.resend(chosen.resend, acting=OPERATOR),)
    else:
        files = await service.send(acting=OPERATOR)
    if chosen.json:
        print_json({"files": files})
    else:
        print("\n".join([f"{len(files)} lots remis à l'envoi", *(f"  {name}" for name in files)]))
    return 0
