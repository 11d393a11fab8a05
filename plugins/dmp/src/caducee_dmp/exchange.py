"""One call to the DMP in DIRECTE: the professional's TLS certificate, a fresh assertion, fresh addressing."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import datetime
from types import TracebackType
from typing import Self
from uuid import uuid4

import anyio
import anyio.to_thread
import msgspec

from caducee.contracts.plugin import PluginContext
from caducee.model.entry import EntryPatientId
from caducee.wire.http import HttpClient, Limits
from caducee.wire.mtom import Attachment
from caducee.wire.soap import ANONYMOUS, Addressing, Exchanged, SoapAnswer, SoapClient
from caducee.wire.vihf import VihfSession, VihfWriter
from caducee_dmp.config import DmpConfig

SERVICE = "dmp"
MODE = "DIRECTE"
COLLECTION = "exchanges"


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One transaction: the service of the DMP, its action and its body. ``changes`` says that it writes there."""

    endpoint: str
    action: str
    body: bytes
    attachments: tuple[Attachment, ...] = ()
    changes: bool = False


class _Connection(msgspec.Struct, frozen=True):
    client: SoapClient
    http: HttpClient
    since: datetime


class Exchange:
    """The connections of one plugin, one per professional, kept open between calls."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._config: DmpConfig = context.config
        self._vihf = VihfWriter(self._config.lps, self._config.vihf)
        self._connections: dict[str, _Connection] = {}
        self._stack = AsyncExitStack()
        self._lock = anyio.Lock()

    async def __aenter__(self) -> Self:
        await self._stack.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    async def call(self, call: Call, *, practitioner: str, patient: EntryPatientId) -> SoapAnswer:
        """Make one call as this professional about this patient.

        Raises:
            CredentialError: no usable certificate; nothing was sent.
            ServiceError: see ``SoapClient.call``.
        """
        connection = await self._connection(practitioner)
        session = VihfSession(
            practitioner=self._context.credentials.practitioner(practitioner),
            issuer=self._context.credentials.subject_dn(practitioner),
            since=connection.since,
        )
        security = self._vihf.direct(session, patient=patient, now=self._context.clock.now())
        return await connection.client.call(
            call.endpoint,
            addressing=self._addressing(connection.http.url(call.endpoint), call.action),
            headers=(security,),
            body=call.body,
            attachments=call.attachments,
            changes=call.changes,
        )

    async def _connection(self, practitioner: str) -> _Connection:
        async with self._lock:
            if practitioner not in self._connections:
                self._connections[practitioner] = await self._connect(practitioner)
            return self._connections[practitioner]

    async def _connect(self, practitioner: str) -> _Connection:
        tls = await anyio.to_thread.run_sync(self._context.credentials.tls_for, practitioner)
        limits = Limits(connect=self._config.connect_timeout, answer=self._config.answer_timeout)
        http = HttpClient(service=SERVICE, base_url=self._config.url, tls=tls, limits=limits)
        await self._stack.enter_async_context(http)
        return _Connection(SoapClient(http, keep=self._keep), http, self._context.clock.now())

    async def _keep(self, exchanged: Exchanged) -> None:
        """Keep what could not be understood, encrypted, and say under which key."""
        async with self._context.state.transaction() as tx:
            await tx.put(COLLECTION, exchanged.message_id, msgspec.msgpack.encode(exchanged))
        self._context.log.warning("an answer was not understood: kept as %s %s", COLLECTION, exchanged.message_id)

    def _addressing(self, url: str, action: str) -> Addressing:
        to = url if self._config.wsa_to == "url" else ""
        return Addressing(message_id=f"urn:uuid:{uuid4()}", action=action, to=to, reply_to=ANONYMOUS)
