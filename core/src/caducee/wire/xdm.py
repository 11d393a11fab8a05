"""IHE_XDM.ZIP: the documents of one submission set with their metadata (IHE ITI TF-2, 3.32; CI-SIS, secure mail).

Stored entries, always the same bytes for the same submission. Names are those of ISO 9660 level 1.
"""

from __future__ import annotations

from functools import cache

import msgspec

import caducee_native
from caducee.model.entry import DocumentEntry
from caducee.model.practice import Practitioner
from caducee.rendering import Template
from caducee.wire.xds.ebrim import ExtrinsicObject, RegistryPackage
from caducee.wire.xds.entry import WithoutIns, extrinsic
from caducee.wire.xds.submission import SubmissionSet, package

NAME = "IHE_XDM.zip"
SUBSET = "IHE_XDM/SUBSET01"
_LINE_END = "\r\n"


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """The software that sends: what the archive's README says of it."""

    name: str
    version: str
    vendor: str


class SubmitObjects(msgspec.Struct, frozen=True, array_like=True):
    """METADATA.XML as its template renders it."""

    package: RegistryPackage
    entries: tuple[ExtrinsicObject, ...]


class Listed(msgspec.Struct, frozen=True, array_like=True):
    """A document in the index."""

    path: str
    title: str


class Index(msgspec.Struct, frozen=True, array_like=True):
    """INDEX.HTM as its template renders it."""

    sender: str
    documents: tuple[Listed, ...]


def write(
    submission: SubmissionSet,
    documents: tuple[tuple[DocumentEntry, bytes], ...],
    *,
    application: Application,
    without_ins: WithoutIns = WithoutIns.REFUSE,
) -> bytes:
    """Return the archive of the documents of one patient, each with its entry, in their order.

    Raises:
        InsNotQualified: a document was sealed without an INS, and ``without_ins`` refuses it.
        DocumentInvalid: a text that XML cannot carry.
    """
    described = tuple(
        (extrinsic(entry, symbol=f"Document{at:02}", with_hash=True, without_ins=without_ins), content)
        for at, (entry, content) in enumerate(documents, start=1)
    )
    return write_described(submission, described, application=application)


def write_described(
    submission: SubmissionSet,
    documents: tuple[tuple[ExtrinsicObject, bytes], ...],
    *,
    application: Application,
    beside: tuple[tuple[str, bytes], ...] = (),
) -> bytes:
    """Return the archive of documents that are described already; ``beside`` are other files of the set, by name.

    Raises:
        DocumentInvalid: a text that XML cannot carry.
    """
    names = [document_name(number) for number in range(1, len(documents) + 1)]
    entries = tuple(msgspec.structs.replace(entry, uri=name) for name, (entry, _) in zip(names, documents, strict=True))
    listed = tuple(Listed(f"{SUBSET}/{name}", entry.title) for name, (entry, _) in zip(names, documents, strict=True))
    sender = submission.author
    contained = [*names, *(name for name, _ in beside)]
    files = [
        ("INDEX.HTM", _index().render(Index(_said(sender), listed))),
        ("README.TXT", _readme(sender, application, contained)),
        (f"{SUBSET}/METADATA.XML", _metadata().render(SubmitObjects(package(submission), entries))),
        *((f"{SUBSET}/{name}", content) for name, (_, content) in zip(names, documents, strict=True)),
        *((f"{SUBSET}/{name}", content) for name, content in beside),
    ]
    return caducee_native.archive(files)


def document_name(number: int) -> str:
    """Return the name of a document in the archive; the first is 1."""
    return f"DOC{number:05}.XML"


@cache
def _metadata() -> Template:
    return Template.load("caducee.wire.templates", "submit_objects.xml", SubmitObjects, ("ebrim.xml",))


@cache
def _index() -> Template:
    return Template.load("caducee.wire.templates", "xdm_index.xml", Index)


def _said(sender: Practitioner) -> str:
    phone = f", tél. {sender.organisation.phone}" if sender.organisation.phone else ""
    return f"{sender.given_name} {sender.family_name}, {sender.organisation.name}{phone}"


def _readme(sender: Practitioner, application: Application, names: list[str]) -> bytes:
    """Who sends, with what, what to do with it, what is in it (CI-SIS)."""
    structure = sender.organisation
    address = structure.address
    lines = [
        "ÉMETTEUR",
        f"{sender.given_name} {sender.family_name}",
        structure.name,
        *(address.lines if address else ()),
        f"{address.postal_code} {address.city}".strip() if address else "",
        f"Tél. {structure.phone}" if structure.phone else "",
        "",
        "LOGICIEL",
        f"{application.name} {application.version} ({application.vendor})",
        "",
        "INSTRUCTIONS",
        "Consultez ces fichiers dans votre logiciel de professionnel de santé.",
        "",
        "CONTENU",
        "INDEX.HTM",
        "README.TXT",
        f"{SUBSET}/METADATA.XML",
        *(f"{SUBSET}/{name}" for name in names),
    ]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return (_LINE_END.join(kept) + _LINE_END).encode()
