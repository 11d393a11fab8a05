from __future__ import annotations

import getpass
import sys
from typing import Any

import pytest

from caducee.cli.pin import ask_pin
from caducee.keys import PinRequest

pytestmark = pytest.mark.anyio
REQUEST = PinRequest(
    serial="8000000001", identifier="899700000017", family_name="ROUX", given_name="Camille", tries_left=2
)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Sit at a terminal; return what it shows."""
    shown: list[str] = []

    def typed(words: str) -> str:
        shown.append(words)
        return "1234"

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(getpass, "getpass", typed)
    return shown


async def test_the_pin_is_asked_with_whose_card_it_is_and_how_many_tries_are_left(terminal: list[str]) -> None:
    assert await ask_pin(REQUEST) == "1234"
    assert terminal == ["Code porteur (Camille ROUX, carte 8000000001, essais restants : 2) : "]


async def test_nobody_is_asked_without_a_terminal(terminal: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    assert await ask_pin(REQUEST) is None
    assert terminal == []


@pytest.mark.parametrize("answer", ["", EOFError()])
@pytest.mark.usefixtures("terminal")
async def test_nothing_typed_uses_no_try(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    def typed(_: str) -> str:
        if isinstance(answer, Exception):
            raise answer
        return str(answer)

    monkeypatch.setattr(getpass, "getpass", typed)
    assert await ask_pin(REQUEST) is None
