"""The files that a document carries: its body, its PDF copy, its pictures."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections import Counter

import msgspec
from lxml import etree

from caducee.cda.reading.elements import Oddities, attribute, child, children
from caducee.cda.reading.model import PDF_MEDIA_TYPE, Attachment
from caducee.cda.reading.parsing import V3

COPY_SECTION = "1.2.250.1.213.1.1.2.243"
_MOST_BYTES = 100_000_000
_PDF_START = b"%PDF-"
_PDF_START_WITHIN = 1024
# HL7 data types: how the bytes were packed before they became base 64.
_COMPRESSIONS = {"DF": -zlib.MAX_WBITS, "ZL": zlib.MAX_WBITS, "GZ": zlib.MAX_WBITS | 16}
_ENDINGS = {
    PDF_MEDIA_TYPE: "pdf",
    "application/dicom": "dcm",
    "application/rtf": "rtf",
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/svg+xml": "svg",
    "image/tiff": "tif",
    "text/plain": "txt",
    "text/rtf": "rtf",
    "text/xml": "xml",
}


class Files:
    """Decodes the files of one document; what they unpack to is bounded all together."""

    def __init__(self, oddities: Oddities) -> None:
        self._oddities = oddities
        self._left = _MOST_BYTES

    def read(self, element: etree._Element) -> bytes | None:
        """Return the bytes of an encapsulated file; ``None``, and a warning, when they cannot be had."""
        raw = "".join(map(str, element.itertext()))
        if not raw.strip():
            return self._absent(element)
        if attribute(element, "representation") != "B64":
            if media_type(element).startswith("text/"):
                return raw.encode()
            self._oddities.add(element, "body.representation", "Un fichier joint ne dit pas qu'il est en base 64.")
        try:
            content = base64.b64decode("".join(raw.split()), validate=True)
        except (binascii.Error, ValueError):
            return self._lost(element, "body.base64", "Un fichier joint au document est illisible (base 64).")
        unpacked = self._unpacked(element, content)
        if unpacked is not None and media_type(element) == PDF_MEDIA_TYPE and not is_pdf(unpacked):
            self._lost(element, "body.pdf", "Un fichier joint au document est annoncé comme PDF et n'en est pas un.")
        return unpacked

    def _absent(self, element: etree._Element) -> bytes | None:
        if attribute(child(element, "reference"), "value"):
            return self._lost(element, "body.elsewhere", "Un fichier du document est ailleurs ; il n'est pas cherché.")
        return self._lost(element, "body.blank", "Un fichier joint au document est vide.")

    def _unpacked(self, element: etree._Element, content: bytes) -> bytes | None:
        compression = attribute(element, "compression")
        if not compression:
            return content
        if compression not in _COMPRESSIONS:
            return self._lost(element, "body.compression", "Un fichier joint est compressé d'une manière inconnue.")
        unpacker = zlib.decompressobj(_COMPRESSIONS[compression])
        try:
            unpacked = unpacker.decompress(content, self._left + 1)
        except zlib.error:
            return self._lost(element, "body.compression", "Un fichier joint est illisible (compression).")
        if len(unpacked) > self._left or not unpacker.eof:
            return self._lost(element, "body.compression", "Un fichier joint est incomplet ou trop grand.")
        self._left -= len(unpacked)
        return unpacked

    def _lost(self, element: etree._Element, code: str, message: str) -> bytes | None:
        self._oddities.add(element, code, message, loss=True)
        return None


def media_type(element: etree._Element) -> str:
    """Return what a file is; a text when nothing is said (HL7 data types)."""
    return attribute(element, "mediaType") or "text/plain"


def is_pdf(content: bytes) -> bool:
    """Say whether bytes begin as a PDF does."""
    return _PDF_START in content[:_PDF_START_WITHIN]


def body_of(kind: str, content: bytes) -> tuple[Attachment, ...]:
    """Return the file that a level 1 document is."""
    name = f"document.{_ENDINGS.get(kind, 'bin')}"
    return (Attachment(media_type=kind, content=content, name=name, is_copy=True),)


def attachments_of(body: etree._Element, files: Files) -> tuple[Attachment, ...]:
    """Return the files of a structured document: the PDF copy of it first."""
    copies = {
        media for one in body.iter(f"{V3}section") if _is_copy(one) for media in one.iter(f"{V3}observationMedia")
    }
    found = []
    for media in body.iter(f"{V3}observationMedia"):
        value = child(media, "value")
        content = files.read(value) if value is not None else None
        if value is None or content is None:
            continue
        kind = media_type(value)
        is_copy = media in copies and kind == PDF_MEDIA_TYPE
        found.append(Attachment(media_type=kind, content=content, reference=attribute(media, "ID"), is_copy=is_copy))
    return _named(sorted(found, key=lambda one: not one.is_copy))


def _named(found: list[Attachment]) -> tuple[Attachment, ...]:
    seen: Counter[bool] = Counter()
    named = []
    for one in found:
        seen[one.is_copy] += 1
        name = f"{'copie' if one.is_copy else 'fichier'}-{seen[one.is_copy]}.{_ENDINGS.get(one.media_type, 'bin')}"
        named.append(msgspec.structs.replace(one, name=name))
    return tuple(named)


def _is_copy(section: etree._Element) -> bool:
    return any(attribute(one, "root") == COPY_SECTION for one in children(section, "templateId"))
