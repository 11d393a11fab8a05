"""The PIN is asked at a terminal, and only there."""

from __future__ import annotations

import getpass
import sys

import pytest

from caducee.cli.pin import ask_at_terminal
from caducee.keys import PinRequest

pytestmark = pytest.mark.anyio
REQUEST = PinRequest(
    serial="8000000001", identifier="899700000017", family_name="ROUX", given_name="CAMILLE", tries_left=2
)


@pytest.mark.parametrize(("typed", "given"), [("1234", "1234"), ("", None)])
async def test_who_is_at_the_terminal_is_told_whose_card_it_is_and_what_is_left(
    monkeypatch: pytest.MonkeyPatch, typed: str, given: str | None
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(getpass, "getpass", lambda words: shown.append(words) or typed)
    assert await ask_at_terminal(REQUEST) == given
    assert shown == ["Code porteur de la carte de CAMILLE ROUX (essais restants : 2) : "]


async def test_nobody_is_asked_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    assert await ask_at_terminal(REQUEST) is None
