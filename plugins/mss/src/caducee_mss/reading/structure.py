"""The parts of a mail, numbered as IMAP numbers them (RFC 3501, 6.4.5), whatever its form (RFC 2046)."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from caducee_mss.reading.decoding import base64_decoded, decoded, parameters
from caducee_mss.reading.errors import MailUnreadable
from caducee_mss.reading.limits import Limits
from caducee_mss.reading.oddities import Oddities

_END_OF_HEAD = re.compile(rb"(?:\A|\n)\r?\n")
_FIELD = re.compile(rb"([!-9;-~]{1,76})[ \t]*:[ \t]*(.*)", re.DOTALL)
_FOLD = re.compile(r"\r?\n[ \t]+")
_DELIMITER = re.compile(rb"(?:\A|\n)--([^\r\n]{1,200}?)[ \t]*\r?\n")
_TRAIL = re.compile(rb"[ \t]*(?:\r?\n|\Z)")
_KNOWN = frozenset({"from", "to", "subject", "date", "message-id", "received", "return-path", "content-type"})
_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})

Fields = dict[str, list[str]]


class Part:
    """A part: its fields, and what stands in it. ``number`` is empty for the mail itself."""

    def __init__(self, number: str, fields: Fields, raw: bytes) -> None:
        self.number = number
        self.fields = fields
        self.raw = raw
        self.parts: list[Part] = []
        self.whole = b""
        said = self.first("content-type")
        self.parameters = parameters(said)
        self.type = said.partition(";")[0].strip().lower() or "text/plain"
        self.content = b""

    def first(self, name: str) -> str:
        """Return the first field of that name, unfolded, in characters; empty when there is none."""
        return next(iter(self.fields.get(name, ())), "")

    @property
    def disposition(self) -> tuple[str, dict[str, str]]:
        """``attachment`` or ``inline``, empty when it is not said, and the parameters."""
        said = self.first("content-disposition")
        return said.partition(";")[0].strip().lower(), parameters(said)


class Structure:
    """Takes one mail apart within limits."""

    def __init__(self, limits: Limits, oddities: Oddities) -> None:
        self._limits = limits
        self._oddities = oddities
        self._left = limits.parts

    def read(self, content: bytes) -> Part:
        """Return the mail as parts.

        Raises:
            MailUnreadable: no field of a mail in it, or too large.
        """
        if len(content) > self._limits.mail:
            raise MailUnreadable("larger than any mail")
        if b"\n" not in content:
            content = content.replace(b"\r", b"\n")
        root = self._part("", content, depth=0)
        if not _KNOWN & root.fields.keys():
            raise MailUnreadable("no field of a mail")
        return root

    def _part(self, number: str, content: bytes, *, depth: int) -> Part:
        self._left -= 1
        head, body = self._halves(number, content)
        part = Part(number, self._fields(number, head), body)
        if part.type.startswith("multipart/") and self._may_go_in(part, depth):
            self._multipart(part, depth)
        elif part.type == "message/rfc822" and self._may_go_in(part, depth):
            self._mail(part, depth)
        if not part.parts:
            part.content = self._decoded(part)
        return part

    def _halves(self, number: str, content: bytes) -> tuple[bytes, bytes]:
        found = _END_OF_HEAD.search(content)
        head, body = (content, b"") if found is None else (content[: found.start()], content[found.end() :])
        if len(head) > self._limits.header:
            self._oddities.add("mail.header", "Un en-tête est trop long ; il n'est pas lu en entier.", part=number)
            head = head[: self._limits.header]
        return head, body

    def _fields(self, number: str, head: bytes) -> Fields:
        fields: Fields = {}
        for line in re.split(rb"\r?\n(?![ \t])", head):
            found = _FIELD.fullmatch(line)
            if found is not None:
                value = _FOLD.sub(" ", decoded(found[2])).replace("\0", "").strip()
                fields.setdefault(found[1].decode("ascii").lower(), []).append(value)
            elif line.strip() and not line.startswith((b"From ", b">From ")):
                self._oddities.add(
                    "mail.field", "Une ligne d'en-tête n'en est pas une ; elle est ignorée.", part=number
                )
        return fields

    def _may_go_in(self, part: Part, depth: int) -> bool:
        if depth < self._limits.depth and self._left > 0:
            return True
        message = "Le message est imbriqué ou découpé au-delà du raisonnable ; le reste n'est pas lu."
        self._oddities.add("mail.excess", message, part=part.number, doubt=True)
        return False

    def _multipart(self, part: Part, depth: int) -> None:
        pieces = self._pieces(part)
        for at, piece in enumerate(pieces, start=1):
            if self._left <= 0:
                self._may_go_in(part, depth)
                return
            part.parts.append(self._part(f"{part.number}.{at}".removeprefix("."), piece, depth=depth + 1))

    def _pieces(self, part: Part) -> list[bytes]:
        boundary = part.parameters.get("boundary", "").encode("utf-8", "replace") or self._guessed(part)
        if not boundary:
            self._oddities.add("mail.boundary", "Un message en plusieurs parties n'en montre aucune.", part=part.number)
            return []
        pieces, start = [], -1
        for before, after, is_last in _delimiters(part.raw, b"--" + boundary):
            if start >= 0:
                pieces.append(_after_line(part.raw, start, before))
            start = -1 if is_last else after
            if is_last or len(pieces) > self._limits.parts:
                break
        if start >= 0:
            self._oddities.add("mail.cut", "Le message semble coupé : sa fin manque.", part=part.number, doubt=True)
            pieces.append(_after_line(part.raw, start, len(part.raw)))
        return pieces

    def _guessed(self, part: Part) -> bytes:
        found = _DELIMITER.search(part.raw)
        if found is None:
            return b""
        self._oddities.add("mail.boundary", "Le message ne dit pas comment il est découpé.", part=part.number)
        return found[1]

    def _mail(self, part: Part, depth: int) -> None:
        part.whole = self._decoded(part)
        inner = self._part("", part.whole, depth=depth + 1)
        # The parts of a mail inside are numbered under the part that holds it; a mail of one part is its part 1.
        _renumber(inner, part.number)
        part.parts.append(inner)

    def _decoded(self, part: Part) -> bytes:
        encoding = part.first("content-transfer-encoding").partition(";")[0].strip().lower()
        if encoding == "base64":
            content, sound = base64_decoded(part.raw)
            if not sound:
                message = "Une pièce jointe est abîmée (base 64)."
                self._oddities.add("mail.base64", message, part=part.number or "1", doubt=True)
            return content
        if encoding == "quoted-printable":
            return binascii.a2b_qp(part.raw)
        if encoding not in _IDENTITY:
            message = "Une pièce jointe est codée d'une manière inconnue ; elle est laissée telle quelle."
            self._oddities.add("mail.encoding", message, part=part.number or "1", doubt=True)
        return part.raw


def _delimiters(raw: bytes, mark: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where the lines that part stand: the end of what is before, the end of the mark, whether it is the last."""
    at = raw.find(mark)
    while at >= 0:
        end = at + len(mark)
        last = raw.startswith(b"--", end)
        rest = _TRAIL.match(raw, end + 2 if last else end)
        if rest is not None and (at == 0 or raw[at - 1 : at] == b"\n"):
            before = at - 2 if raw[max(at - 2, 0) : at] == b"\r\n" else max(at - 1, 0)
            yield before, end, last
        at = raw.find(mark, end)


def _after_line(raw: bytes, start: int, end: int) -> bytes:
    at = raw.find(b"\n", start, end)
    return raw[at + 1 : end] if at >= 0 else b""


def _renumber(inner: Part, number: str) -> None:
    stack = list(inner.parts)
    inner.number = number if inner.parts else f"{number}.1".removeprefix(".")
    while stack:
        one = stack.pop()
        one.number = f"{number}.{one.number}".removeprefix(".")
        stack.extend(one.parts)
