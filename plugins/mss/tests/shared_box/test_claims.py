"""Who has a mail of a shared box in hand, from its steps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from caducee_mss.history import Step, What
from caducee_mss.shared_box.claims import standing

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


def claim(by: str, *, minutes: int = 30) -> Step:
    until = (NOW + timedelta(minutes=minutes)).isoformat()
    return Step(at=NOW.isoformat(), what=What.CLAIMED, by=by, until=until)


def done(what: What, by: str) -> Step:
    return Step(at=NOW.isoformat(), what=what, by=by)


def test_nobody_has_a_new_mail_in_hand() -> None:
    found = standing((done(What.RECEIVED, ""),), NOW)
    assert (found.claimed_by, found.filed_by, found.is_filed) == ("", "", False)


def test_the_last_claim_counts() -> None:
    assert standing((claim("a"), claim("b")), NOW).claimed_by == "b"


def test_a_claim_ends_by_itself() -> None:
    assert standing((claim("a", minutes=5),), NOW + timedelta(minutes=5)).claimed_by == ""


def test_what_was_let_go_is_free() -> None:
    assert standing((claim("a"), done(What.LET_GO, "a")), NOW).is_free_for("b")


def test_what_is_filed_is_in_nobody_s_hands() -> None:
    found = standing((claim("a"), done(What.FILED, "a")), NOW)
    assert (found.claimed_by, found.filed_by) == ("", "a")


def test_readers_and_answerers_are_named_once_each() -> None:
    steps = (done(What.READ, "a"), done(What.READ, "b"), done(What.READ, "a"), done(What.ANSWERED, "b"))
    found = standing(steps, NOW)
    assert (found.read_by, found.answered_by) == (("a", "b"), ("b",))
