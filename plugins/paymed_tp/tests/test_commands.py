from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from caducee_paymed_tp.command import COMMANDS, main
from caducee_paymed_tp.commands import opened
from caducee_paymed_tp.model.invoices import SignedInvoice
from caducee_paymed_tp.service import TpService

from .conftest import DOCTOR
from .practice import invoice, notice, paid, returned, statement, wire


def test_every_command_is_listed(capsys: pytest.CaptureFixture[str]):
    assert main(["--help"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in COMMANDS)


def test_an_unknown_command_is_a_wrong_use():
    assert main(["pay"]) == 2


def test_an_estimate_needs_no_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    asked = tmp_path / "visit.json"
    asked.write_text(json.dumps({"on": "2026-01-05", "acts": [{"code": "G"}], "facts": ["ald"]}))
    assert main(["estimate", str(asked), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["amo"] == 3000
    assert main(["estimate", str(asked)]) == 0
    assert "ESTIMATION" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["{", '{"on": "2026-01-05"}', '{"on": "2026-01-05", "acts": [{"code": "ZZ"}]}'])
def test_an_estimate_that_cannot_be_made_says_why(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    asked = tmp_path / "visit.json"
    asked.write_text(content)
    assert main(["estimate", str(asked)]) == 1
    assert capsys.readouterr().err


@pytest.fixture
def service(tp: TpService, monkeypatch: pytest.MonkeyPatch) -> TpService:
    """The commands work on this service, without a kernel."""

    async def run(work: opened.Work, chosen: object) -> int:
        return await work(tp, chosen)  # type: ignore[arg-type]

    monkeypatch.setattr(opened, "_run", run)
    return tp


def test_files_are_imported_once_each_and_a_bad_one_costs_the_others_nothing(
    service: TpService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    good, bad = tmp_path / "releve.json", tmp_path / "bad.bin"
    good.write_bytes(msgspec.json.encode([statement(wire(2100))]))
    bad.write_bytes(b"\x00")
    assert main(["import", str(good), str(bad), str(good), "--json"]) == 1
    first, second, third = json.loads(capsys.readouterr().out)
    assert first["imported"]["entries"] == 1
    assert second["refused"] == "tp.format_unknown"
    assert third["imported"]["known"]


def test_send_reconcile_unpaid_and_dashboard_speak_json(
    service: TpService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    import anyio

    async def take() -> None:
        await service.take(invoice(1), b"signed", acting=DOCTOR)

    anyio.run(take)
    for argv, field in (
        (["send", "--json"], "files"),
        (["reconcile", "--confirm", "--json"], "confirmed"),
        (["dashboard", "--month", "2026-01", "--json"], "money"),
    ):
        assert main(argv) == 0
        assert field in json.loads(capsys.readouterr().out)
    assert main(["unpaid", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_the_dashboard_is_written_as_a_page(service: TpService, tmp_path: Path):
    page = tmp_path / "page.html"
    assert main(["dashboard", "--month", "2026-01", "--output", str(page)]) == 0
    assert "<h1>Tiers payant" in page.read_text(encoding="utf-8")


def test_invoices_are_imported_sent_matched_and_taken_back_from_the_command_line(
    service: TpService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    def said(*argv: str) -> Any:
        assert main([*argv, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    for name, content in (
        ("invoices", [SignedInvoice(invoice=invoice(one, amc=0), signed=b"signed") for one in (1, 2)]),
        ("returns", [returned(notice(paid(1, 2100), paid(2, 2100)))]),
        ("bank", [statement(wire(4200))]),
    ):
        (tmp_path / name).write_bytes(msgspec.json.encode(content))
    assert said("import", str(tmp_path / "invoices"))[0]["imported"]["invoices"] == 2
    assert said("import", str(tmp_path / "invoices"))[0]["imported"]["known"]
    assert len(said("send")["files"]) == 1
    assert said("import", str(tmp_path / "returns"), str(tmp_path / "bank"))[0]["imported"]["paid"] == 2
    (proposed,) = said("reconcile")["proposed"]
    assert (proposed["amount"], proposed["announced"][0]["payer"]) == (4200, "CPAM de Paris")
    (confirmed,) = said("reconcile", "--match", proposed["id"])["confirmed"]
    assert confirmed["id"] == proposed["id"]
    assert said("reconcile", "--undo", proposed["id"], "--why", "erreur")["proposed"][0]["id"] == proposed["id"]


def test_a_proposal_that_is_not_there_is_no_success(service: TpService, capsys: pytest.CaptureFixture[str]):
    assert main(["reconcile", "--match", "M0"]) == 1
    assert "tp.match_refused" in capsys.readouterr().err


def test_proposals_and_unannounced_wires_are_printed_with_their_payer(
    service: TpService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "bank").write_bytes(msgspec.json.encode([statement(wire(777, "VIR CPAM PARIS"))]))
    assert main(["import", str(tmp_path / "bank")]) == 0
    assert main(["reconcile"]) == 0
    out = capsys.readouterr().out
    assert "1 virement de payeur que rien n'annonce" in out
    assert "CPAM de Paris" in out
    assert "7,77" in out


@pytest.mark.parametrize("month", ["2026-3", "2026-13", "mars"])
def test_a_month_that_is_none_is_said_in_french(month: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["dashboard", "--month", month])
    assert "AAAA-MM" in capsys.readouterr().err
