"""Written, registered, printed, in the DMP; dispensed in two times by the pharmacy, followed; local, then replaced."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
import zxingcpp
from PIL import Image

from caducee import Audience
from caducee.cda.reading import read_document
from caducee.cli import main
from caducee.outbox.contract import DeliveryState
from caducee_demo.practice import Practice
from caducee_demo.sandbox import Control
from caducee_dmp import Dmp
from caducee_eprescription.api import EPRESCRIPTION, EPrescription, RxState
from caducee_eprescription.errors import UnknownPrescription
from tests.e2e.desk import DOCTOR, JEANNE, opened, pin_of_the_card, prescription, qualified, with_prescriptions

pytestmark = pytest.mark.anyio


@pytest.fixture
def prescribing(practice: Practice, sandbox: dict[str, Any]) -> Practice:
    return with_prescriptions(practice, sandbox)


def dispense(sandbox: dict[str, Any], number: str, line: int) -> None:
    url = f"{sandbox['pharmacy']}api/prescriptions/{number}/dispense"
    given = {"lines": [{"line": f"medicines[{line}]", "action": "dispensed", "quantity": "1 boîte"}]}
    httpx.post(url, json=given, timeout=10).raise_for_status()


async def test_from_the_desk_to_the_record_and_to_the_pharmacy(prescribing: Practice, sandbox: dict[str, Any]) -> None:
    async with opened(prescribing) as kernel, kernel.use(EPRESCRIPTION) as rx:
        issued = await rx.issue(prescription(qualified(JEANNE, sandbox)), Audience(Dmp()), acting=DOCTOR)
        ticket = await kernel.documents.ticket(issued.document_id)
        with anyio.fail_after(20):
            (delivery,) = await ticket.settled()
        cda = await kernel.documents.sealed_bytes(issued.document_id)
        dispense(sandbox, issued.number, 0)
        partly = await rx.refresh(issued.number, acting=DOCTOR)
        dispense(sandbox, issued.number, 1)
        with anyio.fail_after(20):
            changes = [change async for change in rx.follow(issued.number, acting=DOCTOR)]
    assert delivery.state is DeliveryState.DELIVERED
    assert (partly.state, changes[-1].state) == (RxState.PARTIALLY_DISPENSED, RxState.DISPENSED)
    assert cda is not None
    assert issued.number.encode() in cda
    files = {one.media_type: one.content for one in read_document(cda).attachments}
    assert files["application/pdf"] == issued.pdf
    (picture,) = re.findall(rb'mediaType="image/png" representation="B64">([^<]+)<', cda)
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(base64.b64decode(picture))))
    assert code.text == issued.number


async def test_local_while_the_base_is_off_and_replaced_on_order_when_it_is_back(
    prescribing: Practice, sandbox: dict[str, Any], control: Control
) -> None:
    first = prescription(qualified(JEANNE, sandbox))
    async with opened(prescribing) as kernel, kernel.use(EPRESCRIPTION) as rx:
        control.fault("erx", "down")
        local = await rx.issue(first, Audience(Dmp()), acting=DOCTOR)
        before = await kernel.documents.sealed_bytes(local.document_id)
        control.clear()
        issued = await rx.replace(
            first.local_id, prescription(qualified(JEANNE, sandbox)), Audience(Dmp()), acting=DOCTOR
        )
        after = await kernel.documents.sealed_bytes(issued.document_id)
    assert (local.state, issued.state) == (RxState.LOCAL_ONLY, RxState.REGISTERED)
    assert before is not None
    assert after is not None
    assert b"57723-9" not in before
    read_before, read_after = read_document(before), read_document(after)
    assert (read_after.version, read_after.series) == (2, read_before.series)


async def test_the_code_of_the_how_to_runs(
    prescribing: Practice, sandbox: dict[str, Any], control: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    page = Path("docs/how-to/documents/digital-prescription.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {}
    exec(block, names)
    document = prescription(qualified(JEANNE, sandbox))
    async with (
        opened(prescribing) as kernel,
        kernel.use(EPRESCRIPTION) as rx,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(names["prescribe"], kernel, document)
        with anyio.fail_after(20):
            while not (number := await registered(rx, document.local_id)):
                await anyio.sleep(0.05)
        for line in range(2):
            dispense(sandbox, number, line)
    printed = capsys.readouterr().out
    assert number in printed
    assert "dispensed [('medicines[1]'" in printed


async def registered(rx: EPrescription, local_id: str) -> str:
    try:
        life = await rx.standing(local_id)
    except UnknownPrescription:
        return ""
    return life.number if life.state is RxState.REGISTERED else ""


def test_the_command_line_checks_issues_prints_and_cancels(
    prescribing: Practice,
    sandbox: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("caducee_eprescription.command.ask_pin", pin_of_the_card)  # who sits at the terminal
    file = tmp_path / "rx.json"
    example = json.loads(Path("docs/examples/digital-prescription.json").read_text(encoding="utf-8"))
    example["patient"]["ins"]["matricule"] = sandbox["people"]["NESSI-TEST"]
    file.write_text(json.dumps(example), encoding="utf-8")
    config = ["--config", str(prescribing.config)]
    assert main(["rx", "check", str(file)]) == 0
    assert main(["rx", "issue", str(file), "-o", str(tmp_path / "rx.pdf"), *config]) == 0
    number = capsys.readouterr().out.splitlines()[-1].split(" : ")[0]
    assert main(["rx", "print", number, "--duplicate", "-o", str(tmp_path / "copy.pdf"), *config]) == 0
    assert main(["rx", "follow", number, "--once", *config]) == 0
    assert main(["rx", "cancel", number, "--reason", "Erreur", *config]) == 0
    assert "annulée" in capsys.readouterr().out
    assert (tmp_path / "rx.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "copy.pdf").read_bytes().startswith(b"%PDF")


Spoil = Callable[[dict[str, Any]], Any]


def spoilt(path: str, value: Any) -> Spoil:
    def change(example: dict[str, Any]) -> None:
        *way, last = (int(part) if part.isdecimal() else part for part in path.split("."))
        for part in way:
            example = example[part]  # type: ignore[index]
        example[last] = value  # type: ignore[index]

    return change


@pytest.mark.parametrize(
    ("spoil", "field", "said"),
    [
        (lambda example: example.clear(), "", "Ce champ manque"),
        (
            spoilt("body.medicines", "aucun"),
            "body.medicines",
            "Ce champ manque, est inconnu ou n'a pas le type attendu",
        ),
        (spoilt("body.valid_until", "2026-02-30"), "body.valid_until", "Cette date n'existe pas"),
        (spoilt("created", "20261325083000+0100"), "created", "date"),
        (spoilt("body.medicines.0.posology.steps.0.times", 0), "posology.steps[0].times", "au moins 1"),
        (spoilt("body.medicines.0.posology.steps.0.hours", ["25:00"]), "posology.steps[0].hours[0]", "HH:MM"),
        (spoilt("body.medicines.0.medicine.code.code", "123"), "medicines[0].medicine.code", "un CIS a 8 chiffres"),
    ],
    ids=["nothing", "another type", "no such day", "no such month", "no times", "no such hour", "no such product"],
)
def test_a_file_that_is_wrong_is_refused_by_issue_and_nothing_is_stored_or_sent(
    prescribing: Practice,
    sandbox: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    *,
    spoil: Spoil,
    field: str,
    said: str,
) -> None:
    file, config = tmp_path / "rx.json", ["--config", str(prescribing.config)]
    example = json.loads(Path("docs/examples/digital-prescription.json").read_text(encoding="utf-8"))
    name = example["local_id"]
    spoil(example)
    file.write_text(json.dumps(example), encoding="utf-8")
    before = httpx.get(f"{sandbox['control']}/state/erx", timeout=10).json()
    assert main(["rx", "check", str(file)]) == 1
    told = capsys.readouterr().err
    assert main(["rx", "issue", str(file), "--to", "dmp", *config]) == 1
    told_by_issue = capsys.readouterr().err
    for one in (told, told_by_issue):
        assert field in one
        assert said in one
        assert "Traceback" not in one
    assert httpx.get(f"{sandbox['control']}/state/erx", timeout=10).json() == before
    assert main(["rx", "print", name, "-o", str(tmp_path / "rx.pdf"), *config]) == 1
    assert "(rx.unknown)" in capsys.readouterr().err
