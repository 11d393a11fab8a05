"""From a connection to an open, encrypted, logged-in IMAP session."""

from __future__ import annotations

from caducee.errors import ProtocolViolation
from caducee_mss.errors import SERVICE, MssAuthRefused, MssNotSecure, MssSessionEnded
from caducee_mss.imap.dialogue import Dialogue, raise_refused
from caducee_mss.imap.responses import Continuation, Status
from caducee_mss.transport.connection import Hungup
from caducee_mss.transport.login import Login, NoLogin, Sasl, encoded


async def open_dialogue(dialogue: Dialogue, login: Login) -> None:
    """Read the greeting, begin TLS, log in and learn what the server offers to who is logged in.

    Raises:
        MssNotSecure: no STARTTLS, logged in before TLS, or clear text after the go-ahead.
        MssAuthRefused: the server refuses this token or certificate.
        MssBusy, MssSessionEnded: the server wants nobody now.
        ProtocolViolation: it does not offer the mechanism, or is no IMAP server.
    """
    known = await _greeting(dialogue)
    if not dialogue.connection.secured:
        if known:
            raise MssNotSecure(SERVICE, "the server opened a session before TLS")
        await _start_tls(dialogue)
    await dialogue.run(b"CAPABILITY")
    if isinstance(login, NoLogin):
        if not known:
            raise ProtocolViolation(SERVICE, "the IMAP server wants a log-in")
        return
    if not known:
        await _authenticate(dialogue, login)
        await dialogue.run(b"CAPABILITY")


async def _greeting(dialogue: Dialogue) -> bool:
    with dialogue.turn():
        greeting = await dialogue.next_response()
    if not isinstance(greeting, Status) or greeting.tag != "*" or greeting.kind not in ("OK", "PREAUTH"):
        raise ProtocolViolation(SERVICE, "no IMAP greeting")
    return greeting.kind == "PREAUTH"


async def _start_tls(dialogue: Dialogue) -> None:
    await dialogue.run(b"CAPABILITY")
    if "STARTTLS" not in dialogue.capabilities:
        raise MssNotSecure(SERVICE, "the server offers no STARTTLS")
    status, _ = await dialogue.run(b"STARTTLS", may_fail=True)
    if status.kind != "OK":
        raise MssNotSecure(SERVICE, "the server refuses STARTTLS", service_code=status.code)
    await dialogue.connection.secure(dialogue.unread)
    dialogue.capabilities = frozenset()


async def _authenticate(dialogue: Dialogue, login: Sasl) -> None:
    if f"AUTH={login.mechanism}" not in dialogue.capabilities:
        raise ProtocolViolation(SERVICE, f"the IMAP server does not offer {login.mechanism}")
    payload = encoded(login.response())
    direct = login.initial_response and "SASL-IR" in dialogue.capabilities
    with dialogue.turn() as tag:
        command = b"AUTHENTICATE " + login.mechanism.encode()
        await dialogue.say(tag + b" " + command + (b" " + payload if direct else b""))
        answers = [] if direct else [b"" if payload == b"=" else payload]
        status = await _exchange(dialogue, tag, answers, login)
    if status.kind == "NO" and status.code not in ("UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"):
        raise MssAuthRefused(SERVICE, "log-in refused", service_code=status.code)
    raise_refused(status, "AUTHENTICATE")


async def _exchange(dialogue: Dialogue, tag: bytes, answers: list[bytes], login: Sasl) -> Status:
    challenged = False
    while True:
        try:
            response = await dialogue.until(tag)
        except (Hungup, MssSessionEnded):
            if challenged:
                raise MssAuthRefused(SERVICE, "log-in refused, the server hung up") from None
            raise
        if not isinstance(response, Continuation):
            return response
        if answers:
            await dialogue.say(answers.pop(0))
        elif challenged:
            raise ProtocolViolation(SERVICE, "IMAP: one challenge after the other")
        else:  # the server says why it refuses, and waits for an answer before it says no (RFC 7628, 3.2.3)
            challenged = True
            await dialogue.say(encoded(login.give_up()) if login.give_up() else b"")
