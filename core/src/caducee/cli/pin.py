"""The PIN of a card, typed at a terminal."""

from __future__ import annotations

import getpass
import sys

import anyio.to_thread

from caducee.keys.card.pin import PinRequest


async def ask_at_terminal(request: PinRequest) -> str | None:
    """Ask whoever is at the terminal, without showing what is typed; ``None`` when nobody is or nothing was typed."""
    if not sys.stdin.isatty():
        return None
    whose = f"{request.given_name} {request.family_name}".strip()
    words = f"Code porteur de la carte de {whose} (essais restants : {request.tries_left}) : "
    typed = await anyio.to_thread.run_sync(getpass.getpass, words, abandon_on_cancel=True)
    return typed or None
