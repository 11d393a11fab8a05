"""ITI-43 Retrieve Document Set: the request, and the very bytes of the answer."""

from __future__ import annotations

import base64
import binascii
import hashlib

import msgspec
from lxml import etree

from caducee.errors import ProtocolViolation
from caducee.rendering import Template
from caducee.wire.mtom import Package
from caducee.wire.namespaces import RS, XDSB, XOP
from caducee.wire.xds.outcome import RegistryOutcome, read_outcome
from caducee.wire.xml import attribute, child, children, text

ACTION = "urn:ihe:iti:2007:RetrieveDocumentSet"


class DocumentRequest(msgspec.Struct, frozen=True, array_like=True):
    """One document, by the repository that holds it and its OID (never its entryUUID)."""

    repository: str
    document_id: str


class RetrieveDocumentSet(msgspec.Struct, frozen=True, array_like=True):
    """The request as its template renders it."""

    documents: tuple[DocumentRequest, ...]


class RetrievedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document as it came, byte for byte."""

    document_id: str
    mime_type: str
    content: bytes


class RetrieveWriter:
    """Writes ITI-43 requests."""

    def __init__(self) -> None:
        self._template = Template.load("caducee.wire.templates", "retrieve_document_set.xml", RetrieveDocumentSet)

    def write(self, *documents: DocumentRequest) -> bytes:
        """Ask for these documents."""
        return self._template.render(RetrieveDocumentSet(documents))


def read_retrieved(
    response: etree._Element, package: Package, *, service: str
) -> tuple[RegistryOutcome, tuple[RetrievedDocument, ...]]:
    """Return the outcome and the documents of an answer; after a partial success, those that came.

    Raises:
        ProtocolViolation: another answer, a part that is missing or named twice, base64 that is not.
    """
    if response.tag != f"{{{XDSB}}}RetrieveDocumentSetResponse":
        raise ProtocolViolation(service, "not a RetrieveDocumentSetResponse")
    status = child(response, RS, "RegistryResponse")
    if status is None:
        raise ProtocolViolation(service, "an answer without RegistryResponse")
    outcome = read_outcome(status, service=service)
    items = children(response, XDSB, "DocumentResponse")
    return outcome, tuple(_document(item, package, service=service) for item in items)


def check_bytes(content: bytes, *, sha1: str, size: int | None, service: str) -> None:
    """Compare bytes with the hash and the size of their entry, where the registry gave them.

    Raises:
        ProtocolViolation: they differ.
    """
    if size is not None and len(content) != size:
        raise ProtocolViolation(service, f"{len(content)} bytes instead of {size}")
    if sha1 and hashlib.sha1(content, usedforsecurity=False).hexdigest() != sha1.lower():
        raise ProtocolViolation(service, "the bytes do not have the hash of their entry")


def _document(item: etree._Element, package: Package, *, service: str) -> RetrievedDocument:
    holder = child(item, XDSB, "Document")
    if holder is None:
        raise ProtocolViolation(service, "a DocumentResponse without Document")
    include = child(holder, XOP, "Include")
    return RetrievedDocument(
        document_id=text(child(item, XDSB, "DocumentUniqueId")),
        mime_type=text(child(item, XDSB, "mimeType")),
        content=_inline(holder, service=service)
        if include is None
        else package.resolve(attribute(include, "href"), service=service),
    )


def _inline(holder: etree._Element, *, service: str) -> bytes:
    try:
        return base64.b64decode("".join((holder.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        raise ProtocolViolation(service, "a Document that is not base64") from None
