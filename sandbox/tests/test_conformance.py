"""With the official schemas, the sandbox accepts a right walk, refuses what they refuse, and itself breaks none."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_rig.client import call, control
from sandbox_rig.dmp import EXISTS, QUERY, RETRIEVE, errors, exists, fault, find, get, provide, retrieve, send, vihf
from sandbox_rig.feed import Feed
from sandbox_rig.insi import CONTENT_TYPE, search, traits
from sandbox_rig.seal import signed

from caducee_sandbox.people import ALICE, HUGO, JEANNE, PAUL

pytestmark = pytest.mark.conformance
Described = dict[str, Any]


def insi(described: Described, body: bytes) -> int:
    return call(described, "insi", "insi_manu", path="/lps", content_type=CONTENT_TYPE, body=body).status


def test_whole_walk_breaks_no_official_schema(strict_sandbox: Described) -> None:
    described = strict_sandbox
    feed = Feed()
    assert insi(described, search()) == 200
    assert insi(described, search(traits("PERSONNE", "EVE", "F", "1990-02-02"))) == 200
    assert insi(described, search(idam="INCONNU")) == 500
    for patient in (JEANNE, HUGO, ALICE):
        assert send(described, EXISTS, exists(patient), patient=patient).status == 200
    assert send(described, EXISTS, exists(), assertion=signed(described, vihf(described), "roux_sign")).status == 200
    assert errors(provide(described, feed)) == []
    assert errors(provide(described, Feed(sha256=True))) == []
    assert errors(provide(described, feed)) != []
    for body in (find(), get(feed.document_id), get(feed.document_id, returns="LeafClass"), get("1.2.3")):
        assert errors(send(described, QUERY, body)) == []
    assert errors(send(described, QUERY, find(PAUL), patient=JEANNE)) != []
    assert errors(send(described, RETRIEVE, retrieve(feed.document_id))) == []
    assert errors(send(described, RETRIEVE, retrieve("1.2.3"))) != []
    assert fault(send(described, RETRIEVE, retrieve("1.2.3"), assertion=vihf(described, mode="X")))[0]
    assert [e for e in control(described, "GET", "/ledger") if e["violations"]] == []


@pytest.mark.parametrize(
    ("action", "body"),
    [
        (EXISTS, exists().replace("<acceptAckCode", "<autre/><acceptAckCode")),
        (QUERY, find().replace("AdhocQuery id", "AdhocQuery home")),
        (RETRIEVE, retrieve("1.2.3").replace("x:RepositoryUniqueId", "x:Repository")),
    ],
)
def test_message_that_its_schema_refuses_is_refused(strict_sandbox: Described, action: str, body: str) -> None:
    assert fault(send(strict_sandbox, action, body))[0] == "DMPInvalidMessage"
    assert control(strict_sandbox, "GET", "/ledger")[-1]["violations"]


def test_assertion_that_its_schema_refuses_is_refused(strict_sandbox: Described) -> None:
    assertion = vihf(strict_sandbox).replace("<s:Subject>", "<s:Subject><s:Autre/>")
    assert fault(send(strict_sandbox, EXISTS, exists(), assertion=assertion))[0] == "DMPInvalidMessage"


def test_document_that_its_schema_refuses_is_refused(strict_sandbox: Described) -> None:
    feed = Feed(cda=lambda text: text.replace("<typeId ", "<autre/><typeId "))
    assert {code for code, _ in errors(provide(strict_sandbox, feed))} == {"InvalidDocumentContent"}
