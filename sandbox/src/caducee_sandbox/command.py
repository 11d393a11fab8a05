"""``caducee sandbox``: start the simulated services, list what they assume, move a virtual card."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

import anyio

from caducee_sandbox.assumptions import ASSUMPTIONS
from caducee_sandbox.cards import CardDesk
from caducee_sandbox.control import move_card
from caducee_sandbox.sandbox import Sandbox


def main(argv: list[str] | None = None) -> int:
    """Run the command and return its exit status: 0, 1 when it could not be done, 2 for a wrong use."""
    arguments = _parser().parse_args(argv)
    try:
        if arguments.command == "up":
            anyio.run(_up, arguments.state.resolve(), arguments.kit)
        elif arguments.command == "card":
            move_card(CardDesk(arguments.state / "vcps"), action=arguments.action, serial=arguments.serial)
        else:
            _list_assumptions()
    except (OSError, ValueError) as error:
        print(f"caducee sandbox: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="caducee sandbox")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start the simulated services until SIGTERM")
    up.add_argument("--state", type=Path, required=True, help="folder of keys, ledger, records and cards")
    up.add_argument("--kit", type=Path, help="reference kit: judge by the official schemas too")
    commands.add_parser("assumptions", help="list what no public text confirms")
    card = commands.add_parser("card", help="move a virtual card")
    card.add_argument("action", choices=("insert", "remove", "swap", "reset", "crash", "hang"))
    card.add_argument("serial", nargs="?", default="")
    card.add_argument("--state", type=Path, required=True)
    return parser


async def _up(state: Path, kit: Path | None) -> None:
    sandbox = Sandbox(state, kit=kit)
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        async with sandbox.up() as described:
            print(f"caducee sandbox: control {described['control']}", flush=True)
            async for _ in signals:
                return


def _list_assumptions() -> None:
    for assumption in ASSUMPTIONS:
        print(f"{assumption.id} [{assumption.where}]\n  {assumption.assumed}\n  {assumption.because}")
