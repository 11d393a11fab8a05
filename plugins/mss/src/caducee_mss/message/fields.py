"""Header fields as bytes of ASCII: folding, words that are not ASCII, parameters (RFC 5322, 2047, 2231)."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator

from caducee_mss.message.mail import Mailbox

LINE = 76
_WORD_BYTES = 45
_SHORT = 60
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_PLAIN_IN_WORD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_PLAIN_IN_PARAMETER = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`{|}~")
_TOKEN = re.compile(r"[A-Za-z0-9!#$&+.^_`{|}~-]+")


def text_field(name: str, value: str) -> bytes:
    """Return an unstructured field that reads back as ``value``, folded; a word that is plain ASCII stays readable."""
    return _folded(name, _words(value))


def list_field(name: str, values: Iterable[str]) -> bytes:
    """Return a field of tokens parted by spaces (message identifiers), folded between them."""
    return _folded(name, list(values))


def mailbox_field(name: str, boxes: Iterable[Mailbox]) -> bytes:
    """Return a field of addresses with their labels."""
    groups = [[*_phrase(box.label), f"<{ascii_address(box.address)}>" if box.label else ascii_address(box.address)]
              for box in boxes]  # fmt: skip
    return _folded(name, [word if at < len(group) - 1 or group is groups[-1] else f"{word},"
                          for group in groups for at, word in enumerate(group)])  # fmt: skip


def parameter_field(name: str, value: str, parameters: Iterable[tuple[str, str]]) -> bytes:
    """Return a field with parameters; one that is not plain ASCII is written as RFC 2231, in pieces when it is long."""
    pieces = [piece for key, text in parameters for piece in _parameter(key, text)]
    return b";\r\n ".join(part.encode("ascii") for part in (f"{name}: {value}", *pieces)) + b"\r\n"


def ascii_address(address: str) -> str:
    """Return the address with its domain as the network writes it (IDNA)."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"


def _folded(name: str, words: list[str]) -> bytes:
    lines = [f"{name}:"]
    for at, word in enumerate(words):
        if at and len(lines[-1]) + 1 + len(word) > LINE:
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines).encode("ascii") + b"\r\n"


def _words(value: str) -> list[str]:
    parts = value.split(" ")
    if "" in parts:
        return list(_encoded(value)) if value else []
    made: list[str] = []
    run: list[str] = []
    for part in parts:
        if not part.isascii() or "=?" in part or len(part) > _SHORT:
            run.append(part)
            continue
        made += _encoded(" ".join(run))
        run = []
        made.append(part)
    return [*made, *_encoded(" ".join(run))]


def _phrase(label: str) -> list[str]:
    if label.isascii() and len(label) <= _SHORT and "=?" not in label and not _ATOMS.fullmatch(label):
        escaped = label.replace("\\", "\\\\").replace('"', '\\"')
        return [f'"{escaped}"'] if label else []
    # Words that need no encoding stand as they are: some readers keep the blank between two encoded ones.
    plain = all(_ATOMS.fullmatch(part) for part in label.split(" ") if part.isascii())
    return _words(label) if plain else list(_encoded(label))


def _encoded(text: str) -> Iterator[str]:
    """Encoded words, none of which cuts a character (RFC 2047, 5). Nothing for nothing."""
    for chunk in _chunks(text, _WORD_BYTES):
        quoted = "".join(chr(one) if one in _PLAIN_IN_WORD else "_" if one == 32 else f"={one:02X}" for one in chunk)
        packed = base64.b64encode(chunk).decode("ascii")
        yield f"=?utf-8?q?{quoted}?=" if len(quoted) <= len(packed) else f"=?utf-8?b?{packed}?="


def _chunks(text: str, size: int) -> Iterator[bytes]:
    held = b""
    for character in text:
        octets = character.encode()
        if len(held) + len(octets) > size:
            yield held
            held = b""
        held += octets
    if held:
        yield held


def _parameter(key: str, text: str) -> Iterator[str]:
    if text.isascii() and len(text) <= _SHORT:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        yield f"{key}={text}" if _TOKEN.fullmatch(text) else f'{key}="{escaped}"'
        return
    chunks = ["".join(chr(one) if one in _PLAIN_IN_PARAMETER else f"%{one:02X}" for one in chunk)
              for chunk in _chunks(text, 18)]  # fmt: skip
    if len(chunks) == 1:
        yield f"{key}*=UTF-8''{chunks[0]}"
        return
    for at, chunk in enumerate(chunks):
        yield f"{key}*{at}*={chunk if at else f'UTF-8{chr(39) * 2}{chunk}'}"
