"""The PIN of a card, asked at the terminal."""

from __future__ import annotations

import getpass
import sys
from typing import Protocol

import anyio.to_thread


class Asked(Protocol):
    """What is said of the card whose PIN is asked: a ``PinRequest`` has it."""

    @property
    def serial(self) -> str:
        """The card."""
        ...

    @property
    def family_name(self) -> str:
        """Of its holder."""
        ...

    @property
    def given_name(self) -> str:
        """Of its holder."""
        ...

    @property
    def tries_left(self) -> int:
        """Before it is blocked."""
        ...


async def ask_pin(request: Asked) -> str | None:
    """Ask whoever sits at the terminal, without showing what is typed; nobody does where it is none.

    ``None`` when nothing is typed: what needed the card says so, and no try is used.
    """
    if not sys.stdin.isatty():
        return None
    whose = f"{request.given_name} {request.family_name}, carte {request.serial}"
    words = f"Code porteur ({whose}, essais restants : {request.tries_left}) : "
    try:
        return await anyio.to_thread.run_sync(getpass.getpass, words, abandon_on_cancel=True) or None
    except EOFError:
        return None
