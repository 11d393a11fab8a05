"""What is submitted: envelope and bytes, checked before a connection is made, and the commands that carry them."""

from __future__ import annotations

import re

import msgspec

from caducee_mss.errors import MssMessageMalformed
from caducee_mss.smtp.extensions import Extensions

_LONGEST_LINE = 998  # RFC 5322, 2.1.1, CRLF not counted
_LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3, without the brackets
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_LINE_DOT = re.compile(rb"(?m)^\.")
_ADDRESS = re.compile(r"[!-;=?-~]+@[!-;=?A-~]+\Z")  # printable ASCII without space and brackets


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The delivery report that is asked for (RFC 3461). ``envelope_id`` comes back in the report."""

    envelope_id: str = ""
    on_success: bool = True
    headers_only: bool = True

    @property
    def notify(self) -> str:
        """The NOTIFY parameter."""
        return "SUCCESS,FAILURE,DELAY" if self.on_success else "FAILURE,DELAY"


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """One message for its recipients. ``content`` is the whole message as it goes on the wire, lines ending CRLF.

    ``sender`` is empty for a notification, which nothing may answer (RFC 8098, 3; RFC 5321, 4.5.5).
    """

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    report: Report | None = None

    def __repr__(self) -> str:
        return f"Submission(recipients={len(self.recipients)}, size={len(self.content)})"

    @property
    def eight_bit(self) -> bool:
        """Whether the message holds bytes above ASCII."""
        return not self.content.isascii()

    def check(self) -> None:
        """Check what no server must ever see.

        Raises:
            MssMessageMalformed: a bare CR or LF, a NUL, a line above 998 bytes, no recipient or one twice, an address
                that would break the command.
        """
        if _BARE.search(self.content) or not self.content.endswith(b"\r\n") or b"\0" in self.content:
            raise MssMessageMalformed("every line must end with CRLF, and no NUL")
        if max(map(len, self.content.split(b"\r\n"))) > _LONGEST_LINE:
            raise MssMessageMalformed("a line is longer than 998 bytes")
        if not self.recipients or len(set(self.recipients)) != len(self.recipients):
            raise MssMessageMalformed("at least one recipient, each once")
        for address in (*filter(None, (self.sender,)), *self.recipients):
            if len(address) > _LONGEST_ADDRESS or not _ADDRESS.match(address):
                raise MssMessageMalformed("an address is not one that SMTP can carry")
        if self.report is not None and (len(self.report.envelope_id) > 90 or not self.report.envelope_id.isprintable()):
            raise MssMessageMalformed("the envelope identifier is too long or not printable")


def mail_from(submission: Submission, extensions: Extensions) -> bytes:
    """Return MAIL with the parameters that the server offers."""
    words = [f"MAIL FROM:<{submission.sender}>"]
    if "SIZE" in extensions:
        words.append(f"SIZE={len(submission.content)}")
    if submission.eight_bit:
        words.append("BODY=8BITMIME")
    if submission.report is not None and "DSN" in extensions:
        words.append("RET=HDRS" if submission.report.headers_only else "RET=FULL")
        if submission.report.envelope_id:
            words.append(f"ENVID={xtext(submission.report.envelope_id)}")
    return " ".join(words).encode() + b"\r\n"


def rcpt_to(address: str, report: Report | None, extensions: Extensions) -> bytes:
    """Return RCPT for one recipient."""
    words = [f"RCPT TO:<{address}>"]
    if report is not None and "DSN" in extensions:
        words += [f"NOTIFY={report.notify}", f"ORCPT=rfc822;{xtext(address)}"]
    return " ".join(words).encode() + b"\r\n"


def stuffed(content: bytes) -> bytes:
    """Return the content with each leading dot doubled (RFC 5321, 4.5.2); the final dot is not in it."""
    return _LINE_DOT.sub(b"..", content)


def xtext(text: str) -> str:
    """Encode as RFC 3461, 4 wants: printable ASCII without ``+`` and ``=``, the rest as +XX."""
    return "".join(chr(b) if 33 <= b <= 126 and b not in b"+=" else f"+{b:02X}" for b in text.encode())
