"""Signed submissions by the combinations of libraries that a vendor would choose.

The metadata are the same Python strings for all of them: nothing else that they use is faster. ``octets``
digests each document as it was written; ``c14n`` parses and canonicalises it first, as a vendor must whose writer does
not write canonical form, since the DMP digests the canonical form.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import jinja2
import xmlsec
from lxml import etree
from signxml import DigestAlgorithm, SignatureMethod
from signxml.algorithms import CanonicalizationMethod
from signxml.xades import XAdESSigner

from benches.document.model import Report
from benches.key import Key
from benches.peers.metadata import body
from caducee.cda.header import N1

Mode = Literal["octets", "c14n"]
Sign = Callable[[Sequence[tuple[str, bytes]], Mode], bytes]
SIGNED_AT = "2026-11-25T07:30:00Z"
_BOUNDARY = "mesure-0123456789abcdef"
_ENVIRONMENT = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True)
_SIGNATURE = _ENVIRONMENT.get_template("signature.j2")
_MANIFEST = _ENVIRONMENT.get_template("manifest.j2")


class Peer:
    """One combination: how documents are built, how the set is signed, how documents are digested."""

    def __init__(self, build: Callable[[Any], bytes], sign: Sign, *, mode: Mode) -> None:
        self._build = build
        self._sign = sign
        self._mode = mode

    def submit(self, reports: Sequence[Report | N1]) -> bytes:
        """Return the whole MTOM body of one submission of these reports, signed once."""
        built = [self._build(report) for report in reports]
        named = [(f"urn:oid:{report.id.root}", document) for report, document in zip(reports, built, strict=True)]
        signature = self._sign(named, self._mode)
        names = [f"Document{n:02}" for n in range(1, len(built) + 1)]
        described = list(zip(names, reports, built, strict=True))
        return package(body(described, signature), [*zip(names, built, strict=True), ("Signature01", signature)])


def canonical(document: bytes) -> bytes:
    """Return the inclusive canonical form of a document."""
    out = io.BytesIO()
    etree.ElementTree(etree.fromstring(document)).write_c14n(out, with_comments=True)
    return out.getvalue()


def package(root: bytes, parts: Sequence[tuple[str, bytes]]) -> bytes:
    """Return an MTOM package."""
    chunks = [_head("application/xop+xml", "root"), root]
    for name, content in parts:
        chunks += [b"\r\n", _head("text/xml", name), content]
    return b"".join((*chunks, f"\r\n--{_BOUNDARY}--\r\n".encode()))


def _head(media_type: str, name: str) -> bytes:
    return (
        f"--{_BOUNDARY}\r\nContent-Type: {media_type}\r\nContent-Transfer-Encoding: binary\r\n"
        f"Content-ID: <{name}@mesure>\r\n\r\n"
    ).encode()


def by_xmlsec(key: Key) -> Sign:
    """Sign by xmlsec: a jinja2 template, completed in place.

    The manifest stands beside the signature: inside, xmlsec would go through it by itself, and more slowly than lxml.
    """
    held = xmlsec.Key.from_memory(key.pem, xmlsec.constants.KeyDataFormatPem)

    def sign(documents: Sequence[tuple[str, bytes]], mode: Mode) -> bytes:
        text = _SIGNATURE.render(key=key, digests=_digests(documents, mode), signed_at=SIGNED_AT, mode=mode)
        root = etree.fromstring(text)
        xmlsec.tree.add_ids(root, ["Id"])
        context = xmlsec.SignatureContext()
        context.key = held
        context.sign(root[1])
        return etree.tostring(root)

    return sign


def by_signxml(key: Key) -> Sign:
    """Sign by signxml, XAdES with Canonical XML 1.1: its exclusive form gives signatures that nobody verifies."""
    signer = XAdESSigner(
        signature_algorithm=SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_1,
    )

    def sign(documents: Sequence[tuple[str, bytes]], mode: Mode) -> bytes:
        root = etree.fromstring(f"<Set>{_MANIFEST.render(digests=_digests(documents, mode), mode=mode)}</Set>")
        return etree.tostring(signer.sign(root, key=key.private, cert=[key.x509]))

    return sign


def _digests(documents: Sequence[tuple[str, bytes]], mode: Mode) -> list[tuple[str, str]]:
    return [(uri, _digest(document if mode == "octets" else canonical(document))) for uri, document in documents]


def _digest(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()
