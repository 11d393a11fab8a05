"""A command that needs the ledger: a kernel opened on the configuration, its service, errors said in French."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from functools import partial
from importlib import import_module
from typing import Any

import anyio

from caducee.cli.options import add_config, add_json
from caducee.cli.printing import print_error
from caducee.errors import CaduceeError
from caducee.model.practice import Actor
from caducee_paymed_tp.api import TP, ThirdPartyPayment

OPERATOR = Actor.automaton("caducee tp")
FAILED = 1

Work = Callable[[ThirdPartyPayment, argparse.Namespace], Awaitable[int]]


def options(name: str, description: str) -> argparse.ArgumentParser:
    """Return the options that all commands share."""
    made = argparse.ArgumentParser(prog=f"caducee tp {name}", description=description)
    add_config(made)
    add_json(made)
    return made


def run(work: Work, chosen: argparse.Namespace) -> int:
    """Do the work on the service; 1 when it was refused, with the French sentence on the error output."""
    try:
        return anyio.run(partial(_run, work, chosen))
    except CaduceeError as error:
        print_error(error)
        return FAILED


async def _run(work: Work, chosen: argparse.Namespace) -> int:
    # The public door of the kernel; a plugin knows nothing of what is behind it.
    door: Any = import_module("caducee")
    async with door.open_kernel(chosen.config, drain=False) as kernel, kernel.use(TP) as service:
        return await work(service, chosen)
