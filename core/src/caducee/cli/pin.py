"""The PIN of a card, asked at the terminal."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING

import anyio.to_thread

if TYPE_CHECKING:
    from caducee.keys import PinRequest


async def ask_pin(request: PinRequest) -> str | None:
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
