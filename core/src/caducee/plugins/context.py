"""What one plugin may reach, and nothing else."""

from __future__ import annotations

import logging
from typing import Any

from caducee.clock import Clock
from caducee.contracts.credentials import Credentials
from caducee.contracts.plugin import Journal
from caducee.model.environment import Environment
from caducee.outbox.contract import AuditEntry, Store
from caducee.redaction import RedactingLogger


class StoreJournal:
    """The audit trail and the records of one plugin, in the kernel's store."""

    def __init__(self, store: Store, plugin: str) -> None:
        self._store = store
        self._plugin = plugin

    async def audit(self, action: str, *, actor: str, subject: str = "", reason: str = "", detail: str = "") -> None:
        """Append to the audit chain, durably, before returning."""
        entry = AuditEntry(action=action, actor=actor, subject=subject, reason=reason, detail=detail)
        async with self._store.transaction() as tx:
            await tx.audit(entry)

    async def get(self, collection: str, key: str) -> bytes | None:
        """Return one encrypted record of this plugin."""
        return await self._store.get(self._plugin, collection, key)

    async def put(self, collection: str, key: str, value: bytes) -> None:
        """Store one encrypted record of this plugin."""
        async with self._store.transaction() as tx:
            await tx.put(self._plugin, collection, key, value)


class Context:
    """The ``PluginContext`` of one plugin."""

    def __init__(
        self, *, name: str, environment: Environment, config: Any, clock: Clock, credentials: Credentials, store: Store
    ) -> None:
        self.name = name
        self.environment = environment
        self.config = config
        self.clock = clock
        self.credentials = credentials
        self.journal: Journal = StoreJournal(store, name)
        self.log: logging.Logger = RedactingLogger(f"caducee.plugins.{name}")
