"""The PIN of a card, typed at a terminal."""

from __future__ import annotations

import getpass
import sys
from typing import Protocol

import anyio.to_thread


class Asked(Protocol):
    """What a card says when it asks (``PinRequest``), as far as a person needs it."""

    @property
    def given_name(self) -> str: ...
    @property
    def family_name(self) -> str: ...
    @property
    def tries_left(self) -> int: ...


async def ask_at_terminal(request: Asked) -> str | None:
    """Ask whoever is at the terminal, without showing what is typed; ``None`` when nobody is or nothing was typed."""
    if not sys.stdin.isatty():
        return None
    whose = f"{request.given_name} {request.family_name}".strip()
    words = f"Code porteur de la carte de {whose} (essais restants : {request.tries_left}) : "
    typed = await anyio.to_thread.run_sync(getpass.getpass, words, abandon_on_cancel=True)
    return typed or None
