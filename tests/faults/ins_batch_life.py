"""A life of ``caducee ins qualify`` over one file: started, killed, started again."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import anyio

import caducee_insi.plugin
from caducee_insi.command import main
from tests.faults.supervisor import acknowledge

WARM = (caducee_insi.plugin,)
FILE, LIST = "identities.csv", "list.csv"


class Progress(io.StringIO):
    """What the command tells while it works: each lot is noted."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def write(self, said: str) -> int:
        """Note one lot."""
        if said.strip():
            acknowledge(self._folder, "lot")
        return super().write(said)


async def live(folder: Path, *, finish: bool) -> None:
    """Run the command once; then return, or wait for the end that is to come."""
    config = folder / "practice" / "caducee.toml"
    asked = ["qualify", str(folder / FILE), "--config", str(config), "-o", str(folder / LIST)]
    with redirect_stdout(io.StringIO()), redirect_stderr(Progress(folder)):
        assert await anyio.to_thread.run_sync(main, asked) == 0
    if not finish:
        await anyio.sleep_forever()
