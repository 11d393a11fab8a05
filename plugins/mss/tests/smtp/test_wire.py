"""What goes on the wire, and what comes back, without a server."""

from __future__ import annotations

import io
import smtplib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_rig.mails import message

from caducee_mss.errors import MssMessageMalformed
from caducee_mss.smtp import Report, Submission
from caducee_mss.smtp.envelope import mail_from, rcpt_to, stuffed, xtext
from caducee_mss.smtp.extensions import Extensions
from caducee_mss.smtp.outcome import Recipient, RecipientState
from caducee_mss.smtp.replies import BadReply, Reply, ReplyReader

LINES = st.lists(st.binary(max_size=12).map(lambda b: b.replace(b"\r", b"").replace(b"\n", b"")), min_size=1)


def read(content: bytes, pieces: int = 0) -> list[Reply]:
    reader, found = ReplyReader(), []
    for start in range(0, len(content), pieces or len(content)):
        reader.feed(content[start : start + (pieces or len(content))])
        while (reply := reader.next()) is not None:
            found.append(reply)
    return found


def sent(**changed: object) -> Submission:
    fields: dict[str, object] = {"sender": "a@x.fr", "recipients": ("b@y.fr",), "content": message()}
    return Submission(**(fields | changed))  # type: ignore[arg-type]


@given(st.integers(200, 599), st.lists(st.text("abc 1.", max_size=9), min_size=1, max_size=5), st.integers(1, 9))
def test_a_reply_is_read_however_it_arrives(code, lines, pieces) -> None:
    written = "".join(f"{code}-{line}\r\n" for line in lines[:-1]) + f"{code} {lines[-1]}\r\n"
    assert read(written.encode(), pieces) == [Reply(code, tuple(lines))]


@given(st.binary(max_size=200))
def test_whatever_arrives_is_read_or_refused(content) -> None:
    with suppress(BadReply):
        read(content + b"\r\n")


@pytest.mark.parametrize(
    "content", [b"hello\r\n", b"250-a\r\n251 b\r\n", b"x" * 20_000, b"250-a\r\n" * 200, b"99 a\r\n", b"600 a\r\n"]
)
def test_what_is_no_reply_is_refused(content) -> None:
    with pytest.raises(BadReply):
        read(content)


def test_a_reply_without_words_is_one() -> None:
    assert read(b"250\r\n") == [Reply(250, ("",))]


@pytest.mark.parametrize(
    ("line", "state"),
    [
        (b"250 2.1.5 ok", RecipientState.ACCEPTED),
        (b"251 ok", RecipientState.ACCEPTED),
        (b"550 5.1.1 no", RecipientState.REFUSED),
        (b"550 no", RecipientState.REFUSED),
        (b"452 4.2.2 full", RecipientState.RETRY),
        (b"451 later", RecipientState.RETRY),
        (b"550 4.7.1 greylisted", RecipientState.RETRY),
        (b"450 5.1.1 never", RecipientState.REFUSED),
    ],
)
def test_the_enhanced_code_decides_whether_to_try_again(line, state) -> None:
    assert Recipient.after("a@x.fr", read(line + b"\r\n")[0]).state is state


def test_extensions_are_read_with_their_parameters() -> None:
    [reply] = read(b"250-essai\r\n250-SIZE 1000\r\n250-auth=LOGIN\r\n250-AUTH XOAUTH2\r\n250 DSN\r\n")
    offered = Extensions.of(reply)
    assert (offered.largest, offered.mechanisms, "DSN" in offered) == (1000, ("LOGIN", "XOAUTH2"), True)


@pytest.mark.parametrize("stated", [b"SIZE", b"SIZE 0", b"SIZE x"])
def test_a_size_that_is_not_told_is_no_limit(stated) -> None:
    assert Extensions.of(read(b"250-essai\r\n250 " + stated + b"\r\n")[0]).largest is None


@given(LINES)
def test_dots_are_doubled_as_another_client_doubles_them(lines) -> None:
    content = b"".join(line + b"\r\n" for line in lines)
    assert stuffed(content) == smtplib._quote_periods(content)  # type: ignore[attr-defined]


@given(LINES)
def test_a_receiver_that_undoes_dots_has_the_message(lines) -> None:
    content = b"".join(line + b"\r\n" for line in lines)
    received = [line[1:] if line.startswith(b".") else line for line in io.BytesIO(stuffed(content))]
    assert b"".join(received) == content


@pytest.mark.parametrize(
    "changed",
    [
        {"content": b"a\nb\r\n"},
        {"content": b"a\rb\r\n"},
        {"content": b"a\r\nb"},
        {"content": b"a\0\r\n"},
        {"content": b"x" * 999 + b"\r\n"},
        {"content": b""},
        {"recipients": ()},
        {"recipients": ("b@y.fr", "b@y.fr")},
        {"recipients": ("b@y.fr>\r\nRCPT TO:<c@z.fr",)},
        {"recipients": ("b@y.fr> NOTIFY=NEVER",)},
        {"sender": "é@x.fr"},
        {"sender": "a@" + "x" * 260},
        {"report": Report(envelope_id="x" * 91)},
        {"report": Report(envelope_id="a\r\nb")},
    ],
    ids=str,
)
def test_what_no_server_must_see_is_refused_before_a_connection(changed) -> None:
    with pytest.raises(MssMessageMalformed):
        sent(**changed).check()


def test_a_notification_has_no_sender() -> None:
    notification = sent(sender="")
    notification.check()
    assert mail_from(notification, Extensions()) == b"MAIL FROM:<>\r\n"


def test_a_line_of_998_bytes_is_sent() -> None:
    sent(content=b"x" * 998 + b"\r\n").check()


def test_parameters_are_said_only_to_who_offers_them() -> None:
    submission = sent(content="é\r\n".encode(), report=Report(envelope_id="a+b=c é"))
    nothing, everything = Extensions(), Extensions({"SIZE": (), "DSN": (), "8BITMIME": ()})
    assert mail_from(submission, nothing) == b"MAIL FROM:<a@x.fr> BODY=8BITMIME\r\n"
    full = b"MAIL FROM:<a@x.fr> SIZE=4 BODY=8BITMIME RET=HDRS ENVID=a+2Bb+3Dc+20+C3+A9\r\n"
    assert mail_from(submission, everything) == full
    assert rcpt_to("b@y.fr", submission.report, nothing) == b"RCPT TO:<b@y.fr>\r\n"
    wanted = b"RCPT TO:<b@y.fr> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;b@y.fr\r\n"
    assert rcpt_to("b@y.fr", submission.report, everything) == wanted
    failures = rcpt_to("b@y.fr", Report(on_success=False), everything)
    assert b"NOTIFY=FAILURE,DELAY" in failures


@given(st.text(max_size=20))
def test_xtext_is_printable_and_undone(text) -> None:
    coded = xtext(text)
    assert coded.isascii()
    assert not any(c in coded for c in " =\r\n")
    assert undone(coded) == text.encode("utf-8", "surrogatepass")


def undone(coded: str) -> bytes:
    first, *rest = coded.split("+")
    return first.encode() + b"".join(bytes([int(r[:2], 16)]) + r[2:].encode() for r in rest)


def test_no_address_and_no_token_is_ever_printed() -> None:
    from caducee_mss.transport import Bearer

    recipient = Recipient(address="b@y.fr", state=RecipientState.RETRY, reply=452, text="b@y.fr")
    for thing in (sent(), recipient, Bearer(address="b@y.fr", token="secret")):
        assert "y.fr" not in repr(thing)
        assert "secret" not in repr(thing)
