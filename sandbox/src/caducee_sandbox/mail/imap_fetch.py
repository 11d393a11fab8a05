"""What FETCH answers and what SEARCH finds, of one message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC

from caducee_sandbox.mail.imap_words import BadCommand, Word, chosen, text
from caducee_sandbox.mail.store import Message

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
BODY = re.compile(r"BODY(?:\.PEEK)?\[(?P<section>[^\]]*)\](?:<(?P<start>\d+)\.(?P<size>\d+)>)?\Z", re.IGNORECASE)
FIELDS = re.compile(r"HEADER\.FIELDS \(([^)]*)\)\Z", re.IGNORECASE)


def fetched(message: Message, items: list[str]) -> bytes:
    """Return the parenthesised answer of one message.

    Raises:
        BadCommand: an item that this server does not know.
    """
    return b"(" + b" ".join(_item(message, item) for item in items) + b")"


def marks_seen(items: list[str]) -> bool:
    """Say whether fetching these items marks the message as read."""
    return any(item.upper().startswith("BODY[") or item.upper() == "RFC822" for item in items)


def matches(message: Message, words: list[Word], uids: list[int]) -> bool:
    """Say whether a message meets all criteria.

    Raises:
        BadCommand: a criterion that this server does not know.
    """
    rest = iter(words)
    met = True
    for word in rest:
        met &= _criterion(message, text(word).upper(), rest, uids)
    return met


def _criterion(message: Message, name: str, rest: Iterator[Word], uids: list[int]) -> bool:
    seen = {"SEEN": "\\Seen", "DELETED": "\\Deleted", "ANSWERED": "\\Answered", "FLAGGED": "\\Flagged"}
    if name == "ALL":
        return True
    if name == "UID":
        return message.uid in chosen(_next(rest), uids)
    if name == "HEADER":
        header, value = _next(rest), _next(rest)
        return any(value.lower() in found.lower() for found in _values(message.content, header))
    if name == "NOT":
        return not _criterion(message, _next(rest).upper(), rest, uids)
    if name in ("KEYWORD", "UNKEYWORD"):
        return (_next(rest) in message.flags) is (name == "KEYWORD")
    wanted = seen.get(name.removeprefix("UN"))
    if wanted is None:
        raise BadCommand("criterion unknown")
    return (wanted in message.flags) is not name.startswith("UN")


def _next(rest: Iterator[Word]) -> str:
    word = next(rest, None)
    if word is None:
        raise BadCommand("a criterion is cut short")
    return text(word)


def _item(message: Message, item: str) -> bytes:
    name = item.upper()
    if name == "UID":
        return b"UID %d" % message.uid
    if name == "FLAGS":
        return f"FLAGS ({' '.join(sorted(message.flags))})".encode()
    if name == "RFC822.SIZE":
        return b"RFC822.SIZE %d" % len(message.content)
    if name == "INTERNALDATE":
        at = message.received.astimezone(UTC)
        return f'INTERNALDATE "{at.day:02d}-{MONTHS[at.month - 1]}-{at.year} {at:%H:%M:%S} +0000"'.encode()
    found = BODY.match(item)
    if found is None:
        raise BadCommand("item unknown")
    content = _section(message.content, found["section"])
    place = f"BODY[{found['section'].upper()}]"
    if found["start"] is not None:
        start = int(found["start"])
        content, place = content[start : start + int(found["size"])], f"{place}<{start}>"
    return f"{place} {{{len(content)}}}\r\n".encode() + content


def _section(content: bytes, section: str) -> bytes:
    header, _, body = content.partition(b"\r\n\r\n")
    fields = FIELDS.match(section)
    if fields is not None:
        kept = [line for name in fields[1].split() for line in _lines(header, name)]
        return b"".join(kept) + b"\r\n"
    known = {"": content, "HEADER": header + b"\r\n\r\n", "TEXT": body}
    if section.upper() not in known:
        raise BadCommand("section unknown")
    return known[section.upper()]


def _lines(header: bytes, name: str) -> list[bytes]:
    pattern = rb"(?im)^" + re.escape(name.encode()) + rb"[ \t]*:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*"
    return [found + b"\r\n" for found in re.findall(pattern, header)]


def _values(content: bytes, name: str) -> list[str]:
    header = content.partition(b"\r\n\r\n")[0]
    return [line.partition(b":")[2].decode("utf-8", "replace") for line in _lines(header, name)]
