"""TD3.1: the list of a patient's documents (a), and whether one document is there (b). ITI-18."""

from __future__ import annotations

from caducee.model.entry import EntryPatientId
from caducee.wire.soap import SoapAnswer
from caducee.wire.xds.found import FoundEntry, read_found, read_references
from caducee.wire.xds.query import ACTION, QueryWriter
from caducee_dmp.exchange import SERVICE, Call
from caducee_dmp.modes import Right

ENDPOINT = "registry"
SIGNATURE_FORMATS = frozenset({"http://www.w3.org/2000/09/xmldsig#", "urn:ihe:iti:dsg:detached:2014"})


class Find:
    """Writes the queries and reads their answers."""

    def __init__(self) -> None:
        self._writer = QueryWriter()

    def documents(self, patient: EntryPatientId) -> Call:
        """Ask for the approved documents of a patient."""
        return Call(right=Right.LIST, endpoint=ENDPOINT, action=ACTION, body=self._writer.find_documents(patient))

    def one(self, document_id: str) -> Call:
        """Ask for the entry of one document by its OID."""
        body = self._writer.get_documents((document_id,))
        return Call(right=Right.LIST, endpoint=ENDPOINT, action=ACTION, body=body)

    def reference(self, document_id: str) -> Call:
        """Ask whether one document is there, by its OID: all that a mode without list may ask."""
        body = self._writer.get_references((document_id,))
        return Call(right=Right.REFERENCE, endpoint=ENDPOINT, action=ACTION, body=body)


def for_the_desk(entries: tuple[FoundEntry, ...]) -> tuple[FoundEntry, ...]:
    """Return what a doctor reads, newest first: the signatures of submission sets are left out."""
    documents = [entry for entry in entries if entry.format is None or entry.format.code not in SIGNATURE_FORMATS]
    return tuple(sorted(documents, key=lambda entry: entry.created_utc, reverse=True))


def read(answer: SoapAnswer) -> tuple[FoundEntry, ...]:
    """Return the entries of the answer.

    Raises:
        ServiceRejected, ProtocolViolation.
    """
    return read_found(answer.body, service=SERVICE)


def references(answer: SoapAnswer) -> tuple[str, ...]:
    """Return the registry's identifiers of the answer to ``Find.reference``.

    Raises:
        ServiceRejected, ProtocolViolation.
    """
    return read_references(answer.body, service=SERVICE)
