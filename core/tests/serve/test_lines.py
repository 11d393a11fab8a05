"""``caducee serve``: one typed answer for each line that asks, whatever the line."""
# ruff: noqa: TID252

from __future__ import annotations

import io
import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caducee import BlockingKernel
from caducee.contracts.state import Received
from caducee.keys import PinRequest
from caducee.serve import Server, schema
from caducee.testing import kernel_for

from ..documents.places import PROVISIONAL, QUALIFIED, Places, letter
from ..kernel.strangers import GREETER, Offering

DOCTOR = {"kind": "doctor", "identifier": "dr.roux"}


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlockingKernel]:
    plugins = {"places": Places(), "greeter": Offering()}
    with BlockingKernel(lambda: kernel_for(plugins, folder=tmp_path_factory.mktemp("serve"))) as opened:
        yield opened


@pytest.fixture
def said(kernel: BlockingKernel) -> Callable[..., list[dict[str, Any]]]:
    """Send lines, end the source, return what was written after the greeting."""

    def say(*lines: bytes, longest: int = 1 << 20) -> list[dict[str, Any]]:
        out = io.BytesIO()
        server = Server(io.BytesIO(b"".join(line + b"\n" for line in lines)), out, longest=longest)
        server.serve(kernel, version="0", environment="sandbox")
        hello, *rest = [json.loads(line) for line in out.getvalue().splitlines()]
        assert hello == {"line": "hello", "protocol": 1, "version": "0", "environment": "sandbox"}
        return rest

    return say


def request(number: int | str, verb: str, **params: Any) -> bytes:
    return msgspec.json.encode({"id": number, "verb": verb, "params": params})


def published(key: str, patient: Any = QUALIFIED, acting: Any = DOCTOR) -> bytes:
    audience = [{"kind": "record"}]
    return request(
        key, "documents.publish", document=letter(patient, key), audience=audience, acting=acting, idempotency_key=key
    )


def test_a_letter_is_published_and_its_end_is_waited_for(said: Any) -> None:
    (first,) = said(published("S1"))
    document_id = first["result"]["document_id"]
    (second,) = said(request(2, "ticket.settled", document_id=document_id, timeout=10))
    (delivery,) = second["result"]["deliveries"]
    assert second["result"]["ended"] is True
    assert (delivery["row"]["state"], delivery["explanation"]["sentence"]) == ("delivered", "Le document est arrivé.")


def test_findings_come_back_with_their_fields(said: Any) -> None:
    (answer,) = said(
        request(1, "documents.publish", document=letter(QUALIFIED), audience=[], acting=DOCTOR, idempotency_key="x")
    )
    assert answer["error"]["code"] == "document.invalid"
    assert [finding["field"] for finding in answer["error"]["findings"]] == ["audience"]


def test_a_secretary_s_letter_is_validated_by_another_line(said: Any) -> None:
    (first,) = said(published("S2", acting={"kind": "secretary", "identifier": "accueil"}))
    document_id = first["result"]["document_id"]
    (waiting,) = said(request(2, "ticket.deliveries", document_id=document_id))
    assert waiting["result"][0]["row"]["why"] == "validation"
    (done,) = said(request(3, "documents.validate", document_id=document_id, acting=DOCTOR))
    assert done == {"line": "answer", "id": 3}


def test_an_identity_releases_what_waited(said: Any) -> None:
    said(published("S3", patient=PROVISIONAL))
    (answer,) = said(request(1, "identities.update", patient=QUALIFIED, acting=DOCTOR))
    assert len(answer["result"]) == 1


def test_an_item_is_taken_and_filed(said: Any, kernel: BlockingKernel) -> None:
    async def receive() -> None:
        async with kernel._opened.transaction() as tx:
            await tx.receive("mss", Received(key=os.urandom(4).hex(), kind="mail", content=b"\xff"))

    kernel._running.call(receive)
    (taken,) = said(request(1, "inbox.take", kinds=["mail"]))
    (filed,) = said(request(2, "inbox.filed", item=taken["result"]))
    assert "error" not in filed


def test_a_service_of_a_plugin_is_called_by_name(said: Any) -> None:
    (answer,) = said(request(1, "use", service=GREETER.name, method="greet"))
    assert answer["result"] == "bonjour"


