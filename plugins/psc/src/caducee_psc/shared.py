"""Work that is done once for all who ask for it at the same time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import anyio
from anyio.abc import TaskGroup

from caducee.errors import SessionExpired

T = TypeVar("T")


class Shared(Generic[T]):
    """One piece of work at a time, in a task of the service: who stops waiting for it does not stop it.

    A renewal that was cut after the provider had given the next token would lose the session.
    """

    def __init__(self, tasks: TaskGroup) -> None:
        self._tasks = tasks
        self._current: _Outcome[T] | None = None

    @property
    def running(self) -> bool:
        """Say whether somebody's work is under way."""
        return self._current is not None

    async def join(self, work: Callable[[], Awaitable[T]]) -> T:
        """Start the work unless it is under way; wait for it, and return or raise what it did."""
        if self._current is None:
            self._current = _Outcome()
            self._tasks.start_soon(self._do, self._current, work)
        outcome = self._current
        await outcome.done.wait()
        if outcome.error is not None:
            raise outcome.error
        return outcome.value[0]

    async def _do(self, outcome: _Outcome[T], work: Callable[[], Awaitable[T]]) -> None:
        try:
            outcome.value.append(await work())
        except Exception as error:  # noqa: BLE001 - raised again to whoever waits
            outcome.error = error
        except BaseException:
            outcome.error = SessionExpired("the service was stopped")
            raise
        finally:
            self._current = None
            outcome.done.set()


class _Outcome(Generic[T]):
    def __init__(self) -> None:
        self.done = anyio.Event()
        self.value: list[T] = []
        self.error: Exception | None = None
