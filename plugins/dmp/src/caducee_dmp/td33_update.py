"""TD3.3: mask or unmask (a), make visible (b), delete (c), archive or bring back (d). ITI-57."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from caducee.errors import ProtocolViolation
from caducee.model.codes import Code
from caducee.model.entry import EntryPatientId
from caducee.model.practice import Practitioner
from caducee.wire.namespaces import RS
from caducee.wire.soap import SoapAnswer
from caducee.wire.xds.criteria import EntryStatus
from caducee.wire.xds.outcome import RegistryOutcome, read_outcome
from caducee.wire.xds.submission import SubmissionSet
from caducee.wire.xds.times import dtm
from caducee.wire.xds.update import ACTION, CopiedEntry, UpdateWriter, with_masks
from caducee_dmp.changes import Change
from caducee_dmp.exchange import SERVICE, Call
from caducee_dmp.masks import Mask, masks_of
from caducee_dmp.modes import Right

ENDPOINT = "registry"


_RIGHTS = {
    Change.MASK: Right.MASK,
    Change.UNMASK: Right.MASK,
    Change.SHOW_PATIENT: Right.SHOW,
    Change.SHOW_REPRESENTATIVES: Right.SHOW,
    Change.DELETE: Right.DELETE,
    Change.ARCHIVE: Right.ARCHIVE,
    Change.UNARCHIVE: Right.ARCHIVE,
}
_STATUSES = {
    Change.DELETE: EntryStatus.DELETED,
    Change.ARCHIVE: EntryStatus.ARCHIVED,
    Change.UNARCHIVE: EntryStatus.APPROVED,
}
_LIFTED = {
    Change.UNMASK: Mask.PROFESSIONALS,
    Change.SHOW_PATIENT: Mask.PATIENT,
    Change.SHOW_REPRESENTATIVES: Mask.REPRESENTATIVES,
}


class Update:
    """Writes the updates of one installation; ``source_id`` is its OID."""

    def __init__(self, *, source_id: str, content_type: Code) -> None:
        self._writer = UpdateWriter()
        self._source_id = source_id
        self._content_type = content_type

    def status(
        self,
        change: Change,
        entry_uuid: str,
        old: EntryStatus,
        *,
        patient: EntryPatientId,
        author: Practitioner,
        now: datetime,
    ) -> Call:
        """Give a document, named by the registry's identifier, another status."""
        submission = self._submission(patient, author, now)
        body = self._writer.status(submission, entry_uuid=entry_uuid, old=old, new=_STATUSES[change])
        return _call(change, body)

    def masks(
        self, change: Change, entry: CopiedEntry, *, patient: EntryPatientId, author: Practitioner, now: datetime
    ) -> Call:
        """Give a document the masks that it has after a change."""
        masks = tuple(mask.as_code() for mask in Mask if mask in wanted_masks(change, entry))
        body = self._writer.metadata(self._submission(patient, author, now), with_masks(entry, masks))
        return _call(change, body)

    def _submission(self, patient: EntryPatientId, author: Practitioner, now: datetime) -> SubmissionSet:
        return SubmissionSet(
            unique_id=f"{self._source_id}.{uuid4().int}",
            source_id=self._source_id,
            submission_time=dtm(now, field="submissionTime"),
            patient=patient,
            author=author,
            content_type=self._content_type,
        )


def right_of(change: Change) -> Right:
    """Return the transaction of a change."""
    return _RIGHTS[change]


def changes_status(change: Change) -> bool:
    """Say whether a change is one of status; else it is one of masks."""
    return change in _STATUSES


def done_already(change: Change, entry: CopiedEntry) -> bool:
    """Say whether a document is already as the change wants it: a change may be asked again after a lost answer."""
    if changes_status(change):
        return entry.status == _STATUSES[change]
    return wanted_masks(change, entry) == masks_of(entry.confidentiality)


def wanted_masks(change: Change, entry: CopiedEntry) -> frozenset[Mask]:
    """Return the masks of a document after a change."""
    masks = masks_of(entry.confidentiality)
    return masks | {Mask.PROFESSIONALS} if change is Change.MASK else masks - {_LIFTED[change]}


def read(answer: SoapAnswer) -> RegistryOutcome:
    """Read the RegistryResponse.

    Raises:
        ProtocolViolation: another answer.
    """
    if answer.body.tag != f"{{{RS}}}RegistryResponse":
        raise ProtocolViolation(SERVICE, "not a RegistryResponse")
    return read_outcome(answer.body, service=SERVICE)


def _call(change: Change, body: bytes) -> Call:
    return Call(right=_RIGHTS[change], endpoint=ENDPOINT, action=ACTION, body=body, changes=True)
