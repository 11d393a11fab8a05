"""What a plugin is given, and what it gives."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from caducee.clock import Clock
from caducee.contracts.credentials import Credentials
from caducee.contracts.delivery import Deliverer
from caducee.contracts.http import HttpClient, Limits
from caducee.contracts.oppositions import Oppositions
from caducee.contracts.publishing import Publisher
from caducee.contracts.state import State, StateSpec
from caducee.drift import Drift
from caducee.model.agreement import Statement
from caducee.model.destination import Destination
from caducee.model.environment import Environment
from caducee.model.practice import Practitioner
from caducee.services import ServiceKey

if TYPE_CHECKING:
    from caducee.config.secrets import Secret

T = TypeVar("T")


class Need(StrEnum):
    """What a plugin declares with ``registrar.needs(…)`` before it may use it."""

    SIGNATURE = "signature"
    """The signature key of a practitioner (``context.credentials.signer``)."""
    AUTHENTICATION = "authentication"
    """The authentication certificate of a practitioner (``tls_for``, ``subject_dn``)."""
    PUBLICATION = "publication"
    """To publish documents of its own making (``context.documents``)."""
    OPPOSITIONS = "oppositions"
    """To ask what a patient is against (``context.oppositions``)."""


class Prerequisite(msgspec.Struct, frozen=True, kw_only=True):
    """What a practice's vendor must have before this plugin speaks to a real service.

    ``key`` is the key of ``[plugins.NAME]`` that holds it (``software.authorisation``), or ``practitioner.*.FIELD``:
    what at least one professional must have. A value that is blank or
    matches ``placeholder`` (a pattern) counts as missing: it is one of the simulated services. ``what`` is a French
    sentence; ``who`` says whose agreement it takes. With ``credential`` the value must be the name of a table
    ``[credentials.*]``. ``unless`` maps keys of the same table to values with which this is not asked for; a key that
    is not there reads as the empty text.
    """

    key: str
    placeholder: str
    what: str
    who: str
    credential: bool = False
    unless: Mapping[str, tuple[str, ...]] = {}


class Inquiry(msgspec.Struct, frozen=True, kw_only=True):
    """Whom ``caducee doctor`` asks about, and what a plugin may read to answer: its table and its own state."""

    key: str
    practitioner: Practitioner
    config: Any
    state: State | None


Witness = Callable[[Inquiry], Awaitable[Statement | None]]
"""Says what a plugin has kept of a professional; ``None`` when it knows nothing. Offline: it asks no service."""


class PluginContext(Protocol):
    """Everything a plugin may reach. ``config`` is the struct it registered, already validated.

    ``credentials`` gives what ``[plugins.NAME]`` names, and a practitioner's keys when the plugin has declared the
    ``Need``. ``majority`` is the age, in years, from which a patient is an adult (``[sharing]``). ``state`` needs
    ``registrar.state(…)``. Asking for anything else raises ``NotGranted``, which names the plugin and what it asked
    for.
    """

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
    def state(self) -> State: ...
    @property
    def documents(self) -> Publisher: ...
    @property
    def oppositions(self) -> Oppositions: ...
    @property
    def majority(self) -> int: ...

    async def saw_drift(self, service: str, drift: Drift) -> None:
        """Keep how far our clock is from a service's, for ``caducee doctor``; clients of ``http`` do so themselves."""
        ...

    def secret(self, reference: Secret, *, key: str) -> bytes:
        """Return the secret that ``key`` of the plugin's own table points at. Nothing is kept.

        Raises:
            ConfigError: it cannot be read; names the key, never the value.
        """
        ...

    def http(
        self,
        base_url: str,
        *,
        credential: str = "",
        practitioner: str = "",
        public: bool = False,
        limits: Limits | None = None,
    ) -> HttpClient:
        """Return an HTTP client for one service under the trust rules: HTTPS, pinned authorities, TLS 1.2 or later.

        ``credential`` (a key of ``[credentials.*]`` that the plugin's table names) or ``practitioner`` says who we are.
        Plain ``http`` is refused, except to loopback in the ``sandbox`` environment, and for ``public`` files that
        carry their own signature (revocation lists): there it says nothing of us.

        Raises:
            NotGranted, ConfigError.
        """
        ...

    def use(self, key: ServiceKey[T]) -> AbstractAsyncContextManager[T]:
        """Lend a service of another plugin, declared with ``registrar.needs(KEY)``.

        Raises:
            NotGranted: not declared.
            CapabilityMissing, NotReady, PluginCrashed: as ``kernel.use``.
        """
        ...


class Registrar(Protocol):
    """Given once to ``caducee_register``: registers factories, calls nothing."""

    def config(self, config: type[msgspec.Struct]) -> None:
        """Say the struct that ``[plugins.NAME]`` must fit; unknown fields are refused."""
        ...

    def state(self, spec: StateSpec) -> None:
        """Say that the plugin keeps state, at which version, and how older ones are upgraded."""
        ...

    def needs(self, *needs: Need | ServiceKey[Any]) -> None:
        """Declare which keys of practitioners, and which services of other plugins, it will ask for."""
        ...

    def requires(self, *prerequisites: Prerequisite) -> None:
        """Say what must be there in the ``integration`` and ``production`` environments."""
        ...

    def testifies(self, witness: Witness) -> None:
        """Say what the plugin knows of professionals, for ``caducee doctor`` to compare with card and configuration."""
        ...

    def service(self, key: ServiceKey[T], factory: Callable[[PluginContext], AbstractAsyncContextManager[T]]) -> None:
        """Offer a service. The factory is entered when the plugin starts and left when it stops."""
        ...

    def destination(
        self,
        destination: type[Destination],
        factory: Callable[[PluginContext], AbstractAsyncContextManager[Deliverer]],
        *,
        at_once: int = 1,
    ) -> None:
        """Serve a kind of destination: one lane of the outbox.

        ``at_once`` says how many deliveries the deliverer bears at the same time; two of one series never are.
        """
        ...
