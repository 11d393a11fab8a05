"""Hosts that are not asynchronous, on real protocols: the façade, the lines of ``caducee serve``, the doctor."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from caducee import Actor, Audience, BlockingKernel, PinRequest
from caducee.cli import main
from caducee.serve import Server
from caducee_demo.people import JEANNE
from caducee_demo.practice import PINS, Practice
from caducee_demo.sandbox import Control
from caducee_dmp import DMP, Dmp
from tests.e2e.desk import CONSENTED, letter, qualified

ACTING = {"kind": "doctor", "identifier": "Dr Camille Roux"}


def pin_of_the_card(request: PinRequest) -> str | None:
    return PINS.get(request.serial)


@pytest.fixture
def kernel(practice: Practice) -> Iterator[BlockingKernel]:
    with BlockingKernel.open(practice.config, pin_prompt=pin_of_the_card) as opened:
        yield opened


@pytest.fixture
def used(kernel: BlockingKernel) -> Callable[..., Any]:
    """Call a plugin's service as a host in any language does."""

    def use(service: str, method: str, **arguments: Any) -> Any:
        params = {"service": service, "method": method, "arguments": arguments}
        out = io.BytesIO()
        source = io.BytesIO(msgspec.json.encode({"id": 1, "verb": "use", "params": params}) + b"\n")
        with Server(source, out) as server:
            server.serve(kernel, version="0", environment="sandbox", grace=30)
        answer = json.loads(out.getvalue().splitlines()[-1])
        assert "error" not in answer, answer
        return answer["result"]

    return use


def test_a_letter_leaves_with_a_plain_pin_dialog(kernel: BlockingKernel, sandbox: dict[str, Any]) -> None:
    document = letter(qualified(JEANNE, sandbox))
    ticket = kernel.documents.publish(
        document, audience=Audience(Dmp()), acting=Actor.doctor("x"), idempotency_key=document.local_id
    )
    assert [delivery.state for delivery in ticket.settled(timeout=30)] == ["delivered"]
    with kernel.use(DMP) as dmp:
        assert dmp.exists(document.patient, practitioner="roux", acting=Actor.doctor("x")).exists


def test_the_identity_service_is_asked_by_lines(used: Callable[..., Any]) -> None:
    answer = used("identity", "search", traits=JEANNE.traits, local_id="P1", acting=ACTING)
    assert answer["outcome"] == "00"
    retrieved = used("insi.desk", "retrieve", patient=JEANNE, answer=answer, acting=ACTING)
    assert retrieved["ins"]["matricule"] == answer["ins"]["matricule"]


def test_the_dmp_is_read_by_lines(used: Callable[..., Any], kernel: BlockingKernel, sandbox: dict[str, Any]) -> None:
    document = letter(qualified(JEANNE, sandbox))
    ticket = kernel.documents.publish(
        document, audience=Audience(Dmp()), acting=Actor.doctor("x"), idempotency_key=document.local_id
    )
    ticket.settled(timeout=30)
    who = {"patient": document.patient, "practitioner": "roux", "acting": ACTING}
    reading = {**who, "access": CONSENTED}
    assert used("dmp", "exists", **who)["active"] is True
    entry = next(found for found in used("dmp", "find", **reading) if found["document_id"] == ticket.document_id)
    held = used("dmp", "retrieve", entry=entry, **reading)
    assert msgspec.convert(held, bytes) == kernel.documents.sealed_bytes(ticket.document_id)


def test_the_record_in_brief_and_who_may_open_it_are_read_by_lines(
    used: Callable[..., Any], kernel: BlockingKernel, sandbox: dict[str, Any]
) -> None:
    who = {"patient": qualified(JEANNE, sandbox), "practitioner": "roux", "acting": ACTING}
    done = used("dmp.record", "synchronise", **who, access=CONSENTED)
    assert done["first"] is True
    brief = used("dmp.record", "brief", **who)
    assert {part["name"] for part in brief["parts"]} >= {"summary", "treatments"}
    assert used("dmp.record", "brief_page", **who, named="Mme N.").startswith("<!DOCTYPE html>")
    used("dmp", "authorisations.add", **who)
    listed = used("dmp", "authorisations.list", **who)
    with kernel.use(DMP) as dmp:
        assert len(dmp.authorisations.list(**{**who, "acting": Actor.doctor("Dr Camille Roux")})) == len(listed) > 0


def test_the_doctor_reaches_the_services(
    practice: Practice, control: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--json", "--config", str(practice.config)]) == 0
    checks = {check["name"]: check["level"] for check in json.loads(capsys.readouterr().out)["checks"]}
    wanted = {"endpoint insi", "endpoint dmp", "certificate org_auth", "card", "act feed_dmp", "act search_ins"}
    assert {name: checks.get(name) for name in wanted} == dict.fromkeys(wanted, "ok")