@pytest.mark.parametrize(
    ("line", "code", "number"),
    [
        (b"not json", "serve.bad_json", None),
        (b"[]", "serve.bad_json", None),
        (b'{"id":1}', "serve.bad_json", None),
        (b'{"id":1,"verb":"plugins","more":1}', "serve.bad_json", None),
        (b'{"id":1,"verb":"no.such"}', "serve.unknown_verb", 1),
        (b'{"id":"x","verb":"ticket.deliveries","params":{"document_id":7}}', "serve.bad_params", "x"),
        (b'{"id":2,"verb":"plugins","params":{"typo":1}}', "serve.bad_params", 2),
        (b'{"id":3,"verb":"use","params":{"service":"greeter","method":"__class__"}}', "serve.unknown_verb", 3),
        (
            b'{"id":4,"verb":"use","params":{"service":"greeter","method":"greet","arguments":{"x":1}}}',
            "serve.bad_params",
            4,
        ),
        (b'{"id":5,"verb":"use","params":{"service":"none","method":"greet"}}', "capability.missing", 5),
        (b'{"id":6,"verb":"ticket.deliveries","params":{"document_id":"1.2"}}', "ticket.unknown", 6),
    ],
)
def test_what_cannot_be_served_has_a_typed_error(said: Any, line: bytes, code: str, number: object) -> None:
    (answer,) = said(line)
    assert (answer["id"], answer["error"]["code"]) == (number, code)
    assert answer["error"]["sentence"]
    assert answer["error"]["remedy"]


def test_the_place_of_a_wrong_parameter_is_said(said: Any) -> None:
    (answer,) = said(b'{"id":1,"verb":"ticket.deliveries","params":{"document_id":7}}')
    assert "$.document_id" in answer["error"]["sentence"]


def test_a_line_that_is_too_long_is_skipped_and_the_next_one_served(said: Any) -> None:
    long, good = said(b"x" * 5000, request(1, "plugins"), longest=1000)
    assert (long["id"], long["error"]["code"]) == (None, "serve.line_too_long")
    assert good["id"] == 1


def test_a_pin_is_asked_of_the_host(kernel: BlockingKernel) -> None:
    into, source = os.pipe()
    answers, out = os.pipe()
    seen: list[str | None] = []
    with open(into, "rb") as reads, open(source, "wb") as host, open(answers, "rb") as read, open(out, "wb") as writes:
        server = Server(reads, writes)
        serving = threading.Thread(target=lambda: server.serve(kernel, version="0", environment="sandbox"))
        serving.start()
        read.readline()
        wanted = PinRequest(serial="1", identifier="8", family_name="ROUX", given_name="C", tries_left=3)
        asking = threading.Thread(target=lambda: seen.append(server.pin(wanted)))
        asking.start()
        question = json.loads(read.readline())
        host.write(b'{"answer":%d,"value":"1234"}\n' % question["ask"])
        host.flush()
        asking.join(5)
        host.close()
        serving.join(10)
    assert (question["what"], question["about"]["tries_left"], seen) == ("pin", 3, ["1234"])


def test_events_are_followed_on_lines_of_their_own(kernel: BlockingKernel) -> None:
    into, source = os.pipe()
    answers, out = os.pipe()
    with open(into, "rb") as reads, open(source, "wb") as host, open(answers, "rb") as read, open(out, "wb") as writes:
        server = Server(reads, writes)
        serving = threading.Thread(target=lambda: server.serve(kernel, version="0", environment="sandbox"))
        serving.start()
        host.write(b'{"id":1,"verb":"events.follow","params":{"after":0}}\n' + published("S9") + b"\n")
        host.flush()
        lines = [json.loads(read.readline()) for _ in range(4)]
        host.close()
        serving.join(10)
    assert any(line["line"] == "event" and line["event"]["kind"] == "document.published" for line in lines)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=200).filter(lambda line: b"\n" not in line), max_size=6))
def test_any_bytes_have_one_answer_a_line_and_never_end_it(said: Any, lines: list[bytes]) -> None:
    answers = said(*lines, request("last", "plugins"))
    assert len(answers) == len(lines) + 1
    assert next(answer for answer in answers if answer["id"] == "last")["result"]


def test_the_schema_describes_every_verb(tmp_path: Path) -> None:
    described = schema()
    assert {"documents.publish", "events.follow", "use", "card.open"} <= set(described["verbs"])
    assert json.dumps(described)
