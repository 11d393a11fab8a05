"""The files of a document: as their producers wrote them, right or wrong."""

from __future__ import annotations

import base64
import gzip
import zlib

import pytest

from caducee.cda.reading import DocumentUnreadable, ReadDocument, read_document
from core.tests.cda.reading.fragments import around, section

PDF = b"%PDF-1.4\n%%EOF"


def carrying(content: str, attributes: str) -> ReadDocument:
    return read_document(around(f"<component><nonXMLBody><text {attributes}>{content}</text></nonXMLBody></component>"))


def codes(document: ReadDocument) -> set[str]:
    return {one.code for one in document.warnings}


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


def raw_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


def test_a_file_that_does_not_say_its_coding_is_read_and_that_is_odd() -> None:
    found = carrying(base64_of(PDF), 'mediaType="application/pdf"')
    assert found.pdf == PDF
    assert "body.representation" in codes(found)


def test_a_text_needs_no_coding() -> None:
    found = carrying("Bonjour &lt;toi&gt;", "")
    assert (found.media_type, found.body) == ("text/plain", b"Bonjour <toi>")
    assert codes(found) == {"header.id", "header.patient"}


@pytest.mark.parametrize(
    ("compression", "packed"),
    [("DF", raw_deflate(PDF)), ("ZL", zlib.compress(PDF)), ("GZ", gzip.compress(PDF, mtime=0))],
    ids=["DF", "ZL", "GZ"],
)
def test_a_compressed_file_is_unpacked(compression: str, packed: bytes) -> None:
    attributes = f'mediaType="application/pdf" representation="B64" compression="{compression}"'
    assert carrying(base64_of(packed), attributes).pdf == PDF


@pytest.mark.parametrize(
    ("compression", "packed"),
    [
        ("ZL", zlib.compress(bytes(200_000_000))),
        ("ZL", zlib.compress(PDF)[:-3]),
        ("ZL", b"not packed"),
        ("Z", zlib.compress(PDF)),
    ],
    ids=["too much", "cut short", "not packed", "unknown"],
)
def test_a_file_that_cannot_be_unpacked_is_lost_and_that_is_said(compression: str, packed: bytes) -> None:
    found = carrying(base64_of(packed), f'mediaType="application/pdf" representation="B64" compression="{compression}"')
    assert found.body is None
    assert "body.compression" in {one.code for one in found.warnings if one.loss}
    with pytest.raises(DocumentUnreadable):
        _ = found.pdf


def test_what_all_files_unpack_to_is_bounded_together() -> None:
    packed = base64_of(zlib.compress(bytes(60_000_000)))
    value = f'<value mediaType="image/png" representation="B64" compression="ZL">{packed}</value>'
    entry = f"<entry><observationMedia>{value}</observationMedia></entry>"
    assert len(read_document(section(entry * 3)).attachments) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "body.blank"),
        ('<reference value="https://exemple.invalid/a.pdf"/>', "body.elsewhere"),
        ("JVBERi0x*", "body.base64"),
        (base64_of(b"GIF89a"), "body.pdf"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_odd(content: str, code: str) -> None:
    found = carrying(content, 'mediaType="application/pdf" representation="B64"')
    assert code in {one.code for one in found.warnings if one.loss}


def test_files_have_names_that_owe_nothing_to_the_document() -> None:
    def media(kind: str) -> str:
        return (
            f'<entry><observationMedia ID="../../x"><value mediaType="{kind}" representation="B64">'
            f"{base64_of(PDF)}</value></observationMedia></entry>"
        )

    found = read_document(section(media("image/png") + media("application/pdf") + media("application/x-strange")))
    assert [one.name for one in found.attachments] == ["fichier-1.png", "fichier-2.pdf", "fichier-3.bin"]
    assert carrying(base64_of(PDF), 'mediaType="application/pdf" representation="B64"').attachments[0].name == (
        "document.pdf"
    )
