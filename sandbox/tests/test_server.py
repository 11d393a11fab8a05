"""The sandbox runs inside a host's loop, on both of them, and survives what clients do to connections."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
import pytest
from sandbox_rig.client import control
from sandbox_rig.dmp import EXISTS, exists, send

from caducee_sandbox.clock import ServiceClock
from caducee_sandbox.exchange import Endpoint, Judgement
from caducee_sandbox.faults import FaultBoard
from caducee_sandbox.http import Answer, Request
from caducee_sandbox.ledger import Ledger
from caducee_sandbox.sandbox import Sandbox

pytestmark = pytest.mark.anyio


@pytest.fixture
def state(keyed_state: Path, tmp_path: Path) -> Path:
    for folder in ("pki", "vcps"):
        shutil.copytree(keyed_state / folder, tmp_path / folder)
    return tmp_path


async def test_sandbox_runs_inside_a_host_loop(state: Path) -> None:
    async with Sandbox(state).up() as described:
        written = await anyio.Path(state / "sandbox.json").read_text()
        reply = await anyio.to_thread.run_sync(send, described, EXISTS, exists())
    assert json.loads(written) == described
    assert reply.status == 200
    assert not (state / "sandbox.json").exists()


async def test_state_is_found_again_by_the_next_start(state: Path) -> None:
    async with Sandbox(state).up() as first:
        await anyio.to_thread.run_sync(send, first, EXISTS, exists())
        authority = Path(first["authorities"]).read_bytes()
    async with Sandbox(state).up() as second:
        ledger = await anyio.to_thread.run_sync(control, second, "GET", "/ledger")
    assert len(ledger) == 1
    assert authority == Path(second["authorities"]).read_bytes()


@pytest.mark.parametrize("sent", [b"", b"\x16\x03", b"GET / HTTP/1.1\r\n\r\n", b"\x00" * 600])
async def test_client_that_speaks_something_else_disturbs_nobody(state: Path, sent: bytes) -> None:
    def meddle(address: str) -> None:
        with socket.create_connection(("127.0.0.1", urlsplit(address).port or 0), 5) as client:
            client.sendall(sent)

    async with Sandbox(state).up() as described:
        for service in ("dmp", "insi", "control"):
            await anyio.to_thread.run_sync(meddle, described[service])
        reply = await anyio.to_thread.run_sync(send, described, EXISTS, exists())
    assert reply.status == 200


class Broken:
    def transaction(self, request: Request) -> str:
        return "TD0.2"

    def judge(self, request: Request) -> Judgement:
        raise LookupError("broken")

    def unavailable(self) -> Answer:
        return Answer(status=503)


async def test_defect_of_a_judge_is_told_in_the_ledger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    endpoint = Endpoint("dmp", judge=Broken(), board=FaultBoard(), ledger=ledger, clock=ServiceClock())
    answer = await endpoint.respond(Request(method="POST", path="/", content_type="", body=b""))
    assert answer is not None
    assert (answer.status, list(answer.headers)) == (503, ["date"])
    assert [e["verdict"] for e in ledger.entries()] == ["defect of the judge: LookupError"]
    assert "LookupError" in capsys.readouterr().err
    ledger.close()
