"""A life of a box: mails are read from the simulated operator and filed in a file that outlives every life."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import partial
from pathlib import Path

import anyio

import caducee
import caducee_mss.plugin
import caducee_mss.running
from caducee.contracts.inbox import InboxItem
from caducee.inbox import desk
from caducee.model.practice import Actor
from caducee_mss import MSS, IntegrationOutcome, incoming
from tests.e2e.mailing import LoggedIn, Records

WARM = (caducee_mss.plugin, caducee_mss.running)
FILED, MEMORY = "filed.log", "memory.log"
LGC = Actor.automaton("lgc")


async def live(folder: Path, *, finish: bool) -> None:
    """Read and file until killed, or until as many are filed as ``expected`` says."""
    desk.LEASE = timedelta(seconds=2)
    plugins = {
        "session": LoggedIn((folder / "control").read_text()),
        "patients": caducee.serve_patients(Records()),
    }
    expected = int((folder / "expected").read_text())
    opened = caducee.open_kernel(folder / "practice" / "mail.toml", plugins=plugins)
    async with opened as kernel, anyio.create_task_group() as group:
        group.start_soon(partial(kernel.inbox.serve, acting=LGC, kinds=("mail",)), partial(_file, kernel, folder))
        while not finish or len(_filed(folder)) < expected:
            await anyio.sleep(0.05)
        group.cancel_scope.cancel()


async def _file(kernel: caducee.Kernel, folder: Path, item: InboxItem) -> None:
    """As the practice's software would: its own record first, by the identifier that stays the same."""
    mail = incoming(item.content)
    _append(folder / FILED, f"{item.item_id} {mail.key} {mail.message_id}\n")
    async with kernel.use(MSS) as mss:
        await mss.filed(item, outcome=IntegrationOutcome(), acting=LGC)
    _append(folder / MEMORY, f"{_resident()}\n")


def _filed(folder: Path) -> set[str]:
    path = folder / FILED
    return {line.split()[1] for line in path.read_text().splitlines()} if path.exists() else set()


def _append(path: Path, line: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, line.encode())
    os.close(descriptor)


def _resident() -> int:
    """Kibibytes of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024
