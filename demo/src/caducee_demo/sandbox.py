"""The simulated national services, as a process of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

START_SECONDS = 30.0


class SandboxFailed(Exception):
    """The simulated services did not start."""


@contextmanager
def running(state: Path, kit: str | None = None) -> Iterator[dict[str, Any]]:
    """Start the sandbox, give its description, and stop it in every case."""
    state.mkdir(parents=True, exist_ok=True)
    ready = state / "sandbox.json"
    ready.unlink(missing_ok=True)
    command = [sys.executable, "-m", "caducee.cli", "sandbox", "up", "--state", str(state)]
    command += ["--kit", kit] if kit else []
    with (state / "sandbox.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        yield _wait(process, ready)
    finally:
        _stop(process)


def _wait(process: subprocess.Popen[bytes], ready: Path) -> dict[str, Any]:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if ready.exists():
            described: dict[str, Any] = json.loads(ready.read_text(encoding="utf-8"))
            return described
        if process.poll() is not None:
            raise SandboxFailed(f"the sandbox ended with {process.returncode}: see {ready.parent / 'sandbox.log'}")
        time.sleep(0.05)
    raise SandboxFailed("the sandbox did not start in time")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.kill(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Control:
    """The sandbox's control address: faults, ledger, what the DMP holds, the card in the reader."""

    def __init__(self, address: str) -> None:
        self._address = address

    def fault(self, service: str, fault: str, **more: Any) -> None:
        """Ask for a fault until it is cleared, or ``times`` times."""
        self._call("POST", "/faults", {"service": service, "fault": fault, **more})

    def clear(self) -> None:
        """Clear every fault."""
        self._call("DELETE", "/faults")

    def clock(self, seconds: float) -> None:
        """Put the clock of every service that far ahead of this machine's, or behind; ``clear`` puts it right."""
        self._call("POST", "/clock", {"seconds": seconds})

    def held(self) -> dict[str, Any]:
        """Return what the simulated DMP holds."""
        answer: dict[str, Any] = self._call("GET", "/state/dmp")
        return answer

    def record(self, lever: str, **asked: Any) -> None:
        """Change an authorisation, an opposition, or how the simulated DMP behaves."""
        self._call("POST", f"/dmp/{lever}", asked)

    def told(self, matricule: str) -> list[dict[str, str]]:
        """Return what the simulated DMP told a patient."""
        notices: list[dict[str, str]] = self._call("GET", f"/dmp/notifications/{matricule}")
        return notices

    def ledger(self) -> list[dict[str, Any]]:
        """Return every exchange that the services saw, without its bytes."""
        exchanges: list[dict[str, Any]] = self._call("GET", "/ledger")
        return exchanges

    def card(self, action: str, serial: str = "", *, at: str = "sign") -> None:
        """Insert, remove or reset a card, or let its driver ``crash`` or ``hang`` at a place."""
        self._call("POST", "/card", {"action": action, "serial": serial, "at": at})

    def card_operations(self) -> dict[str, int]:
        """Return how many log-ins and signatures the card in the reader has done."""
        counted: dict[str, int] = self._call("GET", "/card")
        return counted

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = httpx.request(method, self._address + path, json=body, timeout=10)
        answer.raise_for_status()
        return answer.json()
