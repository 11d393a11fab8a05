"""Puts the parts together: the only module that knows both the kernel and the toolkit."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import msgspec
from anyio import to_thread

from caducee.cda.check import CdaChecker
from caducee.cda.seal import CdaSealer
from caducee.clock import Clock, SystemClock
from caducee.config import Config, Pkcs11Config, SecretProvider, Secrets, load_config
from caducee.documents.identities import Identities
from caducee.documents.mornings import Mornings
from caducee.documents.publish import Documents, Installation
from caducee.errors import ConfigError, Finding
from caducee.events import Bell
from caducee.golive import missing
from caducee.inbox import DeskInbox
from caducee.kernel import Kernel
from caducee.keys import Card, CardProcess, ConfiguredCredentials, KeyFiles, PinPrompt
from caducee.outbox.contract import AuditEntry, Store
from caducee.outbox.policy import Policy
from caducee.outbox.stores.sqlite import open_store as open_sqlite
from caducee.outbox.worker import Lane
from caducee.paper.prescription import PaperCopyist
from caducee.plugins import Loading, PluginHost, Trace, given_plugins, load_plugins
from caducee.practitioners import resolve_practitioners
from caducee.terminology import terminology_of
from caducee.wire.http import HttpClient

_STORE_KEY_BYTES = 32


@asynccontextmanager
async def open_kernel(
    config: Config | Path | str,
    *,
    pin_prompt: PinPrompt | None = None,
    secrets: SecretProvider | None = None,
    plugins: Mapping[str, object] | None = None,
    clock: Clock | None = None,
    drain: bool = True,
    trace: Trace | None = None,
) -> AsyncIterator[Kernel]:
    """Open a kernel on a configuration: a file, or one that is already built.

    ``pin_prompt`` is asked when a signature needs the PIN of a card; without it such a delivery waits. ``secrets`` is
    the vendor's safe. ``plugins`` hands plugins over as objects, under the name of their table. With ``drain=False`` it
    publishes and reads, and another process sends. ``trace`` is told of each hook call.

    Raises:
        ConfigError: all that is wrong, before anything starts.
        StoreError: the store cannot be used, or is drained by another process.
    """
    loaded = config if isinstance(config, Config) else load_config(config, provider=secrets)
    clock = clock or SystemClock(loaded.kernel.pace)
    loading = await survey(loaded, plugins, secrets=secrets, trace=trace)
    if loading.findings:
        raise ConfigError(loading.findings)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(loaded, secrets=secrets, clock=clock))
        parts = _Parts(
            loaded,
            loading=loading,
            store=store,
            clock=clock,
            secrets=Secrets(secrets),
            pin_prompt=pin_prompt,
            trace=trace,
        )
        stack.push_async_callback(parts.credentials.aclose)
        kernel = await stack.enter_async_context(parts.kernel(drain=drain))
        yield kernel


async def survey(
    config: Config,
    plugins: Mapping[str, object] | None = None,
    *,
    secrets: SecretProvider | None = None,
    trace: Trace | None = None,
) -> Loading:
    """Load the plugins of a configuration, and gather in ``findings`` all that stands against starting.

    What is missing before real services may be spoken to (``golive.missing``) is among it. Nothing is opened but key
    files, nothing is started.
    """
    loading = await load_plugins(config, given_plugins(plugins or {}), trace=trace)
    findings = [*loading.findings]
    try:
        resolve_practitioners(config, terminology_of(config))
    except ConfigError as error:
        findings += error.findings
    files = KeyFiles(config, Secrets(secrets))
    findings += await to_thread.run_sync(
        missing, config, loading.prerequisites, lambda name: files.key(name).certificate.der
    )
    return msgspec.structs.replace(loading, findings=tuple(findings))


@asynccontextmanager
async def open_store(
    config: Config, *, secrets: SecretProvider | None = None, clock: Clock | None = None
) -> AsyncIterator[Store]:
    """Open the store of a configuration.

    Raises:
        ConfigError: the store key is not 32 bytes in base64.
        StoreError: the store cannot be used.
    """
    key = _store_key(config, Secrets(secrets))
    clock = clock or SystemClock(config.kernel.pace)
    async with open_sqlite(config.kernel.data_dir, tenant=config.kernel.tenant, key=key, clock=clock) as store:
        yield store


def card_access(config: Config, *, clock: Clock | None = None, pin_prompt: PinPrompt | None = None) -> Card | None:
    """Return the card of a configuration, ``None`` when it has none. Nothing is loaded before the first call."""
    found = [item for item in config.credentials.values() if isinstance(item, Pkcs11Config)]
    if not found:
        return None
    process = CardProcess(str(found[0].module), environment=found[0].env)
    return Card(process, clock=clock or SystemClock(), serial=found[0].serial, prompt=pin_prompt)


class _Parts:
    """The parts of one kernel, built in the order of their needs."""

    def __init__(
        self,
        config: Config,
        *,
        loading: Loading,
        store: Store,
        clock: Clock,
        secrets: Secrets,
        pin_prompt: PinPrompt | None,
        trace: Trace | None,
    ) -> None:
        terminology = terminology_of(config)
        self._config = config
        self._store = store
        self._clock = clock
        self._bell = Bell()
        self._roster = resolve_practitioners(config, terminology)
        self._environment = config.kernel.environment
        self._sealer = CdaSealer(
            oid_root=config.documents.oid_root,
            terminology=terminology,
            copyist=PaperCopyist(self._environment),
        )
        self._checker = CdaChecker(
            terminology=terminology, environment=self._environment, max_bytes=config.documents.max_bytes
        )
        self.credentials = ConfiguredCredentials(
            config, self._roster, secrets=secrets, clock=clock, prompt=pin_prompt, on_event=self._note_card
        )
        self._host = PluginHost(
            config=config,
            loading=loading,
            clock=clock,
            credentials=self.credentials,
            store=store,
            http=HttpClient,
            secrets=secrets,
            trace=trace,
        )

    def kernel(self, *, drain: bool) -> Kernel:
        """Build the kernel."""
        cards = self.cards()
        return Kernel(
            config=self._config,
            clock=self._clock,
            store=self._store,
            plugins=self._host,
            documents=self._documents(),
            identities=self._identities(),
            inbox=DeskInbox(self._store, clock=self._clock, bell=self._bell, pace=self._config.kernel.pace),
            lane=self._lane,
            bell=self._bell,
            practitioners=self._roster,
            card=cards[0] if cards else None,
            companions=(self._mornings().run, *(partial(self._release_on_change, card) for card in cards))
            if drain
            else (),
            drain=drain,
        )

    def cards(self) -> list[Card]:
        """Return the cards of the configuration; a module that is missing is told by whoever asks for its key."""
        found = []
        for name in self.credentials.card_credentials():
            with suppress(ConfigError):
                found.append(self.credentials.card(name))
        return found

    def _documents(self) -> Documents:
        return Documents(
            store=self._store,
            routing=self._host,
            practitioners=self._roster,
            checker=self._checker,
            sealer=self._sealer,
            clock=self._clock,
            installation=Installation(
                environment=self._environment,
                tenant=self._config.kernel.tenant,
                oid_root=self._config.documents.oid_root,
            ),
            wake=self._bell.ring,
        )

    def _mornings(self) -> Mornings:
        documents = self._config.documents
        return Mornings(
            self._store,
            clock=self._clock,
            begins=documents.morning,
            delay=documents.announcement_delay,
            wake=self._bell.ring,
        )

    def _identities(self) -> Identities:
        return Identities(
            store=self._store,
            practitioners=self._roster,
            checker=self._checker,
            sealer=self._sealer,
            environment=self._environment,
            wake=self._bell.ring,
        )

    def _lane(self, kind: str) -> Lane:
        return Lane(
            self._store,
            kind,
            deliverer=partial(self._host.deliverer, kind),
            classify=self._host.classify,
            clock=self._clock,
            policy=Policy(pace=self._config.kernel.pace),
            at_once=self._host.at_once(kind),
        )

    async def _release_on_change(self, card: Card) -> None:
        """Let what waits for a card try again whenever cards come or go."""
        async for present in card.watch():
            if present:
                await self._release_cards()

    async def _release_cards(self) -> None:
        released = sum([await self._store.unblock(kind, "card") for kind in self._host.kinds])
        if released:
            self._bell.ring()

    async def _note_card(self, action: str, serial: str) -> None:
        async with self._store.transaction() as tx:
            await tx.audit(AuditEntry(action=action, actor="card", detail=serial))
        if action == "pin.open":
            await self._release_cards()


def _store_key(config: Config, secrets: Secrets) -> bytes:
    encoded = secrets.read(config.kernel.store_key, key="kernel.store_key")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if len(key) == _STORE_KEY_BYTES:
        return key
    message = f"la clé du stockage n'est pas faite de {_STORE_KEY_BYTES} octets en base64."
    raise ConfigError(
        (Finding(field="kernel.store_key", rule="config.store_key", message=message, source=config.file),)
    )
