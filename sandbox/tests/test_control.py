"""What the control address tells and does: ledger, cards, assumptions."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from sandbox_rig.client import client_context, connect, control, post
from sandbox_rig.dmp import EXISTS, exists, send
from sandbox_rig.insi import CONTENT_TYPE, search

from caducee_sandbox.assumptions import ASSUMPTIONS
from caducee_sandbox.command import main

Described = dict[str, Any]


def test_every_byte_of_an_exchange_is_kept(sandbox: Described) -> None:
    reply = send(sandbox, EXISTS, exists())
    last = control(sandbox, "GET", "/ledger")[-1]
    kept = control(sandbox, "GET", f"/ledger/{last['id']}")
    assert base64.b64decode(kept["response"]) == reply.body
    assert exists().encode() in base64.b64decode(kept["request"])
    assert last["client"] == "899700000017"


def test_unknown_exchange_or_path_is_told(sandbox: Described) -> None:
    for path in ("/ledger/999999", "/autre"):
        with pytest.raises(ValueError, match="404"):
            control(sandbox, "GET", path)


def test_state_folder_is_for_its_owner_only(sandbox: Described) -> None:
    state = Path(sandbox["authorities"]).parents[1]
    files = [path for path in state.rglob("*") if path.is_file()]
    loose = [path.name for path in files if path.suffix in (".p12", ".pass", ".pem", ".sqlite", ".der")]
    assert loose
    assert [p.name for p in files if p.name in loose and stat.S_IMODE(p.stat().st_mode) & 0o077] == []


def test_card_is_moved(sandbox: Described) -> None:
    assert control(sandbox, "GET", "/card")["serial"] == "8000000001"
    assert control(sandbox, "POST", "/card", {"action": "remove"}) == {}
    assert control(sandbox, "GET", "/card")["sign"] == 0
    control(sandbox, "POST", "/card", {"action": "swap", "serial": "8000000077"})
    assert control(sandbox, "GET", "/card")["serial"] == "8000000077"
    control(sandbox, "POST", "/card", {"action": "insert", "serial": "8000000001"})
    for asked in ({"action": "eat"}, {"action": "insert", "serial": "1"}):
        with pytest.raises(ValueError, match="400"):
            control(sandbox, "POST", "/card", asked)


def test_command_moves_a_card(sandbox: Described, capsys: pytest.CaptureFixture[str]) -> None:
    state = str(Path(sandbox["cards"]["dir"]).parent)
    assert main(["card", "remove", "--state", state]) == 0
    assert control(sandbox, "GET", "/card")["serial"] == ""
    assert main(["card", "insert", "8000000001", "--state", state]) == 0
    assert main(["card", "insert", "1", "--state", state]) == 1
    assert "no card 1" in capsys.readouterr().err


def test_assumptions_are_listed_with_where_and_why(sandbox: Described, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assumptions"]) == 0
    printed = capsys.readouterr().out
    told = control(sandbox, "GET", "/assumptions")
    assert [a["id"] for a in told] == [a.id for a in ASSUMPTIONS]
    assert len({a.id for a in ASSUMPTIONS}) == len(ASSUMPTIONS)
    assert all(a.where and a.assumed and a.because and a.assumed in printed for a in ASSUMPTIONS)


def test_missing_kit_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["up", "--state", str(tmp_path / "s"), "--kit", str(tmp_path)]) == 1
    assert "the kit has no xsd/" in capsys.readouterr().err


def test_connection_is_kept_alive_and_chunked_bodies_are_read(sandbox: Described) -> None:
    connection = connect(sandbox, "insi", client_context(sandbox, "insi_manu"))
    first = post(connection, "/lps", CONTENT_TYPE, search())
    body = search()
    connection.request(
        "POST", "/lps", iter([body[:100], body[100:]]), {"Content-Type": CONTENT_TYPE}, encode_chunked=True
    )
    second = connection.getresponse()
    assert (first.status, second.status, second.read()) == (200, 200, first.body)
    connection.close()


def test_description_is_of_the_process_that_runs(sandbox: Described) -> None:
    os.kill(sandbox["pid"], 0)
    assert {"insi_manu", "roux_auth", "lenoir_auth", "expired", "insi_wrong_cn"} <= set(sandbox["credentials"])
    assert all(Path(c["file"]).exists() and Path(c["password_file"]).exists() for c in sandbox["credentials"].values())
