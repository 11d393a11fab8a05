"""A life of third-party payment: bills, sends and imports a month from where the last life was cut off."""

from __future__ import annotations

import os
from pathlib import Path

import caducee_paymed_tp.formats.opening
import caducee_paymed_tp.unpaid.letters
from tests.faults.tp_month import Day, Practice, done, note, practice, script

WARM = (caducee_paymed_tp.formats.opening, caducee_paymed_tp.unpaid.letters)
BORN = "born.log"
STEPS = 4


async def live(folder: Path, *, finish: bool) -> None:
    """Live the month to its end; then, until killed, import all its files again."""
    days = script(folder)
    _born(folder)
    async with practice(folder) as one:
        while (at := done(folder)) < STEPS * len(days):
            day = days[at // STEPS]
            await one.at(day.day)
            await _step(one, day, at % STEPS)
            note(folder)
        while not finish:
            for day in days:
                await one.read(day.files)


async def _step(one: Practice, day: Day, rank: int) -> None:
    match rank:
        case 0:
            await one.take(day.billed)
        case 1:
            await one.send()
        case 2:
            await one.read(day.files)
        case _:
            await one.take(day.corrected)


def _born(folder: Path) -> None:
    descriptor = os.open(folder / BORN, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, f"{done(folder)}\n".encode())
    os.close(descriptor)
