"""What we send, read by libraries that know nothing of us: Python's strict policy, a reader in Node, unzip."""

from __future__ import annotations

import email
import email.policy
import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from caducee_mss.message import compose
from plugins.mss.tests.letters import COLLEAGUE, UNQUALIFIED, outgoing, sealed

JUDGE = Path(__file__).parent / "judge"


def sha1(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def read_elsewhere(content: bytes) -> dict[str, Any]:
    node = shutil.which("node")
    if node is None or not (JUDGE / "node_modules").is_dir():
        pytest.fail("the second reader needs node and its packages: run make judge")
    done = subprocess.run([node, str(JUDGE / "read.mjs")], input=content, capture_output=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def parts_of(content: bytes) -> list[tuple[str, bytes]]:
    strict = email.policy.SMTP.clone(raise_on_defect=True)
    message = email.message_from_bytes(content, policy=strict)
    assert isinstance(message, EmailMessage)
    return [(part.get_filename() or "", part.get_payload(decode=True)) for part in message.iter_attachments()]  # type: ignore[misc]


@pytest.mark.parametrize("qualified", [True, False])
def test_two_readers_find_the_same_mail_and_it_is_the_one_we_meant(*, qualified: bool) -> None:
    documents = (sealed(1), sealed(2)) if qualified else (sealed(3, patient=UNQUALIFIED),)
    mail = outgoing(*documents)
    content = compose(mail)
    found = read_elsewhere(content)
    ours = parts_of(content)
    assert [(one["name"], one["sha1"]) for one in found["attachments"]] == [(n, sha1(c)) for n, c in ours]
    assert [name for name, _ in ours] == ["IHE_XDM.zip", *(one.pdf_name for one in mail.documents)]
    assert (found["subject"], found["messageId"], found["text"].strip()) == (
        mail.subject,
        mail.message_id,
        mail.text.strip(),
    )
    assert found["from"] == [mail.sender.label, mail.sender.address]
    assert (found["nil"], found["ins"]) == ([mail.nil], ["O" if qualified else "N"])
    assert found["codes"] == ["11488-4"]


def test_three_readers_of_archives_find_each_document_byte_for_byte(tmp_path: Path) -> None:
    documents = (sealed(1), sealed(2))
    mail = outgoing(*documents)
    assert mail.archive is not None
    path = tmp_path / "IHE_XDM.zip"
    path.write_bytes(mail.archive)
    subprocess.run(["unzip", "-tq", str(path)], check=True, capture_output=True)
    with zipfile.ZipFile(io.BytesIO(mail.archive)) as opened:
        ours = {name: sha1(opened.read(name)) for name in opened.namelist()}
    (archive,) = [one for one in read_elsewhere(compose(mail))["attachments"] if one["type"] == "application/zip"]
    assert archive["files"] == ours
    for at, document in enumerate(documents, start=1):
        assert ours[f"IHE_XDM/SUBSET01/DOC{at:05}.XML"] == sha1(document.cda)


def test_a_recipient_with_an_accent_is_read_as_it_is_called() -> None:
    assert read_elsewhere(compose(outgoing()))["to"] == [[COLLEAGUE.label, COLLEAGUE.address]]
