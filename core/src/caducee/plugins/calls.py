"""Calls the hooks of one plugin: in a thread, with a deadline; one that is still late is not called again."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import anyio
import anyio.from_thread
import anyio.lowlevel
import pluggy

from caducee.errors import PluginCrashed


class HookTrouble(PluginCrashed):
    """A hook raised, was late or answered something else than its specification says."""

    code = "plugin.hook"
    sentence = "Un module n'a pas répondu comme prévu."
    remedy = "Les autres modules continuent ; lancez « caducee doctor » et prévenez l'éditeur du module."


class Hooks:
    """The hooks of one plugin, each typed by its caller."""

    def __init__(self, *, name: str, manager: pluggy.PluginManager, deadline: float) -> None:
        self.name = name
        self._manager = manager
        self._deadline = deadline
        self._late: threading.Thread | None = None

    def implements(self, hook: str) -> bool:
        """Say whether the plugin has this hook at all."""
        return bool(getattr(self._manager.hook, hook).get_hookimpls())

    async def call(self, hook: str, **arguments: Any) -> Any:
        """Return what the plugin answered: one answer, or ``None``.

        Raises:
            HookTrouble: names the plugin and what happened, in words that hold nothing of the arguments.
        """
        if self._late is not None and self._late.is_alive():
            raise HookTrouble(self.name, f"{hook} was not called: an earlier call has not returned yet")
        answer = await self._in_time(hook, lambda: getattr(self._manager.hook, hook)(**arguments))
        one = next(iter(answer), None) if isinstance(answer, list) else answer
        if inspect.isawaitable(one):
            getattr(one, "close", lambda: None)()
            raise HookTrouble(self.name, f"{hook} returned an awaitable: hooks are synchronous")
        return one

    async def _in_time(self, hook: str, call: Callable[[], Any]) -> Any:
        started: list[threading.Thread] = []
        with anyio.move_on_after(self._deadline):
            try:
                return await in_daemon_thread(call, started.append)
            except Exception as error:
                raise HookTrouble(self.name, f"{hook} raised {type(error).__name__}") from error
        self._late = started[0]
        raise HookTrouble(self.name, f"{hook} was late (over {self._deadline * 1000:.0f} ms)")


async def in_daemon_thread(call: Callable[[], Any], started: Callable[[threading.Thread], None] | None = None) -> Any:
    """Run in a thread that may be abandoned: a plugin that never returns holds neither the loop nor the exit."""
    done = anyio.Event()
    token = anyio.lowlevel.current_token()
    outcome: list[tuple[Any, BaseException | None]] = []

    def work() -> None:
        try:
            outcome.append((call(), None))
        except BaseException as error:  # noqa: BLE001 - raised again on the caller's side
            outcome.append((None, error))
        with suppress(RuntimeError):  # the loop ended while we were late: nobody waits any more
            anyio.from_thread.run_sync(done.set, token=token)

    thread = threading.Thread(target=work, name="caducee hook", daemon=True)
    thread.start()
    if started is not None:
        started(thread)
    await done.wait()
    answer, error = outcome[0]
    if isinstance(error, Exception):
        raise error
    if error is not None:
        raise RuntimeError(type(error).__name__) from error
    return answer
