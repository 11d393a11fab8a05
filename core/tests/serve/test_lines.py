"""``caducee serve``: one typed answer for each line that asks, whatever the line."""
# ruff: noqa: TID252

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caducee import BlockingKernel
from caducee.contracts.state import Received
from caducee.keys import PinRequest
from caducee.serve import Server, schema
from caducee.serve.verbs import VERBS

from ..documents.places import PROVISIONAL, QUALIFIED, letter
from ..kernel.strangers import GREETER
from .asking import DOCTOR, request
from .register import REGISTER


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
    (filed,) = said(
        request(2, "inbox.filed", item=taken["result"], acting={"kind": "secretary", "identifier": "accueil"})
    )
    assert "error" not in filed


def test_a_service_of_a_plugin_is_called_by_name(said: Any) -> None:
    (answer,) = said(request(1, "use", service=GREETER.name, method="greet"))
    assert answer["result"] == "bonjour"


@pytest.mark.parametrize(
    ("line", "code", "number"),
    [
        (b"not json", "serve.bad_json", None),
        (b"[]", "serve.bad_json", None),
        (b'{"id":1}', "serve.bad_json", 1),
        (b'{"id":1,"verb":"plugins","more":1}', "serve.bad_json", 1),
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
        (b'{"id":7,"verb":"ticket.settled","params":{"document_id":"1.2","timeout":1}}', "ticket.unknown", 7),
        (b'{"id":8,"verb":"events.follow","params":{"after":"x"}}', "serve.bad_params", 8),
        (b'{"id":9,"verb":"ticket.deliveries","params":{"document_id":"\xff"}}', "serve.bad_json", 9),
        (b'{"id":1.5,"verb":"plugins"}', "serve.bad_json", None),
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


@pytest.mark.parametrize(
    "params",
    [
        {"document_id": "x", "acting": {"kind": "JEANNE", "identifier": "x"}},
        {"document_id": "x", "acting": {"kind": "JEANNE - at `$.x` ", "identifier": "x"}},
    ],
)
def test_the_value_of_a_wrong_parameter_is_not_said(said: Any, params: Any) -> None:
    (answer,) = said(request(1, "documents.validate", **params))
    assert answer["error"]["code"] == "serve.bad_params"
    assert "JEANNE" not in json.dumps(answer)
    assert "$.acting.kind" in answer["error"]["sentence"]


def test_arguments_of_a_service_are_fitted_to_its_annotations(said: Any) -> None:
    traits = {"birth_name": "ESSAI", "given_names": ["A", "B"], "sex": "F", "birth_date": "1975-03-12"}
    (answer,) = said(request(1, "use", service=REGISTER.name, method="name", arguments={"traits": traits}))
    assert answer["result"] == {"said": "A B ESSAI"}
    (wrong,) = said(request(1, "use", service=REGISTER.name, method="name", arguments={"traits": {**traits, "sex": 1}}))
    assert wrong["error"]["code"] == "serve.bad_params"
    assert "$.arguments.traits.sex" in wrong["error"]["sentence"]


def test_a_part_of_a_service_is_called_by_its_name_too(said: Any) -> None:
    (answer,) = said(request(1, "use", service=REGISTER.name, method="shelf.count", arguments={"shelf": "abc"}))
    assert answer["result"] == 3


@pytest.mark.parametrize("method", ["shelf", "title", "shelf.__class__", "shelf.none", "none.count", "title.upper.x"])
def test_what_is_no_method_of_a_part_has_a_typed_error(said: Any, method: str) -> None:
    (answer,) = said(request(1, "use", service=REGISTER.name, method=method))
    assert answer["error"]["code"] == "serve.unknown_verb"


@contextmanager
def talking(kernel: BlockingKernel) -> Iterator[tuple[Callable[[bytes], None], Callable[[], Any], Server]]:
    """A host that writes and reads line by line."""
    into, source = os.pipe()
    answers, out = os.pipe()
    with (
        open(into, "rb") as reads,
        open(source, "wb") as host,
        open(answers, "rb") as read,
        open(out, "wb", buffering=0) as writes,
    ):

        def say(line: bytes) -> None:
            host.write(line + b"\n")
            host.flush()

        with Server(reads, writes) as server:
            serving = threading.Thread(target=lambda: server.serve(kernel, version="0", environment="sandbox"))
            serving.start()
            assert json.loads(read.readline())["line"] == "hello"
            yield say, lambda: json.loads(read.readline()), server
            host.close()
            threading.Thread(target=read.read).start()
            serving.join(20)
            assert not serving.is_alive()


def test_a_pin_is_asked_of_the_host(kernel: BlockingKernel) -> None:
    seen: list[str | None] = []
    wanted = PinRequest(serial="1", identifier="8", family_name="ROUX", given_name="C", tries_left=3)
    with talking(kernel) as (say, read, server):
        asking = threading.Thread(target=lambda: seen.append(server.pin(wanted)))
        asking.start()
        question = read()
        say(b'{"answer":%d,"value":"1234"}' % question["ask"])
        asking.join(5)
    assert (question["what"], question["about"]["tries_left"], seen) == ("pin", 3, ["1234"])


def test_a_pin_that_is_awaited_when_the_host_leaves_is_declined(kernel: BlockingKernel) -> None:
    seen: list[str | None] = []
    wanted = PinRequest(serial="1", identifier="8", family_name="ROUX", given_name="C", tries_left=3)
    with talking(kernel) as (_, read, server):
        asking = threading.Thread(target=lambda: seen.append(server.pin(wanted)))
        asking.start()
        read()
    asking.join(5)
    assert seen == [None]


def test_events_are_followed_on_lines_of_their_own(kernel: BlockingKernel) -> None:
    with talking(kernel) as (say, read, _):
        say(b'{"id":1,"verb":"events.follow","params":{"after":0}}')
        say(published("S9"))
        lines = [read() for _ in range(4)]
    assert any(line["line"] == "event" and line["event"]["kind"] == "document.published" for line in lines)


def test_waits_hold_nobody_and_end_with_the_source(kernel: BlockingKernel) -> None:
    with talking(kernel) as (say, read, _):
        say(published("S10", acting={"kind": "secretary", "identifier": "accueil"}))
        document_id = read()["result"]["document_id"]
        for number in range(100):
            say(request(number, "ticket.settled", document_id=document_id, timeout=60))
        say(request("other", "plugins"))
        assert read()["id"] == "other"


def test_a_wait_that_the_end_cuts_says_where_things_stand(said: Any) -> None:
    (first,) = said(published("S11", acting={"kind": "secretary", "identifier": "accueil"}))
    (waited,) = said(request(1, "ticket.settled", document_id=first["result"]["document_id"], timeout=60))
    assert waited["result"]["ended"] is False
    assert waited["result"]["deliveries"][0]["row"]["why"] == "validation"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=200).filter(lambda line: b"\n" not in line), max_size=6))
def test_any_bytes_have_one_answer_a_line_and_never_end_it(said: Any, lines: list[bytes]) -> None:
    answers = said(*lines, request("last", "plugins"))
    assert len(answers) == len(lines) + 1
    assert next(answer for answer in answers if answer["id"] == "last")["result"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(VERBS)), st.recursive(st.none() | st.integers() | st.text(), st.lists))
def test_any_parameters_have_one_answer(said: Any, verb: str, value: Any) -> None:
    params = dict.fromkeys(VERBS[verb].__struct_fields__, value)
    answers = [line for line in said(request(1, verb, **params)) if line["line"] == "answer"]
    assert [answer["id"] for answer in answers] == [1]


def test_the_schema_describes_every_verb() -> None:
    described = schema()
    assert described["verbs"].keys() == VERBS.keys()
    assert described["verbs"]["documents.publish"]["result"] == {"$ref": "#/$defs/Published"}
    assert "event" in described["$defs"]["Event"]["properties"]
    assert "serve.line_too_long" in described["codes"]
    assert {"documents.publish", "events.follow", "use", "card.open"} <= set(described["verbs"])
    assert json.dumps(described)
