"""The native document path. This stub is the document of the border: held to the binary by stubtest."""

from typing import final

__all__ = [
    "Cancel",
    "NativeError",
    "RsaKey",
    "Signature",
    "Template",
    "TlsClient",
    "TlsConnection",
    "archive",
    "build_info",
    "digests",
]

class NativeError(Exception):
    """Anything the native side refuses.

    ``code`` is stable. ``file`` and ``line`` say where a template is wrong (empty and 0 otherwise), ``path`` which
    value of a model (empty otherwise). The message never holds a value.
    """

    code: str
    file: str
    line: int
    path: str

@final
class Cancel:
    """Tells a batch, from any thread and for good, to take no further item."""

    def __new__(cls) -> Cancel: ...
    def set(self) -> None:
        """Let the items at hand end, take no other."""

@final
class Template:
    """A document type compiled from its template file against the shape of the struct it renders."""

    @staticmethod
    def compile(name: str, source: bytes, shapes: bytes, preludes: list[tuple[str, bytes]]) -> Template:
        """Compile. ``shapes`` is msgpack ``[[struct, [[field, type], …], tag?], …]`` (see caducee.rendering.shapes).

        Codes: ``template.invalid``, ``template.shapes``.
        """

    def render(self, model: bytes, *, fragment: bool = False) -> bytes:
        """Render a msgpack message of array_like structs; the output is its own C14N.

        ``fragment`` leaves out the namespace declarations of the root, for insertion where they are in scope.
        Codes: ``model.mismatch``, ``model.character``, ``model.null_flavor``, ``model.narrative``, and for what a
        formatter refuses ``model.time``, ``model.date``, ``model.decimal``, ``model.bool``, ``model.oid``,
        ``model.uuid``, ``model.code``, ``model.name``.
        """

    def seal(self, model: bytes) -> tuple[bytes, bytes, bytes]:
        """Render and hash: document, SHA-1, SHA-256."""

    def seal_many(
        self, models: list[bytes], *, workers: int, cancel: Cancel | None = None
    ) -> list[tuple[bytes, bytes, bytes] | NativeError | None]:
        """Seal a window of models with that many threads, in order.

        Each has its own result: what ``seal`` returns, the error it would raise, or ``None`` when the batch was
        cancelled before it began.
        """

@final
class Signature:
    """The templates of a document that carries a signature over digests of its own parts.

    All are of one struct, which ends with texts that are empty until they are known: the digest of each part, then
    the signature, in base 64.
    """

    def __new__(cls, *, parts: list[Template], signed: Template, whole: Template) -> Signature: ...
    def prepare(self, model: bytes, *, sha256: bool) -> tuple[bytes, bytes]:
        """Render and digest the parts; return what a key must sign, and the message for ``finish``.

        Codes: as ``Template.render``.
        """

    def finish(self, message: bytes, signature: bytes) -> bytes:
        """Return the document. Codes: as ``Template.render``."""

@final
class RsaKey:
    """A software RSA key."""

    @staticmethod
    def from_pkcs8(der: bytes) -> RsaKey:
        """Read an unencrypted PKCS#8 key. Code: ``key.unreadable``."""

    def sign_sha256(self, data: bytes) -> bytes:
        """PKCS#1 v1.5 with SHA-256 over the full message. Code: ``key.unusable``."""

    def sign_many(
        self, messages: list[bytes], *, workers: int, cancel: Cancel | None = None
    ) -> list[bytes | NativeError | None]:
        """Sign a window of messages with that many threads, in order; results as in ``Template.seal_many``."""

@final
class TlsClient:
    """A TLS identity whose private key is elsewhere, before servers of these authorities (PEM) and no others.

    ``chain`` is DER, ours first. Without ``pss`` (RSA-PSS) it speaks TLS 1.2 only. Connections resume each other's
    sessions. Codes: ``tls.authorities``, ``tls.identity``.
    """

    def __new__(cls, *, authorities: bytes, chain: list[bytes], pss: bool, protocols: list[str]) -> TlsClient: ...
    def connect(self, server: str) -> TlsConnection:
        """Begin a connection to a server by name or address. Code: ``tls.name``."""

@final
class TlsConnection:
    """A client's end of one connection, without I/O: send ``outgoing()`` after each call.

    Codes: ``tls.server_untrusted``, ``tls.server_name``, ``tls.server_expired``, ``tls.client_refused``,
    ``tls.version``, ``tls.unsigned``, ``tls.cut_short``, ``tls.broken``.
    """

    def receive(self, data: bytes) -> tuple[str, bytes] | None:
        """Take in bytes of the network; none at all means that it ended.

        A handshake that needs a signature returns how (``pss-sha256`` or ``pkcs1-sha256``) and the full message, and
        waits for ``signed``; dropping the connection gives it up.
        """

    def signed(self, signature: bytes) -> tuple[str, bytes] | None:
        """Give the signature that was asked for; returns as ``receive``."""

    def write(self, text: bytes) -> None:
        """Encrypt text for the server."""

    def outgoing(self) -> bytes:
        """Take what is to be sent to the server now."""

    def text(self) -> bytes:
        """Take the text that the server sent so far."""

    @property
    def handshaking(self) -> bool:
        """Whether the two sides have not yet agreed."""

    @property
    def closed(self) -> bool:
        """Whether the server said that it sends nothing more."""

    @property
    def lacks_ticket(self) -> bool:
        """Whether the server, in TLS 1.3, has not yet sent what a later connection could resume with."""

def digests(data: bytes) -> tuple[bytes, bytes]:
    """Return the SHA-1 and the SHA-256 of ``data``."""

def archive(entries: list[tuple[str, bytes]]) -> bytes:
    """Write a zip archive of stored (name, bytes), the same bytes for the same entries.

    Codes: ``package.name`` (a name that leaves the folder), ``package.twice``.
    """

def build_info() -> dict[str, str]:
    """Return version, target, profile and processor features in use."""
