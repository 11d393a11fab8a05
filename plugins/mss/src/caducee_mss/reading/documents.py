"""The clinical documents of a mail: in archives (IHE XDM) and alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import msgspec

from caducee.cda.reading import ReadDocument, read_document
from caducee.errors import CaduceeError
from caducee.wire.xds.submitted import Submitted, SubmittedEntry, read_submitted
from caducee_mss.reading.archive import Unpacker, is_archive
from caducee_mss.reading.limits import Limits
from caducee_mss.reading.mail import Attachment, ReceivedDocument
from caducee_mss.reading.oddities import MailWarning, Oddities

_METADATA = "METADATA.XML"
_DOCUMENT = re.compile(r"DOC\d+\.XML", re.ASCII | re.IGNORECASE)
_ROOT = b"ClinicalDocument"
_EXPECTED = ("INDEX.HTM", "README.TXT")


class Documents:
    """Finds the documents of one mail."""

    def __init__(self, limits: Limits, oddities: Oddities) -> None:
        self._limits = limits
        self._oddities = oddities
        self._unpacker = Unpacker(limits, oddities)
        self._tags = limits.tags
        self._left = limits.documents

    def of(self, attachments: tuple[Attachment, ...]) -> tuple[ReceivedDocument, ...]:
        """Return all documents, in the order of the attachments; what is wrong with an archive is a doubt on each."""
        found: list[ReceivedDocument] = []
        for one in attachments:
            said = one.name.lower().endswith(".zip") or "zip" in one.media_type
            if is_archive(one.content, said=said):
                found += self._archived(one)
            elif _is_clinical(one):
                found.append(self._document(one, "", one.content))
        doubts = tuple(one for one in self._oddities.found if one.doubt)
        return tuple(_doubted(one, doubts) for one in found)

    def _archived(self, archive: Attachment) -> Iterator[ReceivedDocument]:
        unpacked = self._unpacker.open(archive.content, part=archive.part)
        if unpacked is None:
            return
        files = unpacked.files
        folders = sorted(path[: -len(_METADATA)] for path in files if _last(path).upper() == _METADATA)
        seen: set[str] = set()
        for folder in folders:
            for document in self._submission(archive, files, folder):
                seen.add(document.path)
                yield document
        for path in sorted(files):
            if path not in seen and path.upper().endswith(".XML") and _ROOT in files[path]:
                message = "Un document de l'archive n'est pas décrit par ses métadonnées."
                self._oddities.add("xdm.undescribed", message, part=archive.part, place=path, doubt=True)
                yield self._document(archive, path, files[path], rendition=_rendition(files, path))
        if folders:
            self._surroundings(archive, files)

    def _surroundings(self, archive: Attachment, files: dict[str, bytes]) -> None:
        names = {_last(path).upper() for path in files}
        for expected in _EXPECTED:
            if expected not in names:
                self._oddities.add("xdm.incomplete", f"L'archive n'a pas de {expected}.", part=archive.part)

    def _submission(self, archive: Attachment, files: dict[str, bytes], folder: str) -> Iterator[ReceivedDocument]:
        path = next(one for one in files if one.startswith(folder) and one[len(folder) :].upper() == _METADATA)
        try:
            submitted = read_submitted(files[path])
        except CaduceeError:
            message = "Les métadonnées de l'archive ne sont pas lisibles."
            self._oddities.add("xdm.metadata", message, part=archive.part, place=path, doubt=True)
            return
        by_name = {one.casefold(): one for one in files}
        for entry in submitted.entries:
            name = _file_of(entry, folder, by_name)
            if name is None:
                message = "Un document annoncé n'est pas dans l'archive."
                self._oddities.add("xdm.missing", message, part=archive.part, place=entry.uri, doubt=True)
            elif _ROOT in files[name] or name.upper().endswith(".XML"):
                yield self._described(archive, name, files, entry=entry, submitted=submitted)

    def _described(
        self, archive: Attachment, path: str, files: dict[str, bytes], *, entry: SubmittedEntry, submitted: Submitted
    ) -> ReceivedDocument:
        made = self._document(archive, path, files[path], rendition=_rendition(files, path))
        self._verify(made, entry)
        if entry.patient and submitted.patient and entry.patient != submitted.patient:
            message = "Les métadonnées nomment deux patients pour un même lot."
            self._oddities.add("xdm.patients", message, part=archive.part, place=path, doubt=True)
        return msgspec.structs.replace(made, entry=entry, patient=entry.patient or submitted.patient)

    def _verify(self, made: ReceivedDocument, entry: SubmittedEntry) -> None:
        if entry.sha1 and entry.sha1 != made.sha1:
            message = "L'empreinte d'un document n'est pas celle qui est annoncée."
            self._oddities.add("xdm.hash", message, part=made.part, place=made.path, doubt=True)
        if entry.size is not None and entry.size != len(made.content):
            message = "La taille d'un document n'est pas celle qui est annoncée."
            self._oddities.add("xdm.size", message, part=made.part, place=made.path, doubt=True)
        known = made.read.document_id if made.read else ""
        if known and entry.document_id and entry.document_id != known:
            message = "L'identifiant d'un document n'est pas celui qui est annoncé."
            self._oddities.add("xdm.document_id", message, part=made.part, place=made.path, doubt=True)

    def _document(
        self, holder: Attachment, path: str, content: bytes, *, rendition: bytes | None = None
    ) -> ReceivedDocument:
        sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        return ReceivedDocument(
            part=holder.part,
            path=path,
            content=content,
            sha1=sha1,
            read=self._read(holder, path, content),
            rendition=rendition,
            inside=holder.inside,
        )

    def _read(self, holder: Attachment, path: str, content: bytes) -> ReadDocument | None:
        self._left -= 1
        self._tags -= content.count(b"<")
        if self._left < 0 or self._tags < 0:
            message = "Le message contient plus de documents qu'il n'en est lu."
            self._oddities.add("document.excess", message, part=holder.part, place=path, doubt=True)
            return None
        try:
            return read_document(content)
        except CaduceeError:
            message = "Un document n'est pas lisible."
            self._oddities.add("document.unreadable", message, part=holder.part, place=path, doubt=True)
            return None


def _is_clinical(one: Attachment) -> bool:
    said = "xml" in one.media_type or one.name.lower().endswith(".xml")
    return (said or one.content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")) and _ROOT in one.content


def _file_of(entry: SubmittedEntry, folder: str, by_name: dict[str, str]) -> str | None:
    """The file that an entry names: beside the metadata, else at the root; a name never leaves the archive."""
    uri = entry.uri.replace("\\", "/").lstrip("/")
    found = by_name.get(f"{folder}{uri}".casefold()) or by_name.get(uri.casefold())
    if found is None and uri == "":
        inside = [path for path in by_name.values() if path.startswith(folder) and _DOCUMENT.fullmatch(_last(path))]
        return inside[0] if len(inside) == 1 else None
    return found


def _rendition(files: dict[str, bytes], path: str) -> bytes | None:
    """The PDF of the same stem in the same folder."""
    wanted = f"{path.rpartition('.')[0]}.pdf".casefold()
    return next((content for name, content in files.items() if name.casefold() == wanted), None)


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _doubted(one: ReceivedDocument, doubts: tuple[MailWarning, ...]) -> ReceivedDocument:
    """A doubt on one file is about that file; one on an archive or on a part is about all that came in it."""
    own = tuple(
        doubt
        for doubt in doubts
        if doubt.place == one.path
        or not doubt.place
        or (doubt.part == one.part and doubt.code.startswith(("archive.", "xdm.missing")))
    )
    kept = tuple(doubt for doubt in own if doubt.part in ("", one.part) or one.part.startswith(f"{doubt.part}."))
    return msgspec.structs.replace(one, doubts=kept) if kept else one
