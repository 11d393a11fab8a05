"""Starts life after life of one program, each a fork of a warm process: ``python nursery.py LIFE_FILE FOLDER``.

``LIFE_FILE`` defines ``async def live(folder: Path, *, finish: bool) -> None``. Each line on stdin starts one life:
``go`` publishes and delivers until it is killed, ``finish`` only delivers what is left and returns. Each life answers
with two lines: its process number, and how it ended.
"""

from __future__ import annotations

import functools
import os
import runpy
import sys
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio

Live = Callable[..., Awaitable[None]]


def main(life: Path, folder: Path) -> None:
    """Serve one life after the other until stdin ends."""
    sys.path[:0] = [str(life.parent), str(life.parents[2])]
    live: Live = runpy.run_path(str(life))["live"]
    anyio.run(anyio.sleep, 0)
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _live_and_exit(live, folder, finish=line.strip() == "finish")
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _live_and_exit(live: Live, folder: Path, *, finish: bool) -> None:
    os.close(0)
    try:
        anyio.run(functools.partial(live, folder, finish=finish))
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
