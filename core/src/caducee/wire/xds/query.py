"""ITI-18 Registry Stored Query: FindDocuments and GetDocuments."""

from __future__ import annotations

import msgspec

from caducee.model.entry import EntryPatientId
from caducee.rendering import Template
from caducee.wire.xds.ebrim import Slot
from caducee.wire.xds.hl7v2 import cx

ACTION = "urn:ihe:iti:2007:RegistryStoredQuery"
APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
_FIND_DOCUMENTS = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d"
_GET_DOCUMENTS = "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"


class StoredQuery(msgspec.Struct, frozen=True, array_like=True):
    """The request as its template renders it."""

    id: str
    return_type: str
    slots: tuple[Slot, ...]


class QueryWriter:
    """Writes ITI-18 requests."""

    def __init__(self) -> None:
        self._template = Template.load("caducee.wire.templates", "stored_query.xml", StoredQuery, ("ebrim.xml",))

    def find_documents(self, patient: EntryPatientId, *, statuses: tuple[str, ...] = (APPROVED,)) -> bytes:
        """Ask for the documents of a patient in these states."""
        return self._write(
            _FIND_DOCUMENTS,
            Slot("$XDSDocumentEntryPatientId", (quoted(cx(patient, "NH")),)),
            Slot("$XDSDocumentEntryStatus", (listed(statuses),)),
        )

    def get_documents(self, unique_ids: tuple[str, ...]) -> bytes:
        """Ask for the entries of documents by their OIDs, whatever their state."""
        return self._write(_GET_DOCUMENTS, Slot("$XDSDocumentEntryUniqueId", (listed(unique_ids),)))

    def get_references(self, unique_ids: tuple[str, ...]) -> bytes:
        """Ask whether documents are there, by their OIDs: the answer holds the registry's identifiers only."""
        return self._write(
            _GET_DOCUMENTS, Slot("$XDSDocumentEntryUniqueId", (listed(unique_ids),)), return_type="ObjectRef"
        )

    def _write(self, query: str, *slots: Slot, return_type: str = "LeafClass") -> bytes:
        return self._template.render(StoredQuery(query, return_type, slots))


def quoted(value: str) -> str:
    """Write a string of a query: in apostrophes, those inside doubled (IHE ITI TF-2, 3.18.4.1.2.3.5)."""
    return "'" + value.replace("'", "''") + "'"


def listed(values: tuple[str, ...]) -> str:
    """Write a list of strings of a query."""
    return "(" + ",".join(quoted(value) for value in values) + ")"
