"""What one plugin may reach, and nothing else."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar
from urllib.parse import urlsplit

from caducee.clock import Clock
from caducee.config.secrets import Secret, Secrets
from caducee.contracts.credentials import Credentials
from caducee.contracts.http import HttpClient, HttpFactory, Limits
from caducee.contracts.oppositions import Oppositions
from caducee.contracts.publishing import Publisher
from caducee.contracts.state import State
from caducee.drift import Drift, DriftSeen
from caducee.errors import NotGranted
from caducee.model.environment import Environment
from caducee.plugins.grants import Granted
from caducee.redaction import RedactingLogger
from caducee.services import ServiceKey

T = TypeVar("T")
Use = Callable[[ServiceKey[Any]], AbstractAsyncContextManager[Any]]
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Context:
    """The ``PluginContext`` of one plugin: each thing it was not given is refused by name."""

    def __init__(
        self,
        *,
        name: str,
        environment: Environment,
        config: Any,
        clock: Clock,
        credentials: Granted,
        state: State | None,
        http: HttpFactory,
        saw_drift: DriftSeen | None = None,
        secrets: Secrets,
        use: Use,
        may_use: frozenset[str],
        publisher: Callable[[], Publisher | None] = lambda: None,
        oppositions: Oppositions | None = None,
        majority: int = 18,
    ) -> None:
        self.name = name
        self.environment = environment
        self.config = config
        self.clock = clock
        self.majority = majority
        self.log: logging.Logger = RedactingLogger(f"caducee.plugins.{name}")
        self._granted = credentials
        self._state = state
        self._http = http
        self._saw_drift = saw_drift
        self._secrets = secrets
        self._use = use
        self._may_use = may_use
        self._publisher = publisher
        self._oppositions = oppositions

    @property
    def credentials(self) -> Credentials:
        """The keys that its table names, and those of practitioners that it declared."""
        return self._granted

    @property
    def state(self) -> State:
        """Its durable state.

        Raises:
            NotGranted: it registered no state.
        """
        if self._state is None:
            raise NotGranted(self.name, "state was asked for, and registrar.state(…) was not called")
        return self._state

    @property
    def documents(self) -> Publisher:
        """Publishes documents that the plugin made.

        Raises:
            NotGranted: not declared with ``registrar.needs(Need.PUBLICATION)``.
        """
        publisher = self._publisher()
        if publisher is None:
            raise NotGranted(self.name, "publication was asked for, and registrar.needs(…) does not say so")
        return publisher

    @property
    def oppositions(self) -> Oppositions:
        """What patients are against.

        Raises:
            NotGranted: not declared with ``registrar.needs(Need.OPPOSITIONS)``.
        """
        if self._oppositions is None:
            raise NotGranted(self.name, "oppositions were asked for, and registrar.needs(…) does not say so")
        return self._oppositions

    async def saw_drift(self, service: str, drift: Drift) -> None:
        """Keep how far our clock is from a service's, for ``caducee doctor``."""
        if self._saw_drift is not None:
            await self._saw_drift(service, drift)

    def secret(self, reference: Secret, *, key: str) -> bytes:
        """Return a secret of its own table.

        Raises:
            ConfigError: it cannot be read.
        """
        return self._secrets.read(reference, key=f"plugins.{self.name}.{key}")

    def use(self, key: ServiceKey[T]) -> AbstractAsyncContextManager[T]:
        """Lend a service of another plugin.

        Raises:
            NotGranted: not declared with ``registrar.needs``.
        """
        if key.name not in self._may_use:
            raise NotGranted(self.name, f"service {key.name} was asked for, and registrar.needs(…) does not name it")
        return self._use(key)

    def http(
        self,
        base_url: str,
        *,
        credential: str = "",
        practitioner: str = "",
        public: bool = False,
        limits: Limits | None = None,
    ) -> HttpClient:
        """Return an HTTP client for one service: pinned authorities, nothing in clear but public files.

        Raises:
            NotGranted: plain HTTP outside the sandbox's loopback, or a key that it was not given.
        """
        address = urlsplit(base_url)
        if public and address.scheme == "http" and not credential and not practitioner:
            return self._http(service=self.name, base_url=base_url, tls=None, limits=limits)
        if address.scheme == "https" and bool(credential) != bool(practitioner):
            tls = self._granted.tls(credential) if credential else self._granted.tls_for(practitioner)
            return self._http(service=self.name, base_url=base_url, tls=tls, limits=limits)
        if address.scheme == "http" and self.environment is Environment.SANDBOX and address.hostname in _LOOPBACK:
            return self._http(service=self.name, base_url=base_url, tls=None, limits=limits)
        raise NotGranted(self.name, "an HTTP client needs https and one key; http goes to the sandbox's loopback only")
