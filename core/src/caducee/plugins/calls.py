"""Calls the hooks of one plugin: in a thread, with a deadline; one that is still late is not called again."""

from __future__ import annotations

import inspect
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import anyio
import anyio.from_thread
import anyio.lowlevel
import msgspec
import pluggy

from caducee.errors import PluginCrashed


class HookTrouble(PluginCrashed):
    """A hook raised, was late or answered something else than its specification says."""

    code = "plugin.hook"
    sentence = "Un module n'a pas répondu comme prévu."
    remedy = "Les autres modules continuent ; lancez « caducee doctor » et prévenez l'éditeur du module."


class HookCall(msgspec.Struct, frozen=True, kw_only=True):
    """One call, as a trace shows it: nothing of its arguments, nothing of its answer.

    ``outcome`` is ``ok``, ``none`` or what went wrong.
    """

    plugin: str
    hook: str
    milliseconds: float
    outcome: str


Trace = Callable[[HookCall], None]


class Hooks:
    """The hooks of one plugin, each typed by its caller. ``trace`` is told of each call."""

    def __init__(
        self, *, name: str, manager: pluggy.PluginManager, deadline: float, trace: Trace | None = None
    ) -> None:
        self.name = name
        self._trace = trace
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
        begun = time.perf_counter()
        try:
            answer = await self._answer(hook, arguments)
        except HookTrouble as trouble:
            self._tell(hook, begun, str(trouble))
            raise
        self._tell(hook, begun, "none" if answer is None else "ok")
        return answer

    def _tell(self, hook: str, begun: float, outcome: str) -> None:
        if self._trace is not None:
            milliseconds = round((time.perf_counter() - begun) * 1000, 3)
            self._trace(HookCall(plugin=self.name, hook=hook, milliseconds=milliseconds, outcome=outcome))

    async def _answer(self, hook: str, arguments: dict[str, Any]) -> Any:
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
