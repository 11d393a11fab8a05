from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.cda.times import read_time, to_utc


@pytest.mark.requirement("XDS-UTC-TIMES")
@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("20261125083000+0100", "20261125073000"),
        ("20260701083000+0200", "20260701063000"),
        ("20261125003000+0100", "20261124233000"),
        ("20260101003000+0100", "20251231233000"),
        ("20240301003000+0100", "20240229233000"),
        ("20251231223000-0330", "20260101020000"),
        ("20261125083000+0000", "20261125083000"),
        ("20261125083000+0545", "20261125024500"),
        ("20261125083000-0000", "20261125083000"),
    ],
)
def test_a_time_is_the_same_instant_in_utc(written: str, utc: str) -> None:
    assert to_utc(written) == utc


@given(
    st.datetimes(min_value=datetime(1000, 1, 3), max_value=datetime(9999, 12, 29)),
    st.integers(-14 * 60, 14 * 60),
)
def test_any_offset_gives_back_the_instant(utc: datetime, minutes: int) -> None:
    utc = utc.replace(microsecond=0)
    local = utc + timedelta(minutes=minutes)
    sign = "-" if minutes < 0 else "+"
    written = f"{local:%Y%m%d%H%M%S}{sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    assert read_time(written) == utc.replace(tzinfo=UTC)
    assert to_utc(written) == f"{utc:%Y%m%d%H%M%S}"


@pytest.mark.parametrize(
    "written",
    [
        "20261125083000",
        "20261125",
        "2026",
        "202611250830+0100",
        "20260230083000+0100",
        "20261125246000+0100",
        "20261125083060+0100",
        "20261125083000+1500",
        "20261125083000+0160",
        "20261125083000Z",
        "20261125083000+01:00",
        "",
    ],
)
def test_what_is_not_an_exact_instant_is_refused(written: str) -> None:
    assert read_time(written) is None
    with pytest.raises(ValueError, match="seconds and zone"):
        to_utc(written)


def test_an_instant_before_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="calendar"):
        to_utc("00010101000000+0100")
