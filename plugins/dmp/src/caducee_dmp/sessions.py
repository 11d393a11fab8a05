"""Who speaks to the DMP: the certificate of the connection and the assertion, mode by mode."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from caducee.contracts.plugin import PluginContext
from caducee.contracts.tls import ClientTls
from caducee.errors import CapabilityMissing
from caducee.model.entry import EntryPatientId
from caducee.wire.names import subject
from caducee.wire.vihf import VihfSession, VihfWriter
from caducee_dmp.access import Access
from caducee_dmp.config import LOGIN_CLASSES, DmpConfig, ReinforcedConfig, SealedConfig
from caducee_dmp.modes import Mode


class Session(Protocol):
    """One authentication mode."""

    def connection(self, practitioner: str) -> str:
        """Return what connections are shared by: those of one name have one TLS identity."""
        ...

    def tls(self, practitioner: str) -> ClientTls:
        """Return the TLS identity of a connection.

        Raises:
            CredentialError: no usable certificate.
        """
        ...

    async def security(
        self, practitioner: str, *, since: datetime, patient: EntryPatientId | None, access: Access
    ) -> bytes:
        """Return the ``wsse:Security`` block of one call.

        Raises:
            CredentialError: no usable certificate or seal.
        """
        ...


class DirectSession:
    """DIRECTE: TLS by the authentication key of the professional's card, an assertion without signature."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._vihf = _writer(context)

    def connection(self, practitioner: str) -> str:
        """One connection for each professional."""
        return practitioner

    def tls(self, practitioner: str) -> ClientTls:
        """Return the authentication key of the professional's card."""
        return self._context.credentials.tls_for(practitioner)

    async def security(
        self, practitioner: str, *, since: datetime, patient: EntryPatientId | None, access: Access
    ) -> bytes:
        """Return a fresh assertion; no key is used."""
        session = VihfSession(
            practitioner=self._context.credentials.practitioner(practitioner),
            issuer=await self._context.credentials.subject_dn(practitioner),
            since=since,
            purpose=access.purpose,
            reason=access.reason or None,
            secret=access.secret,
        )
        return self._vihf.direct(session, patient=patient, now=self._context.clock.now())


class SealedSession:
    """INDIRECTE and AIR: TLS by the organisation's certificate, its seal signs the assertion in the user's name."""

    def __init__(self, context: PluginContext, config: SealedConfig, mode: Mode) -> None:
        self._context = context
        self._config = config
        self._mode = mode
        self._declaration = config.declaration if isinstance(config, ReinforcedConfig) else None
        self._vihf = _writer(context)

    def connection(self, practitioner: str) -> str:  # noqa: ARG002 - the organisation's, whoever the author
        """One connection for the organisation."""
        return ""

    def tls(self, practitioner: str) -> ClientTls:  # noqa: ARG002 - the organisation's, whoever the author
        """Return the organisation's client context."""
        return self._context.credentials.tls(self._config.authentication)

    async def security(
        self, practitioner: str, *, since: datetime, patient: EntryPatientId | None, access: Access
    ) -> bytes:
        """Return a fresh assertion: one operation of the seal."""
        seal = await self._context.credentials.seal(self._config.seal)
        certificate = await seal.certificate()
        session = VihfSession(
            practitioner=self._context.credentials.practitioner(practitioner),
            issuer=subject(certificate),
            since=since,
            context_class=LOGIN_CLASSES[self._config.login],
            declaration=self._declaration,
            purpose=access.purpose,
            reason=access.reason or None,
            secret=access.secret,
        )
        now = self._context.clock.now()
        unsigned = self._vihf.indirect(session, patient=patient, now=now, certificate=certificate, mode=self._mode)
        return unsigned.finish(await seal.sign(unsigned.to_sign, unsigned.algorithm))


def session_of(context: PluginContext, mode: Mode) -> Session:
    """Return the session of a mode.

    Raises:
        CapabilityMissing: INDIRECTE or AIR without its table.
    """
    config: DmpConfig = context.config
    if mode is Mode.DIRECT:
        return DirectSession(context)
    sealed = config.indirect if mode is Mode.INDIRECT else config.reinforced
    if sealed is None:
        raise CapabilityMissing(f"the DMP in {mode}")
    return SealedSession(context, sealed, mode)


def _writer(context: PluginContext) -> VihfWriter:
    config: DmpConfig = context.config
    return VihfWriter(config.lps, config.vihf)
