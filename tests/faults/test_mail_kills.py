"""A box of many mails, drained into records by a program that is killed; and what that takes in memory."""

from __future__ import annotations

import base64
import os
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import httpx
import pytest

from caducee_demo.practice import set_up
from caducee_demo.sandbox import running
from caducee_mss.message import Mailbox, OutgoingMail, compose
from tests.e2e.mailing import LENOIR_BOX, ROUX_BOX, with_mail
from tests.faults.supervisor import Supervisor, supervised

MAILS = int(os.environ.get("CADUCEE_MAILS", "1000"))
KILLS = max(10, int(os.environ.get("CADUCEE_KILLS", "20")) // 5)
LIFE = Path(__file__).with_name("mail_life.py")
BOX = {"roux": {"address": ROUX_BOX, "practitioner": "roux"}}


def mail(number: int) -> bytes:
    return compose(
        OutgoingMail(
            sender=Mailbox(LENOIR_BOX),
            recipients=(Mailbox(ROUX_BOX),),
            subject=f"Avis {number}",
            text=f"Message numéro {number}. " + "Bonjour. " * 400,
            nil="DEV000000",
            message_id=f"<{number}@medecin.test.mssante.fr>",
            date=datetime(2026, 11, 28, tzinfo=UTC),
        )
    )


def filled(folder: Path, sandbox: dict[str, object]) -> None:
    """Put the mails into the box, every tenth twice, and set the practice up."""
    with_mail(set_up(folder / "practice", sandbox, pace=20.0), boxes=BOX)  # type: ignore[arg-type]
    (folder / "control").write_text(str(sandbox["control"]))
    (folder / "expected").write_text(str(MAILS))
    with httpx.Client() as client:
        for number in range(MAILS):
            asked = {"to": ROUX_BOX, "content": base64.b64encode(mail(number)).decode()}
            for _ in range(2 if number % 10 == 0 else 1):
                client.post(f"{sandbox['control']}/mail/deliver", json=asked).raise_for_status()


def drained(folder: Path, *, kills: int) -> dict[str, set[str]]:
    """Return the items that each mail was handed over as, after the kills and one last life."""
    with supervised(LIFE, folder) as supervisor:
        _kill(supervisor, kills)
        supervisor.finish()
    handed: dict[str, set[str]] = defaultdict(set)
    for line in (folder / "filed.log").read_text().splitlines():
        item_id, _, message_id = line.split()
        handed[message_id].add(item_id)
    return handed


def _kill(supervisor: Supervisor, kills: int) -> None:
    supervisor.kill_repeatedly(kills, longest=2.5, seed=20261128)


@pytest.mark.timeout(300 + MAILS)
def test_a_box_drained_by_a_program_killed_at_random_loses_no_mail_and_files_none_twice(tmp_path: Path) -> None:
    with running(tmp_path / "sandbox") as sandbox:
        filled(tmp_path, sandbox)
        handed = drained(tmp_path, kills=KILLS)
    assert set(handed) == {f"<{number}@medecin.test.mssante.fr>" for number in range(MAILS)}
    assert {message_id: items for message_id, items in handed.items() if len(items) != 1} == {}


@pytest.mark.timeout(300 + MAILS)
def test_draining_a_box_takes_no_more_memory_at_its_end_than_at_its_beginning(tmp_path: Path) -> None:
    with running(tmp_path / "sandbox") as sandbox:
        filled(tmp_path, sandbox)
        drained(tmp_path, kills=0)
    resident = [int(line) for line in (tmp_path / "memory.log").read_text().split()]
    fifth, around = len(resident) // 5, max(1, len(resident) // 50)
    assert median(resident[-around:]) <= 1.1 * median(resident[fifth - around : fifth + around])
