"""The browser of this machine. A practice's software may give its own way to open one."""

from __future__ import annotations

import webbrowser
from collections.abc import Awaitable, Callable

import anyio
from anyio import to_thread

OpenBrowser = Callable[[str], Awaitable[bool]]
"""Opens an address for the person at the desk; says whether it could. It returns at once, not when they are done."""


async def open_system_browser(address: str) -> bool:
    """Open the default browser, from a thread of its own: some systems wait for the program to start."""
    return await to_thread.run_sync(webbrowser.open, address, abandon_on_cancel=True, limiter=anyio.CapacityLimiter(1))
