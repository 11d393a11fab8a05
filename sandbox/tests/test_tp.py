"""The simulated concentrator, payers and bank."""

from __future__ import annotations

import base64
import json

from caducee_sandbox.http import Request
from caducee_sandbox.tp.judge import TpJudge
from caducee_sandbox.tp.month import Month
from caducee_sandbox.tp.noemie import write
from caducee_sandbox.tp.provider import FakeProvider


def ask(judge: TpJudge, method: str, path: str, body: object = None) -> tuple[int, dict[str, object]]:
    content = json.dumps(body).encode() if body is not None else b""
    request = Request(method=method, path=path, content_type="application/json", body=content)
    answer = judge.judge(request).answer
    return answer.status, json.loads(answer.body)


def lot(file_id: str = "f-1", count: int = 5) -> dict[str, object]:
    month = Month(1, invoices=28 * count)
    invoices = [{"invoice": invoice} for invoice in month.billed(month.first)]
    return {"file_id": file_id, "digest": "d", "invoices": invoices}


def test_a_lot_is_taken_once_and_is_known_afterwards() -> None:
    judge = TpJudge()
    assert ask(judge, "GET", "/lots/f-1")[0] == 404
    assert ask(judge, "POST", "/lots/f-1", lot())[1]["again"] is False
    assert ask(judge, "POST", "/lots/f-1", lot())[1]["again"] is True
    assert ask(judge, "GET", "/lots/f-1")[0] == 200


def test_a_lot_under_another_name_or_without_invoices_is_refused() -> None:
    judge = TpJudge()
    assert ask(judge, "POST", "/lots/other", lot())[0] == 422
    assert ask(judge, "POST", "/lots/f-1", {"file_id": "f-1", "digest": "d", "invoices": []})[0] == 422


def test_nothing_comes_before_its_day_and_nothing_is_given_twice() -> None:
    judge = TpJudge()
    ask(judge, "POST", "/lots/f-1", lot())
    assert ask(judge, "GET", "/inbox/0")[1]["files"] == []
    ask(judge, "POST", "/day", {"days": 40})
    came = ask(judge, "GET", "/inbox/0")[1]
    assert len(came["files"]) > 2  # type: ignore[arg-type]
    assert ask(judge, "GET", f"/inbox/{came['next']}")[1]["files"] == []


def test_the_same_seed_gives_the_same_files() -> None:
    given = []
    for _ in range(2):
        judge = TpJudge(seed=5)
        ask(judge, "POST", "/lots/f-1", lot())
        ask(judge, "POST", "/day", {"days": 30})
        given.append(ask(judge, "GET", "/inbox/0")[1]["files"])
    assert given[0] == given[1]


def test_a_return_is_whole_blocks_of_128_characters_with_its_counts() -> None:
    item = {"number": "000000042", "part": "amo", "outcome": "P", "asked": 2100, "paid": 2100, "reasons": []}
    notice = {"on": "2026-03-10", "payer": "CPAM751", "labels": ["TP 1"], "items": [item] * 9, "movements": []}
    content, _ = write("759999990", "CPAM751", "CP", "2026-03-10", [notice])
    blocks = [content[at : at + 128].decode() for at in range(0, len(content), 128)]
    assert {len(block) for block in blocks} == {128}
    assert blocks[0].startswith("000CP00000000000751")
    assert [block[0] for block in blocks[1:-1]] == ["0"] * (len(blocks) - 3) + ["1"]
    assert blocks[-1][55:63] == f"{len(blocks):08d}"
    assert blocks[-1][85:97] == f"{9 * 2100:011d}P"


def test_a_provider_may_repeat_a_message_or_say_the_same_under_another_name() -> None:
    provider = FakeProvider(b"k" * 32)
    provider.create("ab" * 16, 2500)
    same, other = provider.paid("ab" * 16, times=2), provider.paid("ab" * 16, times=2, renamed=True)
    assert same[0] == same[1]
    assert other[0] != other[1]
    assert json.loads(other[1][0])["fee"] == 40


def test_files_of_the_inbox_are_bytes() -> None:
    judge = TpJudge()
    ask(judge, "POST", "/lots/f-1", lot())
    ask(judge, "POST", "/day", {"days": 30})
    files = [base64.b64decode(one) for one in ask(judge, "GET", "/inbox/0")[1]["files"]]  # type: ignore[attr-defined]
    assert any(one.startswith(b"000CP") for one in files)
    assert any(b"camt.053" in one for one in files)
