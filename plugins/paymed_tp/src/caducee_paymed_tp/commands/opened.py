"""A command that needs the ledger: a kernel opened on the configuration, its service, errors said in French."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from importlib import import_module
from typing import Any

import anyio

from caducee.errors import CaduceeError, WithFindings
from caducee.model.practice import Actor
from caducee_paymed_tp.api import TP, ThirdPartyPayment

OPERATOR = Actor.automaton("caducee tp")
FAILED = 1

Work = Callable[[ThirdPartyPayment, argparse.Namespace], Awaitable[int]]


def options(name: str, description: str) -> argparse.ArgumentParser:
    """Return the options that all commands share."""
    made = argparse.ArgumentParser(prog=f"caducee tp {name}", description=description)
    made.add_argument("--config", default="caducee.toml", metavar="FILE", help="the configuration (./caducee.toml)")
    made.add_argument("--json", action="store_true", help="print JSON for a program to read")
    return made


def run(work: Work, chosen: argparse.Namespace) -> int:
    """Do the work on the service; 1 when it was refused, with the French sentence on the error output."""
    try:
        return anyio.run(partial(_run, work, chosen))
    except CaduceeError as error:
        say(error)
        return FAILED


def say(error: CaduceeError) -> None:
    """Print an error for a person."""
    explanation = error.explain()
    print(error.sentence if isinstance(error, WithFindings) else explanation.sentence, file=sys.stderr)
    if isinstance(error, WithFindings):
        for finding in error.findings:
            print(f"  {finding.field} : {finding.message}", file=sys.stderr)
    print(f"{explanation.remedy} ({error.code})", file=sys.stderr)


async def _run(work: Work, chosen: argparse.Namespace) -> int:
    # The public door of the kernel; a plugin knows nothing of what is behind it.
    door: Any = import_module("caducee")
    async with door.open_kernel(chosen.config, drain=False) as kernel, kernel.use(TP) as service:
        return await work(service, chosen)
