"""The simulated concentrator, payers and bank."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import date
from typing import Any

import pytest

from caducee_sandbox.http import Request
from caducee_sandbox.tp import cfonb
from caducee_sandbox.tp.decidable import Piece, is_decidable
from caducee_sandbox.tp.judge import TpJudge
from caducee_sandbox.tp.month import Month
from caducee_sandbox.tp.noemie import write
from caducee_sandbox.tp.payers import PAYERS
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


def test_a_patient_pays_at_the_provider_and_its_messages_are_signed() -> None:
    judge = TpJudge(payment_key=b"key")
    link = "ab" * 16
    assert ask(judge, "POST", f"/payments/{link}", {"amount": 2500}) == (200, {"reference": f"sim-{link[:8]}"})
    _, told = ask(judge, "POST", f"/payments/{link}/pay", {"times": 2})
    messages: Any = told["messages"]
    body = base64.b64decode(messages[0]["body"])
    assert messages[0] == messages[1]
    assert messages[0]["signature"] == hmac.digest(b"key", body, hashlib.sha256).hex()
    assert json.loads(body)["amount"] == 2500


def test_a_payment_that_nobody_prepared_is_unknown() -> None:
    judge = TpJudge()
    assert ask(judge, "POST", "/payments/unknown/pay", {})[0] == 404
    assert ask(judge, "POST", "/payments/a/b/c", {})[0] == 404
    assert ask(judge, "POST", "/payments/ab", {"amount": "x"})[0] == 404


def test_money_is_given_back_once_for_one_key() -> None:
    judge = TpJudge()
    for _ in range(2):
        assert ask(judge, "POST", "/refunds/r1", {"reference": "sim-1", "amount": 500})[0] == 200
    assert judge._payments._provider.refunds == {"r1": ("sim-1", 500)}


def test_a_payer_may_be_told_never_to_send_its_wires() -> None:
    habits = {habit.key for habit in PAYERS}
    judge = TpJudge()
    for payer in habits:
        assert ask(judge, "POST", f"/payers/{payer}", {"vanishes": 1.0, "rejects": 0.0})[0] == 200
    ask(judge, "POST", "/lots/f-1", lot(count=20))
    ask(judge, "POST", "/day", {"days": 40})
    assert judge.truth.missing_notices
    assert not judge.truth.paid


@pytest.mark.parametrize(
    ("payer", "habits"),
    [
        ("NOBODY", {"vanishes": 1}),
        ("AMC01", {"vanishes": 2}),
        ("AMC01", {"delay": 1}),
        ("AMC01", {"x": 1}),
        ("AMC01", 3),
    ],
)
def test_habits_that_are_none_are_turned_down(payer: str, habits: object) -> None:
    assert ask(TpJudge(), "POST", f"/payers/{payer}", habits)[0] == 404


def test_a_payer_that_spoils_its_returns_gives_each_with_a_false_total_and_then_the_true_one() -> None:
    judge = TpJudge()
    for habit in PAYERS:
        ask(judge, "POST", f"/payers/{habit.key}", {"spoils": 1.0})
    ask(judge, "POST", "/lots/f-1", lot(count=20))
    ask(judge, "POST", "/day", {"days": 40})
    files = [base64.b64decode(one) for one in ask(judge, "GET", "/inbox/0")[1]["files"]]  # type: ignore[attr-defined]
    returns = [one for one in files if one.startswith(b"000")]
    assert len(returns) == 2 * len(judge.truth.spoiled) > 0
    for false, true in zip(returns[::2], returns[1::2], strict=True):
        assert hashlib.sha256(false).hexdigest() in judge.truth.spoiled
        assert false[:-128] == true[:-128]
        assert false[-128:] != true[-128:]


def test_statements_come_as_camt_and_as_cfonb_by_turns_and_go_on_from_each_other() -> None:
    judge = TpJudge()
    ask(judge, "POST", "/lots/f-1", lot(count=20))
    ask(judge, "POST", "/day", {"days": 40})
    files = [base64.b64decode(one) for one in ask(judge, "GET", "/inbox/0")[1]["files"]]  # type: ignore[attr-defined]
    statements = [one for one in files if one.startswith((b"01", b"<?xml"))]
    assert [one.startswith(b"01") for one in statements] == [bool(at % 2) for at in range(len(statements))]
    assert len(statements) > 3
    assert {len(one) % 120 for one in statements[1::2]} == {0}


def test_a_movement_is_120_characters_with_its_sign_in_its_last_digit() -> None:
    entry = {"booked": "2026-01-12", "value": "2026-01-13", "label": "VIR " + "X" * 40, "creditor": "CPAM PARIS"}
    content, _ = cfonb.write("FR7630004000010000000000136", 100, [{**entry, "amount": -4217}])
    old, movement, rest, payer, new = [content[at : at + 120].decode() for at in range(0, len(content), 120)]
    assert old == "0130004    00001EUR2 00000000001  120126" + " " * 50 + "0000000000010{" + " " * 16
    assert movement[:48] == "0430004000000001EUR2 0000000000118120126  130126"
    assert movement[90:104] == "0000000000421P"
    assert (rest[45:48], payer[45:58]) == ("LCC", "NPYCPAM PARIS")
    assert new[90:104] == "0000000000411P"


MONDAY = date(2026, 3, 2)


def pieces(*cents: int, payer: str = "A", day: date = MONDAY) -> list[Piece]:
    return [Piece(payer, day, one) for one in cents]


@pytest.mark.parametrize(
    ("announced", "came", "decidable"),
    [
        (pieces(2100), pieces(2100), True),
        (pieces(2100, 900), pieces(2100, 900), True),
        (pieces(2100, 2100), pieces(2100, 2100), False),
        (pieces(2100, 2100), pieces(2100), False),
        (pieces(3000, 2100, 900), pieces(3000), False),
        (pieces(3000, 2100), pieces(3000, 2100, 900), False),
        (pieces(900, 2100), pieces(900, 3000), False),
        ([*pieces(2100), *pieces(2100, payer="B")], pieces(2100), True),
        ([*pieces(2100), *pieces(2100, day=date(2026, 3, 10))], pieces(2100), False),
        ([*pieces(2100), *pieces(2100, day=date(2026, 3, 11))], pieces(2100), True),
        (pieces(700, *[100] * 7), pieces(700), True),
        (pieces(600, *[100] * 6), pieces(600), False),
    ],
)
def test_money_without_a_label_can_be_told_when_no_other_sum_holds_it(
    announced: list[Piece], came: list[Piece], decidable: bool
) -> None:
    assert is_decidable(0, announced, came) is decidable
