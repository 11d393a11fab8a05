"""Puts the parts together: the only module that knows both the kernel and the toolkit."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import anyio
import msgspec

from caducee.cda import CdaChecker, CdaSealer
from caducee.clock import Clock, SystemClock
from caducee.config import Config, Pkcs11Config, SecretProvider, Secrets, load_config
from caducee.contracts.credentials import CardAccess
from caducee.documents.identities import Identities
from caducee.documents.publish import Documents, Installation
from caducee.errors import CaduceeError, ConfigError, Finding
from caducee.events import Bell
from caducee.kernel import Kernel
from caducee.keys import Card, CardProcess, ConfiguredCredentials, PinPrompt
from caducee.outbox.contract import AuditEntry, Store
from caducee.outbox.policy import Policy
from caducee.outbox.stores.sqlite import open_store as open_sqlite
from caducee.outbox.worker import Lane
from caducee.plugins import PluginHost
from caducee.practitioners import resolve_practitioners
from caducee.redaction import RedactingLogger
from caducee.terminology import Terminology

_STORE_KEY_BYTES = 32
_log = RedactingLogger("caducee.assembly")


@asynccontextmanager
async def open_kernel(
    config: Config | Path | str,
    *,
    pin_prompt: PinPrompt | None = None,
    secrets: SecretProvider | None = None,
    plugins: Mapping[str, object] | None = None,
    clock: Clock | None = None,
    drain: bool = True,
) -> AsyncIterator[Kernel]:
    """Open a kernel on a configuration: a file, or one that is already built.

    ``pin_prompt`` is asked when a signature needs the PIN of a card; without it such a delivery waits. ``secrets`` is the
    vendor's safe. ``plugins`` hands plugins over as objects, under the name of their table. With ``drain=False`` it
    publishes and reads, and another process sends.

    Raises:
        ConfigError: all that is wrong, before anything starts.
        StoreError: the store cannot be used, or is drained by another process.
    """
    loaded = config if isinstance(config, Config) else load_config(config, provider=secrets)
    clock = clock or SystemClock(loaded.kernel.pace)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(loaded, secrets=secrets, clock=clock))
        parts = _Parts(loaded, store=store, clock=clock, secrets=secrets, pin_prompt=pin_prompt, plugins=plugins)
        stack.push_async_callback(parts.close)
        kernel = await stack.enter_async_context(parts.kernel(drain=drain))
        yield kernel


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


def card_access(
    config: Config, *, clock: Clock | None = None, pin_prompt: PinPrompt | None = None
) -> Card | None:
    """Return the card of a configuration, ``None`` when it has none. Nothing is loaded before the first call."""
    found = [item for item in config.credentials.values() if isinstance(item, Pkcs11Config)]
    if not found:
        return None
    process = CardProcess(str(found[0].module), environment=found[0].env)
    return Card(process, clock=clock or SystemClock(), serial=found[0].serial, prompt=pin_prompt)


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
