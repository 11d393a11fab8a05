from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.drift import TOLERANCE, measure, told

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def header(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


@given(
    ours=st.floats(-86_400, 86_400),
    stamped=st.floats(0, 5),
    back=st.floats(0, 5),
)
def test_the_true_difference_lies_within_the_margin_whatever_the_network_took(
    ours: float, stamped: float, back: float
) -> None:
    written = NOON + timedelta(seconds=stamped)
    ahead = timedelta(seconds=ours)
    drift = measure(header(written), sent=NOON + ahead, received=written + timedelta(seconds=back) + ahead)
    assert drift is not None
    assert abs(drift.seconds - ours) <= drift.margin + 1e-3


def test_what_a_slow_answer_explains_is_no_wrong_clock() -> None:
    drift = measure(header(NOON), sent=NOON, received=NOON + timedelta(seconds=90))
    assert drift is not None
    assert not drift.beyond(TOLERANCE)


@pytest.mark.parametrize("wrong", ["", "now", "2026-03-14T12:00:00Z", "Sat, 99 Mar 2026 12:00:00 GMT"])
def test_what_is_no_date_measures_nothing(wrong: str) -> None:
    assert measure(wrong, sent=NOON, received=NOON) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (89.5, "avance de 1 min 30 s"),
        (-3900.5, "retarde de 1 h 5 min"),
        (0.4, "est à l'heure"),
        (0.7, "avance de 1 s"),
        (-0.7, "retarde de 1 s"),
        (-7200.0, "retarde de 2 h"),
    ],
)
def test_which_way_and_by_how_much_a_clock_is_wrong_is_said_in_french(seconds: float, words: str) -> None:
    assert told(seconds) == words


def test_a_date_whose_zone_is_unknown_is_of_universal_time() -> None:
    drift = measure("Sat, 14 Mar 2026 12:00:00 -0000", sent=NOON, received=NOON)
    assert drift is not None
    assert abs(drift.seconds) <= 1


@pytest.mark.conformance
def test_the_clocks_that_were_met_in_the_field_are_measured() -> None:
    known = json.loads((Path(os.environ["KIT"]) / "cases/inputs/C05.json").read_text())
    server = datetime.fromisoformat(known["server_now"])
    measured = []
    for case in known["cases"][:2]:
        ours = datetime.fromisoformat(case["local_now"])
        drift = measure(header(server), sent=ours, received=ours)
        assert drift is not None
        assert drift.beyond(TOLERANCE)
        measured.append(told(drift.seconds))
    assert measured == ["avance de 1 min 30 s", "retarde de 1 h 5 min"]
