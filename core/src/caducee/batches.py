"""Many items in windows: the memory of a batch is that of one window, whatever its length."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

import caducee_native
from caducee.errors import BatchCancelled

T = TypeVar("T")
R = TypeVar("R")


class Cancel:
    """Tells a batch, from any thread and for good, to begin no further item."""

    def __init__(self) -> None:
        self.native = caducee_native.Cancel()
        self._set = False

    def set(self) -> None:
        """Let the items at hand end, take no other."""
        self._set = True
        self.native.set()

    def is_set(self) -> bool:
        """Say whether it was told to."""
        return self._set


def in_windows(
    items: Iterable[T], work: Callable[[list[T]], list[R | None]], *, window: int, cancelled: Callable[[], bool]
) -> Iterator[R]:
    """Yield the results of all items in their order; ``work`` gives ``None`` for an item that it did not begin.

    Raises:
        BatchCancelled: after the results of what had been begun.
    """
    done = 0
    remaining = iter(items)
    while not cancelled():
        taken = list(islice(remaining, window))
        if not taken:
            return
        for result in work(taken):
            if result is None:
                raise BatchCancelled(done)
            done += 1
            yield result
    raise BatchCancelled(done)
