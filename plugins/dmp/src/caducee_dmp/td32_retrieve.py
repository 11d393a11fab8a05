"""TD3.2: the bytes of documents (ITI-43)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from caducee.errors import PartlyDone, ProtocolViolation
from caducee.wire.soap import SoapAnswer
from caducee.wire.xds.found import FoundEntry
from caducee.wire.xds.outcome import RegistryMessage
from caducee.wire.xds.retrieve import (
    ACTION,
    DocumentRequest,
    RetrievedDocument,
    RetrieveWriter,
    check_bytes,
    read_retrieved,
)
from caducee_dmp.exchange import SERVICE, Call
from caducee_dmp.modes import Right

ENDPOINT = "repository"


class Retrieved(msgspec.Struct, frozen=True, kw_only=True):
    """What came of several documents. ``missing`` are the OIDs that did not come, ``errors`` the DMP's own words."""

    documents: tuple[RetrievedDocument, ...]
    missing: tuple[str, ...] = ()
    errors: tuple[RegistryMessage, ...] = ()


class Retrieve:
    """Writes the requests. ``repository`` is asked when an entry names none."""

    def __init__(self, *, repository: str) -> None:
        self._writer = RetrieveWriter()
        self._repository = repository

    def request(self, *entries: FoundEntry) -> Call:
        """Ask for the documents of entries."""
        wanted = (DocumentRequest(entry.repository or self._repository, entry.document_id) for entry in entries)
        return Call(right=Right.READ, endpoint=ENDPOINT, action=ACTION, body=self._writer.write(*wanted))


def read(answer: SoapAnswer, entry: FoundEntry) -> bytes:
    """Return the bytes of the one document asked for, compared with the hash and size of its entry.

    Raises:
        ServiceRejected: refused, or answered in part only.
        ProtocolViolation: another answer, no such document in it, or other bytes.
    """
    outcome, documents = read_retrieved(answer.body, answer.package, service=SERVICE)
    error = outcome.error(SERVICE)
    if error is not None:
        raise error
    found = [document for document in documents if document.document_id == entry.document_id]
    if len(found) != 1:
        raise ProtocolViolation(SERVICE, f"{len(found)} documents instead of the one asked for")
    check_bytes(found[0].content, sha1=entry.sha1, size=entry.size, service=SERVICE)
    return found[0].content


def read_several(answer: SoapAnswer, entries: Sequence[FoundEntry]) -> Retrieved:
    """Return the documents that came, each compared with its entry; what did not come is named.

    Raises:
        ServiceRejected: refused as a whole.
        ProtocolViolation: another answer, a document that was not asked for or came twice, or other bytes.
    """
    outcome, documents = read_retrieved(answer.body, answer.package, service=SERVICE)
    error = outcome.error(SERVICE)
    if error is not None and not isinstance(error, PartlyDone):
        raise error
    asked = {entry.document_id: entry for entry in entries}
    came = {document.document_id: document for document in documents}
    if len(came) != len(documents) or not came.keys() <= asked.keys():
        raise ProtocolViolation(SERVICE, "documents that were not asked for, or came twice")
    for document_id, document in came.items():
        check_bytes(document.content, sha1=asked[document_id].sha1, size=asked[document_id].size, service=SERVICE)
    missing = tuple(document_id for document_id in asked if document_id not in came)
    if missing and error is None:
        raise ProtocolViolation(SERVICE, f"{len(missing)} documents are missing from a full success")
    return Retrieved(documents=documents, missing=missing, errors=outcome.errors)
