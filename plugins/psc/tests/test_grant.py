from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.testing import Canaries
from caducee.testing.clock import START
from caducee_psc.config import Life
from caducee_psc.grant import Grant, TokenAnswer

LIFE = Life()


def answer(**more: object) -> TokenAnswer:
    given = {"access_token": "access-canari", "token_type": "Bearer", "refresh_token": "refresh-canari", **more}
    return TokenAnswer(**given)  # type: ignore[arg-type]


def test_no_token_is_in_its_own_words() -> None:
    grant = Grant.of(answer(id_token="id-canari"), now=START, life=LIFE)
    Canaries("access-canari", "refresh-canari", "id-canari").assert_none(grant, answer(), grant.token())


def test_lives_are_read_from_the_answer() -> None:
    grant = Grant.of(answer(expires_in=300, refresh_expires_in=600), now=START, life=LIFE)
    assert (grant.access_ends - START, grant.refresh_ends - START) == (timedelta(seconds=300), timedelta(seconds=600))


def test_a_provider_that_does_not_rotate_keeps_its_refresh_token_and_its_end() -> None:
    first = Grant.of(answer(refresh_expires_in=600), now=START, life=LIFE)
    later = START + timedelta(seconds=100)
    second = Grant.of(answer(refresh_token=""), now=later, life=LIFE, before=first)
    assert (second.refresh, second.refresh_ends) == (first.refresh, first.refresh_ends)
    third = Grant.of(answer(refresh_token="", refresh_expires_in=600), now=later, life=LIFE, before=first)
    assert third.refresh_ends == later + timedelta(seconds=600)


def test_without_a_refresh_token_it_cannot_be_renewed() -> None:
    assert not Grant.of(answer(refresh_token=""), now=START, life=LIFE).renewable(START)


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_token_that_is_born_dead_is_never_fresh(seconds: int) -> None:
    assert not Grant.of(answer(expires_in=seconds), now=START, life=LIFE).fresh(START)


@given(st.integers(1, 20_000), st.integers(0, 20_000))
def test_what_is_handed_over_lasts_a_minute_or_half_its_life(life: int, elapsed: int) -> None:
    grant = Grant.of(answer(expires_in=life), now=START, life=LIFE)
    now = START + timedelta(seconds=elapsed)
    if grant.fresh(now):
        assert (grant.access_ends - now).total_seconds() >= min(60, life / 2)
    assert not grant.stale().fresh(now)
