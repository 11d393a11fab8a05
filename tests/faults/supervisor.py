"""Kills a program at random moments, again and again, and keeps what it had acknowledged."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ACKNOWLEDGED = "acknowledged.log"
_PATIENCE = 60.0


class Supervisor:
    """Starts the lives of one program over one folder. Made by ``supervised``."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self._folder = folder

    def first_word(self) -> float:
        """Start a life, end it with SIGKILL at its first acknowledgement, return the seconds this took here.

        How far a life comes in a second is the machine's affair: what is killed at random is given a few times this.
        """
        said, began = len(self.acknowledged()), time.monotonic()
        life = self._start("go")
        while len(self.acknowledged()) == said and time.monotonic() - began < _PATIENCE:
            time.sleep(0.005)
        os.kill(life, signal.SIGKILL)
        self._ended(-signal.SIGKILL)
        return time.monotonic() - began

    def kill_once(self, moment: Callable[[], bool]) -> None:
        """Start a life and end it with SIGKILL once ``moment`` has come."""
        life, began = self._start("go"), time.monotonic()
        while not moment():
            assert time.monotonic() - began < _PATIENCE, "the moment never came"
            time.sleep(0.05)
        os.kill(life, signal.SIGKILL)
        self._ended(-signal.SIGKILL)

    def kill_repeatedly(self, kills: int, *, longest: float, seed: int) -> None:
        """Start a life and end it with SIGKILL after at most ``longest`` seconds, ``kills`` times."""
        moments = random.Random(seed)
        for _ in range(kills):
            life = self._start("go")
            time.sleep(moments.uniform(0, longest))
            os.kill(life, signal.SIGKILL)
            self._ended(-signal.SIGKILL)

    def finish(self) -> None:
        """Let one last life deliver what is left."""
        self._start("finish")
        self._ended(0)

    def acknowledged(self) -> list[str]:
        """Return the identifiers that ``publish()`` had returned before a kill."""
        path = self._folder / ACKNOWLEDGED
        return path.read_text().split() if path.exists() else []

    def _start(self, how: str) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(how + "\n")
        self._process.stdin.flush()
        return int(self._line())

    def _ended(self, expected: int) -> None:
        status = int(self._line())
        assert status == expected, f"a life ended with {status}, not {expected}"

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the nursery ended"
        return line.strip()


@contextmanager
def supervised(life: Path, folder: Path) -> Iterator[Supervisor]:
    """Make a supervisor of the program in that file."""
    command = [sys.executable, str(Path(__file__).with_name("nursery.py")), str(life), str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            supervisor = Supervisor(process, folder)
            assert supervisor._line() == "ready"
            yield supervisor
        finally:
            assert process.stdin is not None
            process.stdin.close()


def acknowledge(folder: Path, identifier: str) -> None:
    """Note that a publication returned. Called by the life; what is written outlives its SIGKILL."""
    descriptor = os.open(folder / ACKNOWLEDGED, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, f"{identifier}\n".encode())
    os.close(descriptor)
