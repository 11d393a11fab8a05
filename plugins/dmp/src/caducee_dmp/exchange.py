"""One call to the DMP: the TLS identity of its mode, a fresh assertion, fresh addressing."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import datetime
from types import TracebackType
from typing import Self
from uuid import uuid4

import anyio
import anyio.to_thread
import msgspec

from caducee.contracts.http import Limits
from caducee.contracts.plugin import PluginContext
from caducee.model.entry import EntryPatientId
from caducee.wire.fault import PROOF_REFUSED, Proofs
from caducee.wire.http import HttpClient
from caducee.wire.mtom import Attachment
from caducee.wire.soap import ANONYMOUS, Addressing, Exchanged, SoapAnswer, SoapClient
from caducee_dmp.access import NORMAL, Access
from caducee_dmp.config import DmpConfig
from caducee_dmp.modes import Mode, Right, require
from caducee_dmp.sessions import Session, session_of

SERVICE = "dmp"
COLLECTION = "exchanges"


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One transaction: the service of the DMP, its action and its body. ``changes`` says that it writes there."""

    right: Right
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
    """The connections of one plugin, one for each TLS identity, kept open between calls."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._config: DmpConfig = context.config
        self._sessions: dict[Mode, Session] = {}
        self._connections: dict[tuple[Mode, str], _Connection] = {}
        self._stack = AsyncExitStack()
        self._lock = anyio.Lock()

    async def __aenter__(self) -> Self:
        await self._stack.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    async def call(
        self,
        call: Call,
        *,
        practitioner: str,
        patient: EntryPatientId | None,
        mode: Mode = Mode.DIRECT,
        access: Access = NORMAL,
    ) -> SoapAnswer:
        """Make one call in the name of this professional about this patient, or about none.

        Raises:
            ModeRefused, CapabilityMissing: the mode does not allow it, or does not work here; nothing was sent.
            ReasonMissing: an access without the patient's authorisation, and without a reason; nothing was sent.
            CredentialError: no usable certificate; nothing was sent.
            ServiceError: see ``SoapClient.call``.
        """
        require(mode, call.right)
        access.check()
        session = self._session(mode)
        connection = await self._connection(session, mode, practitioner)
        security = await session.security(practitioner, since=connection.since, patient=patient, access=access)
        return await connection.client.call(
            call.endpoint,
            addressing=self._addressing(connection.http.url(call.endpoint), call.action),
            headers=(security,),
            body=call.body,
            attachments=call.attachments,
            changes=call.changes,
        )

    async def assertion(
        self, *, practitioner: str, patient: EntryPatientId | None, mode: Mode, access: Access = NORMAL
    ) -> bytes:
        """Return a fresh ``wsse:Security`` block for what is not a call of ours.

        Raises:
            CapabilityMissing, CredentialError.
        """
        now = self._context.clock.now()
        return await self._session(mode).security(practitioner, since=now, patient=patient, access=access)

    def _session(self, mode: Mode) -> Session:
        if mode not in self._sessions:
            self._sessions[mode] = session_of(self._context, mode)
        return self._sessions[mode]

    async def _connection(self, session: Session, mode: Mode, practitioner: str) -> _Connection:
        shared = (mode, session.connection(practitioner))
        async with self._lock:
            if shared not in self._connections:
                self._connections[shared] = await self._connect(session, practitioner)
            return self._connections[shared]

    async def _connect(self, session: Session, practitioner: str) -> _Connection:
        tls = await anyio.to_thread.run_sync(session.tls, practitioner)
        limits = Limits(connect=self._config.connect_timeout, answer=self._config.answer_timeout)
        http = HttpClient(
            service=SERVICE,
            base_url=self._config.url,
            tls=tls,
            limits=limits,
            clock=self._context.clock,
            saw_drift=self._context.saw_drift,
        )
        await self._stack.enter_async_context(http)
        client = SoapClient(
            http,
            keep=self._keep,
            proofs=Proofs(refused=PROOF_REFUSED | {"DMPInvalidVIHF"}, tolerance=self._config.vihf.tolerance),
        )
        return _Connection(client, http, self._context.clock.now())

    async def _keep(self, exchanged: Exchanged) -> None:
        """Keep what could not be understood, encrypted, and say under which key."""
        async with self._context.state.transaction() as tx:
            await tx.put(COLLECTION, exchanged.message_id, msgspec.msgpack.encode(exchanged))
        self._context.log.warning("an answer was not understood: kept as %s %s", COLLECTION, exchanged.message_id)

    def _addressing(self, url: str, action: str) -> Addressing:
        to = url if self._config.wsa_to == "url" else ""
        return Addressing(message_id=f"urn:uuid:{uuid4()}", action=action, to=to, reply_to=ANONYMOUS)
