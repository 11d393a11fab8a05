"""``caducee tp dashboard``: the month at a glance."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, date, datetime

import anyio

from caducee.cli.printing import print_json
from caducee_paymed_tp.api import ThirdPartyPayment
from caducee_paymed_tp.commands.opened import options, run
from caducee_paymed_tp.dashboard.page import page


def main(argv: Sequence[str]) -> int:
    """Write the page, or print the figures as JSON."""
    made = options("dashboard", "Writes the page of a month, or prints its figures as JSON.")
    made.add_argument("--month", type=_month, metavar="YYYY-MM", help="the month of care (this one)")
    made.add_argument("--output", default="tiers-payant.html", metavar="FILE", help="where the page goes")
    return run(_dashboard, made.parse_args(argv))


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError("attendu : AAAA-MM") from None


async def _dashboard(service: ThirdPartyPayment, chosen: argparse.Namespace) -> int:
    figures = await service.summary(chosen.month or datetime.now(UTC).date())
    if chosen.json:
        print_json(figures)
        return 0
    await anyio.Path(chosen.output).write_text(page(figures), encoding="utf-8")
    print(chosen.output)
    return 0
