"""The words of an IMAP command, the sets of numbers, and the names of folders (RFC 3501, 5.1.3 and 9)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from caducee_sandbox.mail.rules import LARGEST
from caducee_sandbox.mail.wire import Gone, MailWire

LITERAL = re.compile(rb"\{(\d{1,10})(\+?)\}\Z")
WORD = re.compile(
    rb' *(?:(?P<list>[()])|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<atom>(?:[^ ()"\[]|\[[^\]]*\])(?:[^ ()\[]|\[[^\]]*\])*))'
)


class BadCommand(ValueError):
    """The command is not one that this server reads."""


Word = bytes | list["Word"]


async def read_command(wire: MailWire) -> list[Word]:
    """Read one command with its literals, and return its words; lists are lists.

    Raises:
        BadCommand: not a command.
    """
    words: list[list[Word]] = [[]]
    while True:
        line = await wire.line()
        found = LITERAL.search(line)
        _split(line[: found.start()] if found else line, words)
        if found is None:
            break
        if int(found[1]) > 2 * LARGEST:
            raise Gone("a literal too large")
        if not found[2]:
            await wire.send(b"+ go on\r\n")
        words[-1].append(await wire.exactly(int(found[1])))
    if len(words) != 1:
        raise BadCommand("a list is open")
    return words[0]


def _split(line: bytes, words: list[list[Word]]) -> None:
    at = 0
    while line[at:].strip():
        found = WORD.match(line, at)
        if found is None:
            raise BadCommand("unreadable")
        at = found.end()
        if found["list"] == b"(":
            words.append([])
        elif found["list"] == b")":
            if len(words) == 1:
                raise BadCommand("a list is closed twice")
            closed = words.pop()
            words[-1].append(closed)
        elif found["quoted"] is not None:
            words[-1].append(re.sub(rb"\\(.)", rb"\1", found["quoted"]))
        else:
            words[-1].append(found["atom"])


def text(word: Word) -> str:
    """Return a word as text.

    Raises:
        BadCommand: it is a list.
    """
    if isinstance(word, list):
        raise BadCommand("a word was expected")
    return word.decode("utf-8", "replace")


def chosen(spec: str, numbers: Sequence[int]) -> list[int]:
    """Return the numbers, of those that exist, that a set names.

    Raises:
        BadCommand: it is no set.
    """
    last = max(numbers, default=0)
    wanted: list[tuple[int, int]] = []
    for part in spec.split(","):
        ends = part.split(":")
        if len(ends) > 2 or any(e != "*" and not e.isdecimal() for e in ends):
            raise BadCommand("no set of numbers")
        values = [last if e == "*" else int(e) for e in ends]
        wanted.append((min(values), max(values)))
    return [n for n in numbers if any(low <= n <= high for low, high in wanted)]


def folder_name(raw: str) -> str:
    """Return the name of a folder from modified UTF-7."""

    def plain(found: re.Match[str]) -> str:
        return f"+{found[1].replace(',', '/')}-".encode().decode("utf-7") if found[1] else "&"

    return re.sub("&([^-]*)-", plain, raw)


def wire_name(name: str) -> bytes:
    """Return the name of a folder as a quoted string in modified UTF-7."""

    def coded(found: re.Match[str]) -> str:
        return (
            "&-" if found[0] == "&" else "&" + found[0].encode("utf-7").decode()[1:].replace("/", ",").rstrip("-") + "-"
        )

    return b'"' + re.sub("&|[^ -~]+", coded, name).encode() + b'"'


def flags(words: Iterable[Word]) -> frozenset[str]:
    """Return flags."""
    return frozenset(text(word) for word in words)
