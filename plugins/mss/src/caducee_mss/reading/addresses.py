"""Addresses of a mail, as they are really written."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from caducee_mss.reading.decoding import words_decoded

_MOST = 500
_LONGEST_FIELD = 100_000
# Bounded: an opening that nothing closes must not be looked for to the end, again and again.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.){0,300}"|<[^<>]{0,300}>|[,;:()]|[^,;:()<>"]+|.', re.DOTALL)
_BARE = re.compile(r"[^\s@<>,;]{1,200}@[^\s@<>,;]{1,300}")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")


class Address(msgspec.Struct, frozen=True):
    """An address, lower-case domain, and its label."""

    address: str
    label: str = ""

    @property
    def domain(self) -> str:
        """What follows the ``@``."""
        return self.address.rpartition("@")[2]


def read_addresses(field: str) -> tuple[Address, ...]:
    """Return the addresses of a field; what is no address is left out."""
    found = []
    for label, address in _split(field[:_LONGEST_FIELD]):
        bare = _BARE.search(address or label)
        if bare is not None:
            local, _, domain = bare[0].rpartition("@")
            said = seen(words_decoded(label)) if address else ""
            found.append(Address(f"{local}@{domain.lower()}", said))
        if len(found) == _MOST:
            break
    return tuple(found)


def seen(text: str) -> str:
    """Return a text on one line, without the characters that are not seen or turn it round."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def _split(field: str) -> Iterator[tuple[str, str]]:
    label: list[str] = []
    address, depth = "", 0
    for found in _TOKEN.finditer(field):
        piece = found[0]
        if piece in "()":
            depth = max(0, depth + (1 if piece == "(" else -1))
        elif depth:
            continue
        elif piece in ",;":
            yield "".join(label).strip(), address
            label, address = [], ""
        elif piece == ":":
            # The name of a group: nobody by that name.
            label = []
        elif piece.startswith("<") and piece.endswith(">"):
            address = piece[1:-1]
        elif piece.startswith('"') and len(piece) > 1:
            label.append(re.sub(r"\\(.)", r"\1", piece[1:-1]))
        else:
            label.append(piece)
    yield "".join(label).strip(), address
