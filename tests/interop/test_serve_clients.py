"""Hosts in other languages, each of some thirty lines, publish a letter through ``caducee serve``."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from caducee_demo.people import JEANNE
from caducee_demo.practice import PINS, ROUX, Practice, set_up
from caducee_demo.sandbox import Control, running
from tests.e2e.desk import PDF, letter, qualified

pytestmark = pytest.mark.interop
CLIENTS = Path(__file__).parent.parent.parent / "examples/serve"
CADUCEE = Path(sys.executable).with_name("caducee")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    with running(tmp_path_factory.mktemp("sandbox")) as described:
        yield described


@pytest.fixture
def practice(sandbox: dict[str, Any], tmp_path: Path) -> Practice:
    return set_up(tmp_path / "practice", sandbox, pace=20.0)


@pytest.mark.parametrize("command", [["node", "client.mjs"], ["java", "Client.java"]], ids=["node", "java"])
def test_a_host_in_another_language_publishes_and_learns_where_the_letter_is(
    command: list[str], practice: Practice, sandbox: dict[str, Any], tmp_path: Path
) -> None:
    document = letter(qualified(JEANNE, sandbox))
    light = msgspec.structs.replace(document, body=msgspec.structs.replace(document.body, content=b""))
    (tmp_path / "letter.json").write_bytes(msgspec.json.encode(light))
    (tmp_path / "letter.pdf").write_bytes(PDF)
    program, file = command
    ended = subprocess.run(
        [program, str(CLIENTS / file), str(CADUCEE), str(practice.config), "letter.json", "letter.pdf"],
        cwd=tmp_path,
        env={**os.environ, "PIN": PINS[ROUX]},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == "delivered Le document est arrivé."
    held = [item["uniqueId"] for item in Control(sandbox["control"]).held()["documents"]]
    assert len(held) == len(set(held)) > 0


@pytest.mark.parametrize("file", ["client.mjs", "Client.java"])
def test_a_client_stays_short(file: str) -> None:
    lines = [line for line in (CLIENTS / file).read_text().splitlines() if line.strip()]
    assert len(lines) <= 40
