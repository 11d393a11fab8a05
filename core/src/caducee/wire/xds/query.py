"""ITI-18 Registry Stored Query: the six queries that the DMP knows (DMPi, TD3.1)."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from caducee.model.entry import EntryPatientId
from caducee.rendering import Template
from caducee.wire.xds.criteria import APPROVED_ONLY, DocumentFilter, EntryStatus, Period
from caducee.wire.xds.ebrim import Slot
from caducee.wire.xds.hl7v2 import cx

ACTION = "urn:ihe:iti:2007:RegistryStoredQuery"
FIND_DOCUMENTS = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d"
FIND_SETS = "urn:uuid:f26abbcb-ac74-4422-8a30-edb644bbc1a9"
GET_DOCUMENTS = "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"
GET_ASSOCIATIONS = "urn:uuid:a7ae438b-4bc2-4642-93e9-be891f7bb155"
GET_DOCUMENTS_AND_ASSOCIATIONS = "urn:uuid:bab9529a-4a10-40b3-a01f-f68a615d247a"
GET_SET_AND_CONTENTS = "urn:uuid:e8e3cb2c-e39c-46b9-99e4-c12f57260b83"


class Returns(StrEnum):
    """What an answer holds: the objects whole, or the registry's identifiers (entryUUID) only."""

    OBJECTS = "LeafClass"
    REFERENCES = "ObjectRef"


class StoredQuery(msgspec.Struct, frozen=True, array_like=True):
    """The request as its template renders it."""

    id: str
    return_type: str
    slots: tuple[Slot, ...]


class QueryWriter:
    """Writes ITI-18 requests."""

    def __init__(self) -> None:
        self._template = Template.load("caducee.wire.templates", "stored_query.xml", StoredQuery, ("ebrim.xml",))

    def find_documents(
        self, patient: EntryPatientId, where: DocumentFilter = APPROVED_ONLY, *, returns: Returns = Returns.OBJECTS
    ) -> bytes:
        """Ask for the documents of a patient that fit a filter.

        Raises:
            DocumentInvalid: a time of the filter has no zone.
        """
        codes = [_entry(name, *(f"{c.code}^^{c.system}" for c in codes)) for name, codes in where.codes()]
        times = [Slot(f"$XDSDocumentEntry{name}", (at,)) for p, span in where.periods() for name, at in span.bounds(p)]
        authors = [_entry("AuthorPerson", *where.authors)] if where.authors else []
        return self._write(
            FIND_DOCUMENTS,
            Slot("$XDSDocumentEntryPatientId", (quoted(cx(patient, "NH")),)),
            _entry("Status", *where.statuses),
            *codes,
            *authors,
            *times,
            returns=returns,
        )

    def find_sets(
        self,
        patient: EntryPatientId,
        submitted: Period,
        *,
        statuses: tuple[EntryStatus, ...] = (EntryStatus.APPROVED,),
        returns: Returns = Returns.OBJECTS,
    ) -> bytes:
        """Ask for the submission sets of a patient that the registry took in a period.

        Raises:
            DocumentInvalid: a time of the period has no zone.
        """
        return self._write(
            FIND_SETS,
            Slot("$XDSSubmissionSetPatientId", (quoted(cx(patient, "NH")),)),
            Slot("$XDSSubmissionSetStatus", (listed(statuses),)),
            *(Slot(f"$XDSSubmissionSet{name}", (at,)) for name, at in submitted.bounds("SubmissionTime")),
            returns=returns,
        )

    def get_documents(
        self,
        unique_ids: tuple[str, ...] = (),
        *,
        entry_uuids: tuple[str, ...] = (),
        returns: Returns = Returns.OBJECTS,
    ) -> bytes:
        """Ask for the entries of documents by their OIDs, or by their entryUUIDs, whatever their state."""
        return self._write(GET_DOCUMENTS, _named(unique_ids, entry_uuids), returns=returns)

    def get_associations(self, uuids: tuple[str, ...]) -> bytes:
        """Ask for the links from and to these objects: sets or entries, by the registry's identifiers."""
        return self._write(GET_ASSOCIATIONS, Slot("$uuid", (listed(uuids),)))

    def get_documents_and_associations(
        self, unique_ids: tuple[str, ...] = (), *, entry_uuids: tuple[str, ...] = ()
    ) -> bytes:
        """Ask for entries as ``get_documents`` does, with the links from and to them."""
        return self._write(GET_DOCUMENTS_AND_ASSOCIATIONS, _named(unique_ids, entry_uuids))

    def get_set_and_contents(self, *, entry_uuid: str = "", unique_id: str = "") -> bytes:
        """Ask for one submission set, its documents and its links, by the registry's identifier or by its OID."""
        name, value = ("EntryUUID", entry_uuid) if entry_uuid else ("UniqueId", unique_id)
        return self._write(GET_SET_AND_CONTENTS, Slot(f"$XDSSubmissionSet{name}", (quoted(value),)))

    def _write(self, query: str, *slots: Slot, returns: Returns = Returns.OBJECTS) -> bytes:
        return self._template.render(StoredQuery(query, returns, slots))


def _entry(name: str, *values: str) -> Slot:
    return Slot(f"$XDSDocumentEntry{name}", (listed(values),))


def _named(unique_ids: tuple[str, ...], entry_uuids: tuple[str, ...]) -> Slot:
    return _entry("UniqueId", *unique_ids) if unique_ids else _entry("EntryUUID", *entry_uuids)


def quoted(value: str) -> str:
    """Write a string of a query: in apostrophes, those inside doubled (IHE ITI TF-2, 3.18.4.1.2.3.5)."""
    return "'" + value.replace("'", "''") + "'"


def listed(values: tuple[str, ...]) -> str:
    """Write a list of strings of a query."""
    return "(" + ",".join(quoted(value) for value in values) + ")"
