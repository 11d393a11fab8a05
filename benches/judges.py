"""Judges from outside: no time counts before lxml, xmlsec and the JDK have accepted what was made."""

from __future__ import annotations

import base64
import hashlib
import io
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import xmlsec
from lxml import etree

from benches.serving import serve

DS = {"ds": "http://www.w3.org/2000/09/xmldsig#"}
_JUDGE = Path(__file__).with_name("peers") / "Judge.java"


def same_document(mine: bytes, theirs: bytes) -> None:
    """Refuse two documents whose canonical forms differ."""
    if canonical(mine) != canonical(theirs):
        raise AssertionError("the peer built another document")


def canonical(document: bytes) -> bytes:
    """Return the inclusive canonical form."""
    out = io.BytesIO()
    etree.ElementTree(etree.fromstring(document)).write_c14n(out)
    return out.getvalue()


def parts_of(body: bytes) -> list[bytes]:
    """Split an MTOM package by its own boundary, without the code of any candidate."""
    mark = body[: body.index(b"\r\n")]
    pieces = body.split(b"\r\n" + mark)
    if not pieces[-1].startswith(b"--"):
        raise AssertionError("the package has no end")
    return [piece.partition(b"\r\n\r\n")[2] for piece in pieces[:-1]]


def judge_submissions(bodies: Mapping[str, bytes]) -> None:
    """Refuse what has another manifest than its documents, or a signature that xmlsec or the JDK refuses."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, (name, body) in enumerate(bodies.items()):
            _, *documents, signature = parts_of(body)
            _judge_manifest(name, documents, signature)
            _judge_by_xmlsec(name, documents, signature)
            file = Path(folder) / f"{number}.xml"
            file.write_bytes(signature)
            files.append(str(file))
        ended = subprocess.run(["java", str(_JUDGE), *files], capture_output=True, text=True, check=False)
        if ended.returncode != 0 or ended.stdout.split() != ["valid"] * len(files):
            raise AssertionError(f"the JDK refuses: {ended.stdout}{ended.stderr}")


def _references(root: etree._Element) -> list[etree._Element]:
    """Return what the manifest says of documents; the set itself, which the DMP wants named first, has no bytes."""
    found = root.findall(".//ds:Manifest/ds:Reference", DS)
    return [one for one in found if one.findtext("ds:DigestValue", namespaces=DS) != "AA=="]


def _judge_manifest(name: str, documents: list[bytes], signature: bytes) -> None:
    root = etree.fromstring(signature)
    digests = [one.findtext("ds:DigestValue", namespaces=DS) for one in _references(root)]
    octets = root.find(".//ds:Manifest//ds:Transform", DS) is None
    digested = documents if octets else [canonical(document) for document in documents]
    expected = [base64.b64encode(hashlib.sha256(document).digest()).decode() for document in digested]
    if digests != expected:
        raise AssertionError(f"{name}: the manifest digests something else than its documents")


def _judge_by_xmlsec(name: str, documents: list[bytes], signature: bytes) -> None:
    root = etree.fromstring(signature)
    served = {one.get("URI", ""): b"<x/>" for one in root.findall(".//ds:Manifest/ds:Reference", DS)}
    served |= {one.get("URI", ""): document for one, document in zip(_references(root), documents, strict=True)}
    serve(served)
    xmlsec.tree.add_ids(root, ["Id"])
    node = root if root.tag.endswith("}Signature") else root.find(".//ds:Signature", DS)
    context = xmlsec.SignatureContext()
    certificate = root.findtext(".//ds:X509Certificate", namespaces=DS) or ""
    der = base64.b64decode("".join(certificate.split()))
    context.key = xmlsec.Key.from_memory(der, xmlsec.constants.KeyDataFormatCertDer)
    try:
        context.verify(node)
    except xmlsec.Error as error:
        raise AssertionError(f"xmlsec refuses the signature of {name}") from error
