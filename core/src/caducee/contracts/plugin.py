"""What a plugin is given, and what it gives."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar

import msgspec

from caducee.clock import Clock
from caducee.contracts.credentials import Credentials
from caducee.contracts.delivery import Deliverer
from caducee.model.destination import Destination
from caducee.model.environment import Environment
from caducee.services import ServiceKey

T = TypeVar("T")


class Journal(Protocol):
    """The audit trail and the encrypted records of one plugin."""

    async def audit(self, action: str, *, actor: str, subject: str = "", reason: str = "", detail: str = "") -> None:
        """Append to the audit chain, durably, before returning."""
        ...

    async def get(self, collection: str, key: str) -> bytes | None:
        """Return one encrypted record of this plugin."""
        ...

    async def put(self, collection: str, key: str, value: bytes) -> None:
        """Store one encrypted record of this plugin."""
        ...


class PluginContext(Protocol):
    """Everything a plugin may reach. ``config`` is the struct it registered, already validated."""

    @property
    def name(self) -> str: ...
    @property
    def environment(self) -> Environment: ...
    @property
    def config(self) -> Any: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def log(self) -> logging.Logger: ...
    @property
    def credentials(self) -> Credentials: ...
    @property
    def journal(self) -> Journal: ...


class Registrar(Protocol):
    """Given once to ``caducee_register``: registers factories, calls nothing."""

    def config(self, config: type[msgspec.Struct]) -> None:
        """Say the struct that ``[plugins.NAME]`` must fit; unknown fields are refused."""
        ...

    def service(self, key: ServiceKey[T], factory: Callable[[PluginContext], AbstractAsyncContextManager[T]]) -> None:
        """Offer a service. The factory is entered when the plugin starts and left when it stops."""
        ...

    def destination(
        self, destination: type[Destination], factory: Callable[[PluginContext], AbstractAsyncContextManager[Deliverer]]
    ) -> None:
        """Serve a kind of destination: one lane of the outbox."""
        ...
