"""Reads XML that a bank wrote, element by element: no DTD, no entity of its own, bounded depth and size, byte offsets.

Expat is fed chunk by chunk, so that memory holds the element at hand and the offset of a fault is known. A document
type declaration ends the reading where it begins: entities cannot be declared, so none can expand.
"""

from __future__ import annotations

import pyexpat
from collections.abc import Iterator
from typing import BinaryIO

from caducee_paymed_tp.formats.quarantine import FormatFault, Place

_CHUNK = 65536
_DEPTH = 40
_NODES = 200_000
_CHARACTERS = 8_000_000
_BETWEEN = "|"


class Node:
    """One element: name and namespace, attributes, children, its own text, where it starts."""

    __slots__ = ("attributes", "children", "name", "namespace", "offset", "parts")

    def __init__(self, name: str, attributes: dict[str, str], offset: int) -> None:
        self.namespace, _, self.name = name.rpartition(_BETWEEN)
        self.attributes = attributes
        self.children: list[Node] = []
        self.parts: list[str] = []
        self.offset = offset

    def every(self, name: str) -> Iterator[Node]:
        """Yield the children of that local name."""
        return (child for child in self.children if child.name == name)

    def find(self, *path: str) -> Node | None:
        """Return the first element at the end of a path of local names."""
        found: Node | None = self
        for name in path:
            found = next(found.every(name), None) if found else None
        return found

    def text(self, *path: str) -> str:
        """Return the text at the end of a path without outer white space; empty when it is absent."""
        found = self.find(*path)
        return "".join(found.parts).strip() if found else ""


class Started(Node):
    """An element that has begun and is handed over before its end: one of the containers."""

    __slots__ = ()


class Ended(Node):
    """The end of a container. Its children were handed over before."""

    __slots__ = ()


def read_elements(source: BinaryIO, containers: frozenset[str], *, format_name: str) -> Iterator[Node]:
    """Yield, in the order of the document, containers when they start and end, and whole each other child of one.

    ``containers`` are local names. The root must be one.

    Raises:
        FormatFault: not well-formed, a document type declaration, too deep, too large.
    """
    reader = _Reader(containers, format_name)
    for chunk in iter(lambda: source.read(_CHUNK), b""):
        yield from reader.feed(chunk, final=False)
    yield from reader.feed(b"", final=True)


class _Reader:
    def __init__(self, containers: frozenset[str], format_name: str) -> None:
        self._containers = containers
        self._format = format_name
        self._open: list[Node] = []
        self._ready: list[Node] = []
        self._whole = 0
        self._nodes = self._characters = 0
        self._parser = pyexpat.ParserCreate(namespace_separator=_BETWEEN)
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, chunk: bytes, *, final: bool) -> Iterator[Node]:
        try:
            self._parser.Parse(chunk, final)
        except (pyexpat.ExpatError, ValueError, LookupError):
            raise FormatFault("xml.malformed", self._place(self._parser.ErrorByteIndex)) from None
        ready, self._ready = self._ready, []
        yield from ready

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        offset = self._parser.CurrentByteIndex
        local = name.rpartition(_BETWEEN)[2]
        container = not self._whole and local in self._containers
        node = (Started if container else Node)(name, attributes, offset)
        self._nodes += 1
        if len(self._open) >= _DEPTH or self._nodes > _NODES:
            raise FormatFault("xml.oversized", self._place(offset))
        if not self._open and not container:
            raise FormatFault("element.value", self._place(offset))
        if container:
            self._ready.append(node)
        else:
            if self._whole:
                self._open[-1].children.append(node)
            self._whole += 1
        self._open.append(node)

    def _end(self, _name: str) -> None:
        node = self._open.pop()
        if not self._whole:
            ended = Ended(node.name, node.attributes, self._parser.CurrentByteIndex)
            self._ready.append(ended)
            return
        self._whole -= 1
        if not self._whole:
            self._ready.append(node)
            self._nodes = self._characters = 0

    def _text(self, text: str) -> None:
        self._characters += len(text)
        if self._characters > _CHARACTERS:
            raise FormatFault("xml.oversized", self._place(self._parser.CurrentByteIndex))
        if self._whole:
            self._open[-1].parts.append(text)

    def _doctype(self, *_declared: object) -> None:
        raise FormatFault("xml.doctype", self._place(self._parser.CurrentByteIndex))

    def _place(self, offset: int) -> Place:
        field = self._open[-1].name if self._open else ""
        return Place(format=self._format, offset=offset, field=field)
