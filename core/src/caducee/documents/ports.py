"""What publishing needs from the document path, without importing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from caducee.errors import Explanation, Finding
from caducee.hooks import Facts, Route
from caducee.model.destination import Destination
from caducee.model.document import Document
from caducee.model.practice import Practitioner


class Identifiers(msgspec.Struct, frozen=True, kw_only=True):
    """Identifiers fixed at the seal: OIDs of at most 64 characters, the same whenever the same key comes again.

    ``version`` starts at 1; ``series`` (the CDA ``setId``) stays through the versions of a document.
    """

    document_id: str
    series: str
    version: int
    set_id: str
    signature_id: str


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """A document that can no longer change. ``entry`` is the XDS document entry from the same header, as JSON."""

    document: bytes
    sha1: bytes
    sha256: bytes
    entry: bytes


class Sealer(Protocol):
    """Turns a checked document into the bytes of one CDA."""

    def seal(self, document: Document, author: Practitioner, identifiers: Identifiers) -> Sealed:
        """Build, hash and describe the CDA. The patient's INS must be qualified and of this environment, or absent."""
        ...


class Checker(Protocol):
    """Says what is wrong with a document, in the caller's terms."""

    def check(self, document: Document, author: Practitioner) -> tuple[Finding, ...]:
        """Return all findings at once; empty when the document may be sealed."""
        ...


class Hooked(msgspec.Struct, frozen=True, kw_only=True):
    """What the plugins answered to one hook. ``troubled`` names those that raised or were late."""

    routes: tuple[Route, ...] = ()
    findings: tuple[Finding, ...] = ()
    troubled: tuple[str, ...] = ()


class Routing(Protocol):
    """The plugins, as publishing asks them."""

    async def route(self, document: Document, facts: Facts) -> Hooked:
        """Ask every plugin which of the destinations it serves."""
        ...

    async def validate(self, document: Document, destination: Destination, facts: Facts) -> Hooked:
        """Ask every plugin for findings about one destination."""
        ...

    def scopes(self) -> Mapping[str, str]:
        """Return which opposition closes each kind of destination; empty where none does."""
        ...

    async def explain(self, code: str) -> Explanation | None:
        """Ask the plugins for the French sentence of a code, theirs or their service's."""
        ...


class Practitioners(Protocol):
    """The professionals of the configuration."""

    def practitioner(self, key: str) -> Practitioner:
        """Return the professional of ``[practitioner.KEY]``.

        Raises:
            ConfigError: there is none.
        """
        ...
