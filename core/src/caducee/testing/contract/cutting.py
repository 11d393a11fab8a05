"""Cancels at the n-th await: the way a program ends at the worst moment, one moment after the other."""

from __future__ import annotations

import sys
import types
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

import anyio

from caducee.contracts.delivery import Deliverer, Envelope, Receipt
from caducee.contracts.plugin import PluginContext, Registrar
from caducee.hooks import hookimpl
from caducee.services import ServiceKey

T = TypeVar("T")
Factory = Callable[[PluginContext], AbstractAsyncContextManager[Any]]
Wrap = Callable[[Factory], Factory]


class Cutter:
    """Counts how often a plugin's code waits, and cancels ``scope`` at the ``at``-th time."""

    def __init__(self, at: int | None = None) -> None:
        self.awaits = 0
        self.scope = anyio.CancelScope()
        self._at = at

    def plugin(self, plugin: object) -> object:
        """Return the plugin with every await of its factories and deliverers counted."""
        return wrapped(plugin, lambda factory: lambda context: self._entered(factory(context)))

    async def call(self, awaitable: Awaitable[T]) -> T:
        """Await, counting."""
        return await _counted(_coroutine(awaitable), self._tick)

    def _tick(self) -> None:
        self.awaits += 1
        if self.awaits == self._at:
            self.scope.cancel()

    @asynccontextmanager
    async def _entered(self, manager: AbstractAsyncContextManager[Any]) -> AsyncIterator[Any]:
        offered = await self.call(manager.__aenter__())
        try:
            yield _CountedDeliverer(self, offered) if _delivers(offered) else offered
        except BaseException:
            if not await self.call(manager.__aexit__(*sys.exc_info())):
                raise
        else:
            await self.call(manager.__aexit__(None, None, None))


class _CountedDeliverer:
    def __init__(self, cutter: Cutter, deliverer: Deliverer) -> None:
        self._cutter = cutter
        self._deliverer = deliverer

    async def prepare(self, envelope: Envelope) -> bytes:
        return await self._cutter.call(self._deliverer.prepare(envelope))

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        return await self._cutter.call(self._deliverer.send(envelope, prepared))

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:
        return await self._cutter.call(self._deliverer.probe(envelope, prepared))


def spread(count: int, most: int) -> list[int]:
    """Return at most ``most`` numbers from 1 to ``count``, the first and the last among them."""
    if count <= most:
        return list(range(1, count + 1))
    return sorted({1 + round(step * (count - 1) / (most - 1)) for step in range(most)})


def wrapped(plugin: object, wrap: Wrap, *, also: Callable[[Registrar], None] = lambda _: None) -> object:
    """Return a plugin with the same hooks whose factories are wrapped, and that registers something more."""
    original: Any = plugin
    copied = {name: getattr(plugin, name) for name in dir(plugin) if _is_hook(plugin, name)}

    @hookimpl
    def caducee_register(registrar: Registrar) -> None:
        original.caducee_register(registrar=_WrappingRegistrar(registrar, wrap))
        also(registrar)

    return types.SimpleNamespace(**{**copied, "caducee_register": caducee_register})


class _WrappingRegistrar:
    def __init__(self, registrar: Registrar, wrap: Wrap) -> None:
        self._registrar = registrar
        self._wrap = wrap

    def __getattr__(self, name: str) -> Any:
        return getattr(self._registrar, name)

    def service(self, key: ServiceKey[Any], factory: Factory) -> None:
        self._registrar.service(key, self._wrap(factory))

    def destination(self, destination: Any, factory: Factory, *, at_once: int = 1) -> None:
        self._registrar.destination(destination, self._wrap(factory), at_once=at_once)


def _is_hook(plugin: object, name: str) -> bool:
    return name == "CADUCEE_API" or hasattr(getattr(plugin, name, None), "caducee_impl")


def _delivers(offered: object) -> bool:
    return all(callable(getattr(offered, step, None)) for step in ("prepare", "send", "probe"))


async def _coroutine(awaitable: Awaitable[T]) -> T:
    return await awaitable


@types.coroutine
def _counted(running: Coroutine[Any, Any, T], tick: Callable[[], None]) -> Generator[Any, Any, T]:
    """Run a coroutine step by step: each time it gives up control is one await."""
    value: Any = None
    error: BaseException | None = None
    while True:
        try:
            waits_for = running.send(value) if error is None else running.throw(error)
        except StopIteration as done:
            result: T = done.value
            return result
        tick()
        try:
            value, error = (yield waits_for), None
        except BaseException as raised:  # noqa: BLE001 - handed to the coroutine, which raises it or not
            value, error = None, raised
