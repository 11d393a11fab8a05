"""A symbol as pictures: black and white, with its quiet zone, sharp at any size."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import msgspec

QUIET_ZONE = 2
LEGEND = "INS à scanner"


class Symbol(msgspec.Struct, frozen=True):
    """A Data Matrix: its modules, dark ones true, and the text in it. ``LEGEND`` is printed beside it."""

    modules: tuple[tuple[bool, ...], ...]
    text: str

    def __repr__(self) -> str:
        return f"Symbol({len(self.modules)}x{len(self.modules)})"

    @property
    def data(self) -> bytes:
        """The bytes that a scanner gives."""
        return self.text.encode("ascii")

    def svg(self) -> str:
        """Return a picture of vectors, one unit to a module."""
        side = len(self.modules) + 2 * QUIET_ZONE
        path = "".join(f"M{x} {y}h1v1h-1z" for x, y in self._dark())
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
            f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
        )

    def png(self, *, scale: int = 6) -> bytes:
        """Return a PNG of one bit to a dot, ``scale`` dots to a module."""
        side = (len(self.modules) + 2 * QUIET_ZONE) * scale
        dark = set(self._dark())
        lines = []
        for y in range(side // scale):
            bits = "".join(("0" if (x, y) in dark else "1") * scale for x in range(side // scale))
            line = int(bits.ljust((side + 7) // 8 * 8, "1"), 2).to_bytes((side + 7) // 8, "big")
            lines.append((b"\x00" + line) * scale)
        header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines), 9)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)

    def _dark(self) -> Iterator[tuple[int, int]]:
        for y, row in enumerate(self.modules):
            for x, module in enumerate(row):
                if module:
                    yield x + QUIET_ZONE, y + QUIET_ZONE


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
