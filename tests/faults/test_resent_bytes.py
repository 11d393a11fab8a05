"""What was signed is kept as it was signed: a restart sends the same bytes, and signs nothing anew."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import httpx
import pytest

from caducee_demo.practice import set_up
from caducee_demo.sandbox import Control, running
from tests.faults.supervisor import supervised

LIFE = Path(__file__).with_name("letter_life.py")


def feeds(control: Control) -> list[dict[str, Any]]:
    return [exchange for exchange in control.ledger() if exchange["transaction"] == "TD2.1"]


def parts(address: str, number: int) -> tuple[bytes, ...]:
    """Return what a package carried beside its envelope: the document and the signature of its set."""
    kept = httpx.get(f"{address}/ledger/{number}").json()
    message = message_from_bytes(
        f"Content-Type: {kept['request_type']}\r\n\r\n".encode() + base64.b64decode(kept["request"]),
        policy=policy.HTTP,
    )
    found = []
    for part in list(message.iter_parts())[1:]:
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        found.append(content)
    return tuple(found)


@pytest.mark.timeout(180)
def test_a_set_that_was_signed_before_a_kill_is_sent_after_it_with_the_same_bytes(tmp_path: Path) -> None:
    with running(tmp_path / "sandbox") as sandbox:
        set_up(tmp_path / "practice", sandbox, pace=20.0)
        (tmp_path / "people.json").write_text(json.dumps(sandbox["people"]))
        control = Control(sandbox["control"])
        control.fault("dmp", "lose_request", transaction="TD2.1")
        with supervised(LIFE, tmp_path) as supervisor:
            supervisor.kill_once(lambda: len(feeds(control)) > 0)
            before = {exchange["id"] for exchange in feeds(control)}
            control.clear()
            supervisor.finish()
            acknowledged = set(supervisor.acknowledged())
        sent = defaultdict(list)
        for exchange in feeds(control):
            document, signature = sorted(
                parts(sandbox["control"], exchange["id"]), key=lambda p: b"ClinicalDocument" not in p
            )
            sent[document].append((exchange["id"], signature))
        held = control.held()["documents"]
    resent = {document: tries for document, tries in sent.items() if len(tries) > 1 and tries[0][0] in before}
    assert resent, "nothing was sent again"
    for tries in resent.values():
        assert len({signature for _, signature in tries}) == 1
        assert b"SignatureValue" in tries[0][1]
    assert acknowledged <= {document["uniqueId"] for document in held}
    assert len(held) == 2 * len(sent), "one letter is one content and one signature, whatever happened to it"
