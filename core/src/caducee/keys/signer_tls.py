"""TLS by a key that stays where it is: the handshake asks a ``Signer``, once for each session."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import anyio
import anyio.lowlevel

from caducee.contracts.signer import SignatureAlgorithm, Signer
from caducee.contracts.tls import ByteChannel, TlsFailure, TlsTrouble
from caducee_native import NativeError, TlsClient, TlsConnection

_ALGORITHMS: Final = {
    "pss-sha256": SignatureAlgorithm.RSA_PSS_SHA256,
    "pkcs1-sha256": SignatureAlgorithm.RSA_SHA256,
}
# In TLS 1.3 a server says what it thinks of our certificate, and gives what resumes the session, after the handshake.
_LAST_WORD = 0.5


@dataclass(frozen=True, kw_only=True)
class KeyAtHand:
    """A key that is there now. ``is_open`` says that it would sign without asking anybody."""

    signer: Signer
    certificate: bytes
    is_open: bool


class TlsBySigner:
    """The ``SignerTls`` of one key, found anew for each connection by ``find``; trusts ``authorities`` (PEM) only.

    Connections are agreed on one after the other, so that the next one resumes the session of the first: many
    connections cost one operation. Sessions are forgotten with the key's log-in: none is resumed without its card.
    """

    def __init__(self, find: Callable[[], Awaitable[KeyAtHand]], *, authorities: bytes) -> None:
        self._find = find
        self._authorities = authorities
        self._client: tuple[bytes, TlsClient] | None = None
        self._turn: anyio.lowlevel.RunVar[anyio.Lock] = anyio.lowlevel.RunVar("caducee.tls.turn")

    async def secure(self, channel: ByteChannel, *, server: str) -> ByteChannel:
        """Agree with the server of that name over ``channel``, and return the secured connection.

        Raises:
            TlsFailure: one side refused the other; nothing was sent.
            CredentialError: the key is not there or does not sign; nothing was sent.
            ValueError: no authority in the bundle, or not the name of a server.
        """
        async with self._one_at_a_time():
            key = await self._find()
            pss = SignatureAlgorithm.RSA_PSS_SHA256 in key.signer.algorithms
            try:
                connection = self._client_of(key, pss=pss).connect(server)
            except NativeError as error:
                raise ValueError(str(error)) from None
            secured = _Secured(connection, channel)
            await secured.agree(key.signer, pss=pss)
            return secured

    def _client_of(self, key: KeyAtHand, *, pss: bool) -> TlsClient:
        if self._client is not None and self._client[0] == key.certificate and key.is_open:
            return self._client[1]
        made = TlsClient(authorities=self._authorities, chain=[key.certificate], pss=pss, protocols=["http/1.1"])
        self._client = (key.certificate, made)
        return made

    def _one_at_a_time(self) -> anyio.Lock:
        lock = self._turn.get(None)
        if lock is None:
            lock = anyio.Lock()
            self._turn.set(lock)
        return lock


class _Secured:
    """A connection over which both sides agreed."""

    def __init__(self, tls: TlsConnection, channel: ByteChannel) -> None:
        self._tls = tls
        self._channel = channel

    async def agree(self, signer: Signer, *, pss: bool) -> None:
        """Do the handshake and hear the server's last word on it."""
        try:
            await self._flush()
            while self._tls.handshaking:
                await self._take(await self._channel.receive(), signer)
            await self._hear_last_word()
        except NativeError as error:
            raise _failure(error, pss=pss) from None

    async def receive(self) -> bytes:
        """Return text of the server, nothing at the end.

        Raises:
            TlsFailure: the server refused our certificate after all, or left in the middle.
        """
        try:
            while True:
                text = self._tls.text()
                if text or self._tls.closed:
                    return text
                await self._take(await self._channel.receive())
        except NativeError as error:
            raise _failure(error) from None

    async def send(self, data: bytes) -> None:
        """Send text."""
        try:
            self._tls.write(data)
        except NativeError as error:
            raise _failure(error) from None
        await self._flush()

    async def _take(self, data: bytes, signer: Signer | None = None) -> None:
        try:
            asked = self._tls.receive(data)
            while asked is not None and signer is not None:
                scheme, message = asked
                asked = self._tls.signed(await signer.sign(message, _ALGORITHMS[scheme]))
        except NativeError:
            # The alert that tells the server why.
            with contextlib.suppress(Exception):
                await self._flush()
            raise
        await self._flush()

    async def _flush(self) -> None:
        data = self._tls.outgoing()
        if data:
            await self._channel.send(data)

    async def _hear_last_word(self) -> None:
        while self._tls.lacks_ticket:
            heard = None
            with anyio.move_on_after(_LAST_WORD):
                heard = await self._channel.receive()
            if heard is None:
                return
            await self._take(heard)


def _failure(error: NativeError, *, pss: bool = True) -> TlsFailure:
    if error.code == "tls.version" and not pss:
        return TlsFailure(TlsTrouble.KEY_TOO_OLD)
    known = error.code in set(TlsTrouble)
    return TlsFailure(TlsTrouble(error.code) if known else TlsTrouble.BROKEN)
