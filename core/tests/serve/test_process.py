"""``caducee serve`` as a host sees it: a process, its lines, its end."""
# ruff: noqa: TID252

from __future__ import annotations

import base64
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ..cli.practice import publish, set_up

WAIT: dict[str, Any] = {
    "id": 1,
    "verb": "ticket.settled",
    "params": {"document_id": "1.2.250.1.999.1.1", "timeout": 60},
}


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    config = set_up(tmp_path)
    publish(config)
    config.write_text(config.read_text().replace("[documents]", "grace = 0.5\n[documents]"))
    command = [sys.executable, "-m", "caducee.cli", "serve", "--config", str(config)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdout
        assert json.loads(process.stdout.readline())["protocol"] == 1
        yield process
        process.kill()


def say(process: subprocess.Popen[bytes], message: Any) -> None:
    assert process.stdin
    process.stdin.write(json.dumps(message).encode() + b"\n")
    process.stdin.flush()


def answered(process: subprocess.Popen[bytes]) -> Any:
    assert process.stdout
    return json.loads(process.stdout.readline())


def test_the_end_of_the_lines_ends_it_cleanly(serve: subprocess.Popen[bytes]) -> None:
    say(serve, WAIT)
    out, err = serve.communicate(timeout=20)
    assert (serve.returncode, err) == (0, b"")
    assert json.loads(out)["result"]["ended"] is False


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another system")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_while_its_lines_stay_open(
    serve: subprocess.Popen[bytes], number: signal.Signals
) -> None:
    say(serve, WAIT)
    say(serve, {"id": 2, "verb": "plugins"})
    assert answered(serve)["id"] == 2
    serve.send_signal(number)
    assert serve.wait(timeout=20) == 0
    assert answered(serve)["id"] == 1
    assert serve.stderr
    assert serve.stderr.read() == b""


def test_the_largest_document_passes_and_a_longer_line_is_skipped(serve: subprocess.Popen[bytes]) -> None:
    assert serve.stdin
    largest = base64.b64encode(bytes(25_000_000)).decode()
    for number, content in ((1, largest), (2, largest * 2), (3, "")):
        document = {"body": {"type": "pdf", "content": content}}
        say(serve, {"id": number, "verb": "documents.publish", "params": {"document": document}})
    answers = {answer["id"]: answer["error"]["code"] for answer in (answered(serve) for _ in range(3))}
    assert answers == {1: "serve.bad_params", None: "serve.line_too_long", 3: "serve.bad_params"}


def test_an_opposition_is_noted_and_the_figures_are_read_by_another_program(serve: subprocess.Popen[bytes]) -> None:
    doctor = {"kind": "doctor", "identifier": "Dr Roux"}
    opposition = {"scope": "consult", "motive": "ne souhaite pas", "noted_by": "Dr Roux", "since": "2026-11-01"}
    say(serve, {"id": 1, "verb": "sharing.oppose", "params": {"local_id": "P2", "opposition": opposition}})
    assert answered(serve)["error"]["code"] == "serve.bad_params"
    params = {"local_id": "P2", "opposition": opposition, "acting": doctor}
    say(serve, {"id": 2, "verb": "sharing.oppose", "params": params})
    noted = answered(serve)["result"]
    say(serve, {"id": 3, "verb": "sharing.oppositions", "params": {"local_id": "P2"}})
    assert answered(serve)["result"] == [noted]
    say(serve, {"id": 4, "verb": "sharing.indicators"})
    assert {one["measured"] for one in answered(serve)["result"]} == {False}


def test_a_host_that_does_not_read_does_not_keep_it(serve: subprocess.Popen[bytes]) -> None:
    for number in range(1000):
        say(serve, {**WAIT, "id": number, "params": {**WAIT["params"], "timeout": 0}})
    assert serve.stdin
    serve.stdin.close()
    assert serve.wait(timeout=30) == 0


def test_a_host_that_is_gone_leaves_nothing_running(serve: subprocess.Popen[bytes]) -> None:
    assert serve.stdin
    assert serve.stdout
    say(serve, WAIT)
    serve.stdout.close()
    serve.stdin.close()
    assert serve.wait(timeout=20) == 0
