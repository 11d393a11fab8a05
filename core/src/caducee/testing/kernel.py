"""A small kernel on a real store in a temporary folder, without cards, services or documents of its own."""

# ruff: noqa: ARG002 - what stands for something else keeps its signature

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NoReturn

from caducee.clock import Clock, SystemClock
from caducee.config import Config, DocumentsConfig, KernelConfig, Secret
from caducee.contracts.credentials import Credentials
from caducee.documents.identities import Identities
from caducee.documents.publish import Documents, Installation
from caducee.errors import CardAbsent
from caducee.events import Bell
from caducee.hooks import HOOK_DEADLINE
from caducee.inbox import DeskInbox
from caducee.kernel import Kernel, Lane
from caducee.model.environment import Environment
from caducee.model.practice import Practitioner
from caducee.outbox.attempt import Limits
from caducee.outbox.contract import Store
from caducee.outbox.policy import Policy
from caducee.outbox.stores.sqlite import open_store
from caducee.outbox.worker import Lane as OutboxLane
from caducee.plugins import PluginHost, Trace, given_plugins, load_plugins
from caducee.testing.letters import AUTHOR
from caducee.testing.sealing import JsonSealer, LenientChecker
from caducee.wire.http import HttpClient

_KEY = bytes(32)


def config_for(folder: Path, plugins: Mapping[str, Mapping[str, Any]], *, grace: float = 1.0) -> Config:
    """Return a configuration that allows these plugins, with their tables."""
    kernel = KernelConfig(
        environment=Environment.SANDBOX,
        data_dir=folder,
        tenant="essai",
        plugins=tuple(plugins),
        store_key=Secret(env="UNUSED"),
        grace=grace,
    )
    documents = DocumentsConfig(oid_root="1.2.250.1.999.1")
    tables = {name: dict(table) for name, table in plugins.items()}
    return Config(kernel=kernel, documents=documents, plugins=tables, base=folder)


@asynccontextmanager
async def kernel_for(
    plugins: Mapping[str, object],
    *,
    folder: Path,
    tables: Mapping[str, Mapping[str, Any]] | None = None,
    clock: Clock | None = None,
    grace: float = 1.0,
    deadline: float = HOOK_DEADLINE,
    drain: bool = True,
    lane: Callable[[str], Lane] | None = None,
    credentials: Credentials | None = None,
    policy: Policy | None = None,
    limits: Limits | None = None,
    trace: Trace | None = None,
) -> AsyncIterator[Kernel]:
    """Run a kernel with these plugins, given as objects, by name.

    Documents are sealed as their JSON; any key names the same invented author; there is no card unless
    ``credentials`` has one (``FakeCard``). ``policy`` says when a delivery is tried again, ``limits`` how long a step
    may take.
    """
    config = config_for(folder, {name: (tables or {}).get(name, {}) for name in plugins}, grace=grace)
    clock = clock or SystemClock()
    async with open_store(folder, tenant="essai", key=_KEY, clock=clock) as store:
        bell = Bell()
        host = PluginHost(
            config=config,
            loading=await load_plugins(config, given_plugins(plugins), trace=trace),
            clock=clock,
            credentials=credentials or _NoCard(),
            store=store,
            http=HttpClient,
            deadline=deadline,
            trace=trace,
        )

        made = _outbox_lane(store, host, clock=clock, policy=policy or Policy(), limits=limits)
        kernel = Kernel(
            config=config,
            clock=clock,
            store=store,
            plugins=host,
            inbox=DeskInbox(store, clock=clock, bell=bell),
            lane=lane or made,
            bell=bell,
            drain=drain,
            **_document_path(config, store, host, clock=clock, bell=bell),
        )
        async with kernel:
            yield kernel


def _outbox_lane(
    store: Store, host: PluginHost, *, clock: Clock, policy: Policy, limits: Limits | None
) -> Callable[[str], Lane]:
    def lane(kind: str) -> Lane:
        return OutboxLane(
            store,
            kind,
            deliverer=lambda: host.deliverer(kind),
            classify=host.classify,
            clock=clock,
            policy=policy,
            limits=limits,
            at_once=host.at_once(kind),
        )

    return lane


def _document_path(config: Config, store: Store, host: PluginHost, *, clock: Clock, bell: Bell) -> dict[str, Any]:
    environment, oid_root = config.kernel.environment, config.documents.oid_root
    installation = Installation(environment=environment, tenant="essai", oid_root=oid_root)
    parts: dict[str, Any] = {"store": store, "practitioners": _Anyone()}
    anyone = parts["practitioners"]
    parts |= {"checker": LenientChecker(), "sealer": JsonSealer()}
    return {
        "documents": Documents(**parts, routing=host, clock=clock, installation=installation, wake=bell.ring),
        "identities": Identities(**parts, environment=environment, wake=bell.ring),
        "practitioners": anyone,
    }


class _NoCard:
    def practitioner(self, key: str) -> Practitioner:
        return AUTHOR

    async def signer(self, practitioner: str) -> NoReturn:
        raise CardAbsent

    async def seal(self, credential: str) -> NoReturn:
        raise CardAbsent

    def tls(self, credential: str) -> NoReturn:
        raise CardAbsent

    def authorities(self, credential: str) -> NoReturn:
        raise CardAbsent

    def certificate(self, credential: str) -> NoReturn:
        raise CardAbsent

    def tls_for(self, practitioner: str) -> NoReturn:
        raise CardAbsent

    async def unlock(self, practitioner: str) -> NoReturn:
        raise CardAbsent

    async def subject_dn(self, practitioner: str) -> NoReturn:
        raise CardAbsent


class _Anyone:
    def practitioner(self, key: str) -> Practitioner:
        return AUTHOR
