"""The beginnings of scripted conversations: greeting, TLS, log-in."""

from __future__ import annotations

import base64

from mail_rig.scripted import Peer
from mail_rig.servers.pki import Issued

CHALLENGE = base64.b64encode(b'{"status":"400","schemes":"Bearer","scope":"mail"}')


async def smtp_hello(peer: Peer, *offered: bytes) -> None:
    """Greet inside TLS and hear EHLO."""
    await peer.say(b"220 hello")
    await ehlo(peer, *offered)


async def ehlo(peer: Peer, *offered: bytes) -> None:
    await peer.expect(b"EHLO")
    lines = [b"essai", b"AUTH XOAUTH2 OAUTHBEARER EXTERNAL", *offered]
    await peer.say(*(b"250-" + line for line in lines[:-1]), b"250 " + lines[-1])


async def smtp_logged_in(peer: Peer, *offered: bytes) -> None:
    await smtp_hello(peer, *offered)
    await peer.expect(b"AUTH XOAUTH2 ")
    await peer.say(b"235 2.7.0 ok")
    await ehlo(peer, *offered)


async def imap_hello(peer: Peer, certificate: Issued | None = None, *, offered: bytes = b"SASL-IR") -> bytes:
    """Greet inside TLS and hear the log-in; return its tag."""
    await peer.say(b"* OK hello")
    await peer.expect(b"A2 CAPABILITY")
    await peer.say(b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 AUTH=OAUTHBEARER " + offered, b"A2 OK done")
    return (await peer.expect(b"A3 AUTHENTICATE")).split()[0]


async def imap_logged_in(peer: Peer, *, offered: bytes = b"SASL-IR") -> None:
    """Take the log-in; the next command is A5."""
    await imap_hello(peer, offered=offered)
    await peer.say(b"A3 OK in")
    await peer.expect(b"A4 CAPABILITY")
    await peer.say(b"* CAPABILITY IMAP4rev1 " + offered, b"A4 OK done")
