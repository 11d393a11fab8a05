"""A record that is carried, for hosts in any language: on a line, in a file, as an archive."""
# ruff: noqa: TID252

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ..documents.places import QUALIFIED, letter
from ..portability.test_forms import APPLICATION, SUBMISSION
from .asking import DOCTOR, request

SOMEBODY_ELSE = msgspec.structs.replace(
    QUALIFIED, local_id="P99", ins=None, traits=msgspec.structs.replace(QUALIFIED.traits, birth_name="AUTRE")
)


def of(local_id: str) -> Any:
    return msgspec.structs.replace(QUALIFIED, local_id=local_id)


@pytest.fixture
def patient(said: Any, request: pytest.FixtureRequest) -> Any:
    """A patient of whom one letter was sent."""
    who = of(request.node.name)
    key = who.local_id
    document = letter(who, key)
    (published,) = said(asked_to_publish(document, key))
    said(settled(published["result"]["document_id"]))
    return who


def asked_to_publish(document: Any, key: str) -> bytes:
    audience = [{"kind": "record"}]
    return request(1, "documents.publish", document=document, audience=audience, acting=DOCTOR, idempotency_key=key)


def settled(document_id: str) -> bytes:
    return request(2, "ticket.settled", document_id=document_id, timeout=10)


def test_a_record_is_given_on_a_line_and_taken_in(said: Any, patient: Any) -> None:
    (given,) = said(request(1, "records.export_record", patient=patient, acting=DOCTOR))
    record = given["result"]
    assert [one["state"] for document in record["sent"] for one in document["deliveries"]] == ["delivered"]
    (taken,) = said(
        request(2, "records.import_record", record=record, into=of(f"{patient.local_id}-there"), acting=DOCTOR)
    )
    assert taken == {"line": "answer", "id": 2}
    (there,) = said(request(3, "records.export_record", patient=of(f"{patient.local_id}-there"), acting=DOCTOR))
    assert there["result"]["sent"] == record["sent"]


@pytest.mark.parametrize("xdm", [None, {"submission": SUBMISSION, "application": APPLICATION}])
def test_a_record_in_a_file_is_its_owner_s_only_and_is_taken_in_again(
    said: Any, patient: Any, tmp_path: Path, xdm: Any
) -> None:
    file = tmp_path / "record"
    (given,) = said(request(1, "records.export_record", patient=patient, acting=DOCTOR, file=str(file), xdm=xdm))
    assert given == {"line": "answer", "id": 1}
    assert file.read_bytes()[:2] == (b'{"' if xdm is None else b"PK")
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    there = of(f"{patient.local_id}-there")
    (taken,) = said(request(2, "records.import_record", file=str(file), into=there, acting=DOCTOR))
    assert "error" not in taken
    (known,) = said(request(3, "records.export_record", patient=there, acting=DOCTOR))
    assert len(known["result"]["sent"]) == 1


def test_a_file_that_is_there_already_is_not_written_over(said: Any, patient: Any, tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_text("mine")
    (answer,) = said(request(1, "records.export_record", patient=patient, acting=DOCTOR, file=str(file)))
    assert answer["error"]["code"] == "serve.bad_params"
    assert file.read_text() == "mine"


def test_an_archive_needs_a_file(said: Any, patient: Any) -> None:
    xdm = {"submission": SUBMISSION, "application": APPLICATION}
    (answer,) = said(request(1, "records.export_record", patient=patient, acting=DOCTOR, xdm=xdm))
    assert answer["error"]["code"] == "serve.bad_params"


def test_the_record_of_somebody_else_is_refused(said: Any, patient: Any) -> None:
    (given,) = said(request(1, "records.export_record", patient=patient, acting=DOCTOR))
    (answer,) = said(request(2, "records.import_record", record=given["result"], into=SOMEBODY_ELSE, acting=DOCTOR))
    assert answer["error"]["code"] == "identity.traits_mismatch"


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "record.unreadable"), (b"PK\x03\x04", "record.unreadable"), (None, "serve.bad_params")]
)
def test_a_file_that_holds_no_record_is_refused(said: Any, tmp_path: Path, content: bytes | None, code: str) -> None:
    file = tmp_path / "record"
    if content is not None:
        file.write_bytes(content)
    (answer,) = said(request(1, "records.import_record", file=str(file), into=QUALIFIED, acting=DOCTOR))
    assert answer["error"]["code"] == code


@pytest.mark.parametrize("what", [{}, {"file": "x", "record": {"patient": QUALIFIED, "made": "2026-11-25T08:00:00Z"}}])
def test_either_a_record_or_a_file_is_taken_in(said: Any, what: dict[str, Any]) -> None:
    (answer,) = said(request(1, "records.import_record", into=QUALIFIED, acting=DOCTOR, **what))
    assert answer["error"]["code"] == "serve.bad_params"
