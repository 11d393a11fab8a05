"""A record as a registry holds it, in memory: fed, replaced, masked, archived, deleted; asked as the DMP is."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

import msgspec

from caducee.errors import ProtocolViolation, ServiceRejected, ServiceUnavailable
from caducee.model.codes import LOINC, Code
from caducee.wire.xds.criteria import DocumentFilter
from caducee.wire.xds.found import FoundEntry
from caducee.wire.xds.found_sets import FoundContents, FoundLink

START = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
MASK = Code("MASQUE_PS", "1.2.250.1.213.1.1.4.13", "Masqué aux professionnels")
NORMAL = Code("N", "2.16.840.1.113883.5.25", "Normal")
REPORT = Code("11488-4", LOINC, "CR ou fiche de consultation ou de visite")
VACCINE = Code("87273-9", LOINC, "Note de vaccination")
CLASS_REPORT = Code("10", "1.2.250.1.213.1.1.4.1", "Compte rendu")


class HeldRecord:
    """``RecordRegistry`` over lists. The service stops ``down_after`` calls; nobody sees what is ``hidden``."""

    def __init__(self) -> None:
        self.now = START
        self.entries: dict[str, FoundEntry] = {}
        self.bytes: dict[str, bytes] = {}
        self.submitted: dict[str, datetime] = {}
        self.linked: list[FoundLink] = []
        self.hidden: set[str] = set()
        self.most = 10_000
        self.down_after: int | None = None
        self.denied: str = ""
        self.asked: list[str] = []

    # What others do.

    def feed(
        self, content: bytes = b"a", *, replaces: str = "", submitted: datetime | None = None, **said: object
    ) -> str:
        """Feed a document; return its OID."""
        number = len({entry.document_id for entry in self.entries.values()}) + 1
        document_id, uuid = f"1.2.250.1.999.7.{number}", f"urn:uuid:entry-{len(self.entries) + 1}"
        care = self.now.strftime("%Y%m%d%H%M%S")
        described = {
            "document_id": document_id,
            "entry_uuid": uuid,
            "logical_id": uuid,
            "title": f"Document {number}",
            "status": "Approved",
            "type": REPORT,
            "class_": CLASS_REPORT,
            "format": None,
            "confidentiality": (NORMAL,),
            "authors": ("899700000025^LENOIR^Dominique^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS",),
            "created_utc": care,
            "service_start_utc": care,
            "mime_type": "text/xml",
            "repository": "1.2.3",
            "version": "1",
            "sha1": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
            "size": len(content),
            **said,
        }
        self.entries[uuid] = FoundEntry(**described)  # type: ignore[arg-type]
        self.bytes[document_id] = content
        self._submit(uuid, submitted=submitted)
        if replaces:
            old = self.entry(replaces)
            self.entries[old.entry_uuid] = msgspec.structs.replace(old, status="Deprecated")
            self._link("RPLC", uuid, old.entry_uuid)
        return document_id

    def describe(self, document_id: str, **said: object) -> None:
        """Change the description of a document: a new version of its metadata."""
        old = self.entry(document_id)
        uuid = f"urn:uuid:entry-{len(self.entries) + 1}"
        self.entries[old.entry_uuid] = msgspec.structs.replace(old, status="Deprecated")
        new = {"entry_uuid": uuid, "version": str(int(old.version) + 1), **said}
        self.entries[uuid] = msgspec.structs.replace(old, **new)  # type: ignore[arg-type]
        self._submit(uuid)

    def set_status(self, document_id: str, status: str) -> None:
        """Archive, restore or delete a document."""
        old = self.entry(document_id)
        self.entries[old.entry_uuid] = msgspec.structs.replace(old, status=status)
        self._submit(old.entry_uuid, link="UpdateAvailabilityStatus")

    def entry(self, document_id: str) -> FoundEntry:
        """Return the latest description of a document."""
        return [entry for entry in self.entries.values() if entry.document_id == document_id][-1]

    def shown(self) -> dict[str, FoundEntry]:
        """Return what a professional is shown: current and archived documents."""
        latest = {entry.document_id: entry for entry in self.entries.values()}
        kept = {"Approved", "Archived"}
        return {i: e for i, e in latest.items() if e.status in kept and i not in self.hidden}

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)

    # What is asked.

    async def documents(self, where: DocumentFilter) -> tuple[FoundEntry, ...]:
        self._call("FindDocuments")
        since, until = (_day(bound) for bound in (where.service_started.since, where.service_started.until))
        wanted = {str(status).rpartition(":")[2] for status in where.statuses}
        types = {code.code for code in where.types}
        classes = {code.code for code in where.classes}
        found = tuple(
            entry
            for entry in self.entries.values()
            if entry.status in wanted
            and entry.document_id not in self.hidden
            and (not since or entry.service_start_utc >= since)
            and (not until or entry.service_start_utc < until)
            and (not types or (entry.type is not None and entry.type.code in types))
            and (not classes or (entry.class_ is not None and entry.class_.code in classes))
        )
        if len(found) > self.most:
            raise ServiceRejected("dmp", "too many", service_code="XDSTooManyResults", service_text="")
        return found

    async def sets(self, since: datetime) -> tuple[str, ...]:
        self._call("FindSubmissionSets")
        return tuple(uuid for uuid, at in self.submitted.items() if at >= since)

    async def links(self, uuids: tuple[str, ...]) -> tuple[FoundLink, ...]:
        self._call("GetAssociations")
        return tuple(one for one in self.linked if one.source in uuids or one.target in uuids)

    async def contents(self, entry_uuids: tuple[str, ...]) -> FoundContents:
        self._call("GetDocumentsAndAssociations")
        found = [self.entries[uuid] for uuid in entry_uuids if uuid in self.entries]
        shown = tuple(entry for entry in found if entry.document_id not in self.hidden)
        uuids = {entry.entry_uuid for entry in shown}
        return FoundContents(
            entries=shown, links=tuple(one for one in self.linked if one.source in uuids or one.target in uuids)
        )

    async def retrieve(self, entry: FoundEntry) -> bytes:
        self._call("RetrieveDocumentSet")
        content = self.bytes.get(entry.document_id)
        if content is None or entry.document_id in self.hidden:
            raise ServiceRejected("dmp", "unknown", service_code="XDSDocumentUniqueIdError", service_text="")
        if hashlib.sha1(content, usedforsecurity=False).hexdigest() != entry.sha1:
            raise ProtocolViolation("dmp", "the bytes do not have the hash of their entry")
        return content

    def _call(self, name: str) -> None:
        self.asked.append(name)
        if self.denied:
            raise ServiceRejected("dmp", "refused", service_code=self.denied, service_text="")
        if self.down_after is not None:
            self.down_after -= 1
            if self.down_after < 0:
                raise ServiceUnavailable("dmp", "down")

    def _submit(self, uuid: str, *, link: str = "HasMember", submitted: datetime | None = None) -> None:
        name = f"urn:uuid:set-{len(self.submitted) + 1}"
        self.submitted[name] = submitted or self.now
        self._link(link, name, uuid)

    def _link(self, kind: str, source: str, target: str) -> None:
        name = f"urn:uuid:link-{len(self.linked) + 1}"
        self.linked.append(FoundLink(entry_uuid=name, type=kind, source=source, target=target))


def _day(bound: date | None) -> str:
    return "" if bound is None else bound.strftime("%Y%m%d")
