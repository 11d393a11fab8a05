"""TD3.2: the bytes of a document (ITI-43)."""

from __future__ import annotations

from caducee.errors import ProtocolViolation
from caducee.wire.soap import SoapAnswer
from caducee.wire.xds.found import FoundEntry
from caducee.wire.xds.retrieve import ACTION, DocumentRequest, RetrieveWriter, check_bytes, read_retrieved
from caducee_dmp.exchange import SERVICE, Call
from caducee_dmp.modes import Right

ENDPOINT = "repository"


class Retrieve:
    """Writes the requests. ``repository`` is asked when an entry names none."""

    def __init__(self, *, repository: str) -> None:
        self._writer = RetrieveWriter()
        self._repository = repository

    def request(self, entry: FoundEntry) -> Call:
        """Ask for the document of an entry."""
        wanted = DocumentRequest(entry.repository or self._repository, entry.document_id)
        return Call(right=Right.READ, endpoint=ENDPOINT, action=ACTION, body=self._writer.write(wanted))


def read(answer: SoapAnswer, entry: FoundEntry) -> bytes:
    """Return the bytes of the document, compared with the hash and size of its entry.

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
