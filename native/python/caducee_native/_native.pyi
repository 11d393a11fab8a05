"""The native document path. This stub is the document of the border: held to the binary by stubtest."""

from __future__ import annotations

class NativeError(Exception):
    """Anything the native side refuses. ``code`` is stable, ``line`` is the template's line or 0."""

    code: str
    line: int

class Template:
    """A document type compiled from its template file against the shape of the struct it renders."""

    @staticmethod
    def compile(source: bytes, shapes: bytes, preludes: list[bytes]) -> Template:
        """Compile. ``shapes`` is msgpack: {struct name: [[field, type], …]} (see caducee.rendering)."""

    def render(self, model: bytes, *, fragment: bool = False) -> bytes:
        """Render a msgpack message of array_like structs; the output is its own C14N.

        ``fragment`` leaves out the namespace declarations of the root, for insertion where they are in scope.
        """

    def seal(self, model: bytes) -> tuple[bytes, bytes, bytes]:
        """Render and hash: document, SHA-1, SHA-256."""

def digests(data: bytes) -> tuple[bytes, bytes]:
    """Return the SHA-1 and the SHA-256 of ``data``."""

class RsaKey:
    """A software RSA key."""

    @staticmethod
    def from_pkcs8(der: bytes) -> RsaKey: ...
    def sign_sha256(self, data: bytes) -> bytes:
        """PKCS#1 v1.5 with SHA-256 over the full message."""

def build_info() -> dict[str, str]:
    """Versions, target, features of the processor that are in use."""
