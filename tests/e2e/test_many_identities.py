"""``caducee ins qualify`` as a process of its own: killed in the middle, started again, and nothing asked twice."""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from caducee_demo.practice import Practice
from caducee_demo.sandbox import Control

START = "import sys; from caducee_insi.command import main; sys.exit(main(sys.argv[1:]))"
COLUMNS = (
    "local_id",
    "status",
    "birth_name",
    "given_names",
    "sex",
    "birth_date",
    "birth_place",
    "matricule",
    "oid",
    "confirmed",
    "document",
    "marks",
)


@pytest.fixture
def file(practice: Practice) -> Path:
    people = practice.sandbox["people"]
    oid = "1.2.250.1.213.1.4.10"
    jeanne = ("NESSI-TEST", "JEANNE MARIE", "F", "1975-03-12", "63999", people["NESSI-TEST"], oid, "", "PA", "")
    rows = [(f"P{number}", "QUAL", *jeanne) for number in range(6)]
    rows.append(("P6", "RECUP", "SANSDMP-ESSAI", "HUGO", "M", "2001-01-30", "", people["FERME-ESSAI"], oid, "", "", ""))
    rows.append(("P7", "VALI", "BERNARD-FICTIF", "LUCIE", "F", "1988-11-23", "63997", "", "", "", "CN", ""))
    path = practice.folder / "identities.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    return path


def configured(practice: Practice, *, poll: float) -> None:
    text = practice.config.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("lot")]
    at = lines.index("[plugins.insi]") + 1
    lines[at:at] = ['lots = "simulated"', "lot_size = 3", f"lot_poll = {poll}"]
    practice.config.write_text("\n".join(lines), encoding="utf-8")


def started(practice: Practice, file: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", START, "qualify", str(file), "--config", str(practice.config), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def lots(control: Control, before: int) -> list[dict[str, object]]:
    return [line for line in control.ledger()[before:] if line["transaction"] == "lots"]


def test_a_batch_that_was_killed_goes_on_where_it_was(practice: Practice, control: Control, file: Path) -> None:
    before = len(control.ledger())
    configured(practice, poll=600)
    process = started(practice, file)
    deadline = time.monotonic() + 60
    while len(lots(control, before)) < 2:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    deposited = [line for line in lots(control, before) if line["status"] == 201]
    configured(practice, poll=0.05)
    again = started(practice, file, "-o", str(practice.folder / "list.csv"))
    said, progress = again.communicate(timeout=60)
    assert again.returncode == 0, progress
    assert len(deposited) == 1
    assert len([line for line in lots(control, before) if line["status"] == 201]) == 3
    assert "8 dossier(s), 7 INS vérifié(s), dont 1 non reconnu(s)." in said
    assert "À récupérer à la prochaine venue : 2" in said
    assert "P7 : INS jamais récupéré" in said
    assert "Pièce d'identité à contrôler : 1" in said
    assert "INS vérifiés : 7 sur 7" in progress
    listed = csv.DictReader((practice.folder / "list.csv").read_text(encoding="utf-8").splitlines(), delimiter=";")
    assert [row["verified"] for row in listed] == [*["yes"] * 6, "no", ""]
    assert "NESSI" not in said + progress


def test_a_file_that_is_not_there_is_said_in_french(practice: Practice) -> None:
    process = started(practice, practice.folder / "absent.csv")
    _, said = process.communicate(timeout=60)
    assert (process.returncode, "absent.csv" in said) == (1, True)
