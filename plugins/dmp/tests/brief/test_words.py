from __future__ import annotations

import pytest

from caducee_dmp.brief.words import day, instant


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("20261120", "20/11/2026"),
        ("20261120083000", "20/11/2026"),
        ("202611", "202611"),
        ("novembre 2026", "novembre 2026"),
        ("", "date non précisée"),
    ],
)
def test_a_day_is_written_as_it_is_read_and_anything_else_as_it_came(written: str, said: str) -> None:
    assert day(written) == said


@pytest.mark.usefixtures("paris")
def test_an_instant_is_written_in_the_time_of_the_desk() -> None:
    assert instant("20261125233000") == "26/11/2026 à 00h30"
