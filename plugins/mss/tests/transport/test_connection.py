"""Never in clear text, never with a server that cannot be trusted."""

from __future__ import annotations

import socket
import ssl
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from mail_rig.mails import bearer, submission
from mail_rig.scripted import LIMITS, Peer, scripted
from mail_rig.servers.pki import TestAuthority

from caducee.errors import ConnectFailed, Timeout
from caducee_mss.errors import MssNotSecure, MssRevocationUnknown, MssTlsUntrusted
from caducee_mss.imap.session import mailbox
from caducee_mss.smtp import submit
from caducee_mss.transport import MailLimits, MailServer, MailTls, connect

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TestAuthority:
    return TestAuthority(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def tls(authority: TestAuthority) -> MailTls:
    return MailTls(authority.context(), revocation=None)


async def send(server: MailServer, tls: MailTls) -> None:
    await submit(server, tls=tls, login=bearer(), submission=submission(), limits=LIMITS)


async def read(server: MailServer, tls: MailTls) -> None:
    async with mailbox(server, tls=tls, login=bearer(), limits=LIMITS):
        pass


async def test_submission_without_starttls_says_nothing_more(tls) -> None:
    heard: list[bytes] = []

    async def script(peer: Peer) -> None:
        peer.heard = heard
        await peer.say(b"220 hello")
        await peer.expect(b"EHLO")
        await peer.say(b"250-x", b"250 AUTH XOAUTH2")
        await peer.line()

    async with scripted(script) as server:
        with pytest.raises(MssNotSecure):
            await send(server, tls)
    assert heard == [b"EHLO localhost"]


async def test_a_mailbox_without_starttls_says_nothing_more(tls) -> None:
    heard: list[bytes] = []

    async def script(peer: Peer) -> None:
        peer.heard = heard
        await peer.say(b"* OK hello")
        await peer.expect(b"A2 CAPABILITY")
        await peer.say(b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2", b"A2 OK done")
        await peer.line()

    async with scripted(script) as server:
        with pytest.raises(MssNotSecure):
            await read(server, tls)
    assert heard == [b"A2 CAPABILITY"]


async def test_words_put_behind_the_go_ahead_end_a_submission(tls) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"220 hello")
        await peer.expect(b"EHLO")
        await peer.say(b"250-x", b"250 STARTTLS")
        await peer.expect(b"STARTTLS")
        await peer.say(b"220 go", b"250 AUTH PLAIN")
        await peer.line()

    async with scripted(script) as server:
        with pytest.raises(MssNotSecure):
            await send(server, tls)


async def test_words_put_behind_the_go_ahead_end_a_mailbox_session(tls) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hello")
        await peer.expect(b"A2 CAPABILITY")
        await peer.say(b"* CAPABILITY IMAP4rev1 STARTTLS", b"A2 OK done")
        await peer.expect(b"A3 STARTTLS")
        await peer.say(b"A3 OK go", b"* OK injected")
        await peer.line()

    async with scripted(script) as server:
        with pytest.raises(MssNotSecure):
            await read(server, tls)


async def test_a_session_opened_before_tls_is_refused(tls) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"* PREAUTH hello")
        await peer.line()

    async with scripted(script) as server:
        with pytest.raises(MssNotSecure):
            await read(server, tls)


async def test_what_a_server_offered_in_clear_text_is_forgotten(tls, authority) -> None:
    from caducee.errors import ProtocolViolation

    certificate = authority.server()

    async def script(peer: Peer) -> None:
        await peer.say(b"220 hello")
        await peer.expect(b"EHLO")
        await peer.say(b"250-x", b"250-AUTH XOAUTH2", b"250 STARTTLS")
        await peer.expect(b"STARTTLS")
        await peer.say(b"220 go")
        await peer.secure(certificate.server_context())
        await peer.expect(b"EHLO")
        await peer.say(b"250 x")
        await peer.line()

    async with scripted(script) as server:
        with pytest.raises(ProtocolViolation, match="does not offer XOAUTH2"):
            await send(server, tls)


async def test_another_name_in_the_certificate_is_refused(tls, authority) -> None:
    async with scripted(lambda peer: peer.say(b"220 hello"), implicit=authority.server(host="autre.example")) as server:
        with pytest.raises(MssTlsUntrusted):
            await send(server, tls)


async def test_tls_below_1_2_is_refused(tls, authority) -> None:
    old = authority.server("old").server_context()
    with warnings.catch_warnings():  # of the old version, which is what is wanted here
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = ssl.TLSVersion.TLSv1_1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")

    async with scripted(lambda peer: peer.secure(old)) as server:
        with pytest.raises(ConnectFailed):
            async with connect(server, tls=tls, limits=LIMITS) as connection:
                await connection.secure()


async def test_nothing_is_said_to_a_server_whose_revocation_is_unknown(authority) -> None:
    class Unknown:
        async def check(self, certificate: bytes) -> None:
            assert certificate == shown.der
            raise MssRevocationUnknown("mss")

    shown = authority.server("unknown")
    heard: list[bytes] = []

    async def script(peer: Peer) -> None:
        peer.heard = heard
        await peer.say(b"220 hello")
        await peer.line()

    async with scripted(script, implicit=shown) as server:
        with pytest.raises(MssRevocationUnknown):
            await send(server, MailTls(authority.context(), revocation=Unknown()))
    assert heard == []


@pytest.mark.parametrize(
    ("version", "told"), [(ssl.TLSVersion.TLSv1_3, MssTlsUntrusted), (ssl.TLSVersion.TLSv1_2, ConnectFailed)]
)
async def test_a_server_that_wants_our_certificate_is_named(tls, authority, version, told) -> None:
    wanting = authority.server("wanting").server_context()
    wanting.verify_mode = ssl.CERT_REQUIRED
    wanting.load_verify_locations(authority.own.pem)
    wanting.minimum_version = wanting.maximum_version = version
    with handshaking(wanting) as port, pytest.raises(told):
        await hear(MailServer("localhost", port), tls)


async def hear(server: MailServer, tls: MailTls) -> None:
    async with connect(server, tls=tls, limits=LIMITS) as connection:
        await connection.secure()
        await connection.receive()  # with TLS 1.3 a refusal is heard here


@contextmanager
def handshaking(context: ssl.SSLContext) -> Iterator[int]:
    """Serve one handshake that fails, by OpenSSL's own sockets: they send the alert that says why."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            accepted, _ = listener.accept()
            with accepted, suppress(OSError), context.wrap_socket(accepted, server_side=True) as secured:
                secured.recv(1)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


async def test_nobody_there_is_a_failure_to_connect(tls) -> None:
    async with scripted() as server:
        pass
    with pytest.raises(ConnectFailed):
        await send(server, tls)


async def test_a_server_that_never_greets_is_given_up(tls) -> None:
    import anyio

    async def script(peer: Peer) -> None:
        await anyio.sleep_forever()

    limits = MailLimits(answer=0.2)
    async with scripted(script) as server:
        with pytest.raises(Timeout):
            await submit(server, tls=tls, login=bearer(), submission=submission(), limits=limits)


@pytest.mark.parametrize("weak", ["name", "authority", "version"])
def test_a_context_that_checks_too_little_is_refused(weak) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if weak == "version":
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    else:
        context.check_hostname = False
        if weak == "authority":
            context.verify_mode = ssl.CERT_NONE
    with pytest.raises(ValueError):
        MailTls(context, revocation=None)
