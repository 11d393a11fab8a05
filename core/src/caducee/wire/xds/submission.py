"""ITI-41 Provide and Register Document Set-b: a submission set, its entries, their links, the parts."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from caducee.model.codes import Code
from caducee.model.entry import EntryOrganisation, EntryPatientId, EntryPerson
from caducee.model.practice import Practitioner
from caducee.rendering import Template
from caducee.wire.mtom import Attachment
from caducee.wire.xds.ebrim import Association, AuthorSlots, ExtrinsicObject, FolderPackage, RegistryPackage
from caducee.wire.xds.ebrim import coded as classified
from caducee.wire.xds.hl7v2 import coded, cx, kind_of, xcn, xon

ACTION = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"
HAS_MEMBER = "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"
SIGNS = "urn:ihe:iti:2007:AssociationType:signs"
REPLACES = "urn:ihe:iti:2007:AssociationType:RPLC"
SET = "SubmissionSet01"
FOLDER_MARKER = "urn:uuid:d9d542f3-6cc4-48b6-8870-ea235fbc94c2"
FOLDER_CODE = "urn:uuid:1ba97051-7806-41a8-a48b-8fce7af683c5"
FOLDER_UNIQUE_ID = "urn:uuid:75df8f67-9973-4fbe-a900-df66cefecc5a"
_FOLDER = "Folder01"
AUTHOR = "urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d"
CONTENT_TYPE = "urn:uuid:aa543740-bdda-424e-8c96-df4873be8500"
UNIQUE_ID = "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8"
SOURCE_ID = "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832"


class SubmissionSet(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent together, by whom and when. Times are UTC; ``source_id`` is the OID of the installation."""

    unique_id: str
    source_id: str
    submission_time: str
    patient: EntryPatientId
    author: Practitioner
    content_type: Code
    title: str | None = None


class Folder(msgspec.Struct, frozen=True, kw_only=True):
    """A folder that a set opens and all its documents go into (IHE ITI TF-3, 4.2.3.4)."""

    unique_id: str
    title: str
    code: Code


class Part(msgspec.Struct, frozen=True, array_like=True):
    """A document of the request: the id of its entry and the reference of its bytes."""

    id: str
    href: str


class ProvideAndRegister(msgspec.Struct, frozen=True, array_like=True):
    """The request as its template renders it."""

    package: RegistryPackage
    entries: tuple[ExtrinsicObject, ...]
    associations: tuple[Association, ...]
    parts: tuple[Part, ...]
    folders: tuple[FolderPackage, ...] = ()


class SubmissionWriter:
    """Writes ITI-41 requests."""

    def __init__(self) -> None:
        self._template = Template.load(
            "caducee.wire.templates", "provide_and_register.xml", ProvideAndRegister, ("ebrim.xml",)
        )

    def write(
        self,
        submission: SubmissionSet,
        *,
        entries: tuple[ExtrinsicObject, ...],
        links: tuple[Association, ...],
        attachments: tuple[Attachment, ...],
        folder: Folder | None = None,
        filed: tuple[str, ...] = (),
    ) -> bytes:
        """Return the body. Each entry becomes a member of the set; the attachments come in the entries' order.

        The entries named by ``filed`` go into ``folder``, which the set opens.
        """
        parts = [Part(entry.id, item.href) for entry, item in zip(entries, attachments, strict=True)]
        folders, filing = _filing(folder, filed, submission.patient)
        return self._template.render(
            ProvideAndRegister(package(submission), entries, links + filing, tuple(parts), folders)
        )


def _filing(
    folder: Folder | None, filed: tuple[str, ...], patient: EntryPatientId
) -> tuple[tuple[FolderPackage, ...], tuple[Association, ...]]:
    """The folder and its links: the set holds it, it holds the documents, and the set holds those links too."""
    if folder is None:
        return (), ()
    written = FolderPackage(
        id=_FOLDER,
        title=folder.title,
        code=classified(FOLDER_CODE, folder.code),
        patient_id=cx(patient, kind_of(patient)),
        unique_id=folder.unique_id,
    )
    inside = [Association(f"filed.{entry}", HAS_MEMBER, _FOLDER, entry, original=False) for entry in filed]
    held = [Association(f"held.{link.id}", HAS_MEMBER, SET, link.id, original=False) for link in inside]
    return (written,), (Association("folder1", HAS_MEMBER, SET, _FOLDER, original=False), *inside, *held)


def signs(signature: str) -> Association:
    """Link a signature entry to the set that it signs."""
    return Association("signs1", SIGNS, signature, SET)


def replaces(entry: str, entry_uuid: str) -> Association:
    """Link a new entry to the one it replaces, by the identifier that the registry gave to it (entryUUID)."""
    return Association(f"replaces.{entry}", REPLACES, entry, entry_uuid)


def package(submission: SubmissionSet) -> RegistryPackage:
    """Return the submission set as ebRIM."""
    return RegistryPackage(
        id=SET,
        submission_time=submission.submission_time,
        title=submission.title,
        author=author_slots(submission.author),
        content_type=classified(CONTENT_TYPE, submission.content_type),
        patient_id=cx(submission.patient, kind_of(submission.patient)),
        source_id=submission.source_id,
        unique_id=submission.unique_id,
    )


@lru_cache(maxsize=512)
def author_slots(author: Practitioner) -> AuthorSlots:
    """Return who sends a set, as the metadata name them; a practice has few."""
    person = EntryPerson(identifier=author.identifier, family_name=author.family_name, given_name=author.given_name)
    structure = EntryOrganisation(identifier=author.organisation.identifier, name=author.organisation.name)
    return AuthorSlots(xcn(person), coded(author.author_specialty), xon(structure))
