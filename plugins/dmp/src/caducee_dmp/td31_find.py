"""TD3.1: the list of a patient's documents (a), and whether some are there (b). ITI-18."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from caducee.model.entry import EntryPatientId
from caducee.wire.soap import SoapAnswer
from caducee.wire.xds.criteria import APPROVED_ONLY, DocumentFilter, Period
from caducee.wire.xds.found import FoundEntry, left_out, read_found, read_references
from caducee.wire.xds.found_sets import FoundContents, read_contents
from caducee.wire.xds.query import ACTION, QueryWriter, Returns
from caducee_dmp.errors import TooMany
from caducee_dmp.exchange import SERVICE, Call
from caducee_dmp.modes import Right

ENDPOINT = "registry"
SIGNATURE_FORMATS = frozenset({"http://www.w3.org/2000/09/xmldsig#", "urn:ihe:iti:dsg:detached:2014"})


class Find:
    """Writes the queries."""

    def __init__(self) -> None:
        self._writer = QueryWriter()

    def documents(self, patient: EntryPatientId, where: DocumentFilter = APPROVED_ONLY) -> Call:
        """Ask for the documents of a patient."""
        return _call(self._writer.find_documents(patient, where))

    def document_references(self, patient: EntryPatientId, where: DocumentFilter = APPROVED_ONLY) -> Call:
        """Ask which documents of a patient there are: the registry's identifiers only."""
        return _call(self._writer.find_documents(patient, where, returns=Returns.REFERENCES))

    def sets(self, patient: EntryPatientId, submitted: Period) -> Call:
        """Ask for the submission sets that the registry took in a period."""
        return _call(self._writer.find_sets(patient, submitted))

    def entries(self, document_ids: tuple[str, ...] = (), *, entry_uuids: tuple[str, ...] = ()) -> Call:
        """Ask for the entries of documents by their OIDs, or by the registry's identifiers."""
        return _call(self._writer.get_documents(document_ids, entry_uuids=entry_uuids))

    def links(self, uuids: tuple[str, ...]) -> Call:
        """Ask for the links of sets or entries."""
        return _call(self._writer.get_associations(uuids))

    def entries_and_links(self, entry_uuids: tuple[str, ...]) -> Call:
        """Ask for entries with their links."""
        return _call(self._writer.get_documents_and_associations(entry_uuids=entry_uuids))

    def set_contents(self, *, entry_uuid: str = "", unique_id: str = "") -> Call:
        """Ask for one submission set with its documents and links."""
        return _call(self._writer.get_set_and_contents(entry_uuid=entry_uuid, unique_id=unique_id))

    def one(self, document_id: str) -> Call:
        """Ask for the entry of one document by its OID."""
        return self.entries((document_id,))

    def reference(self, *document_ids: str) -> Call:
        """Ask whether documents are there, by their OIDs: all that a mode without list may ask."""
        body = self._writer.get_documents(document_ids, returns=Returns.REFERENCES)
        return Call(right=Right.REFERENCE, endpoint=ENDPOINT, action=ACTION, body=body)


def _call(body: bytes) -> Call:
    return Call(right=Right.LIST, endpoint=ENDPOINT, action=ACTION, body=body)


def batches(identifiers: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    """Cut identifiers into the groups that one query may name (DMP, 3.9: 20)."""
    rest = iter(identifiers)
    while group := tuple(islice(rest, size)):
        yield group


def for_the_desk(entries: tuple[FoundEntry, ...]) -> tuple[FoundEntry, ...]:
    """Return what a doctor reads, newest first: the signatures of submission sets are left out."""
    documents = [entry for entry in entries if not is_signature(entry)]
    return tuple(sorted(documents, key=lambda entry: entry.created_utc, reverse=True))


def is_signature(entry: FoundEntry) -> bool:
    """Say whether a document is the signature of a submission set."""
    return entry.format is not None and entry.format.code in SIGNATURE_FORMATS


def read(answer: SoapAnswer) -> tuple[FoundEntry, ...]:
    """Return the entries of the answer.

    Raises:
        ServiceRejected, ProtocolViolation.
        TooMany: the registry gave a part of them only.
    """
    entries = read_found(answer.body, service=SERVICE)
    _refuse_a_part(answer)
    return entries


def references(answer: SoapAnswer) -> tuple[str, ...]:
    """Return the registry's identifiers of an answer that was asked for them.

    Raises:
        ServiceRejected, ProtocolViolation, TooMany.
    """
    found = read_references(answer.body, service=SERVICE)
    _refuse_a_part(answer)
    return found


def contents(answer: SoapAnswer) -> FoundContents:
    """Return all that an answer holds: entries, sets, links.

    Raises:
        ServiceRejected, ProtocolViolation, TooMany.
    """
    found = read_contents(answer.body, service=SERVICE)
    _refuse_a_part(answer)
    return found


def refuse_a_hole(named: tuple[str, ...], entries: tuple[FoundEntry, ...]) -> None:
    """Compare a page with the references that it was asked by: a document may be hidden or deleted in between.

    Raises:
        TooMany: an entry that the registry itself has just named did not come.
    """
    missing = set(named) - {entry.entry_uuid for entry in entries}
    if missing:
        raise TooMany(SERVICE, f"{len(missing)} entries of a page were not given")


def _refuse_a_part(answer: SoapAnswer) -> None:
    missing = left_out(answer.body)
    if missing:
        raise TooMany(SERVICE, f"{missing} objects of the list were not given", service_code="XDSTooManyResults")
