"""The signature of a submission set (IHE Document Digital Signature, enveloping), verified in full.

xmlsec verifies the value and the two references of SignedInfo. It says nothing about the digests inside the
manifest, so these are computed here, over the very bytes of the parts.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
from collections.abc import Iterator, Mapping

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from caducee_sandbox.certificates import holder, is_signature_certificate, is_trusted, organisational_unit
from caducee_sandbox.dmp.rights import DIRECT
from caducee_sandbox.dmp.vihf import Caller
from caducee_sandbox.dmp.vihf_signature import signer_of, verifies
from caducee_sandbox.names import same_name
from caducee_sandbox.namespaces import DS, XADES
from caducee_sandbox.xml import Element, NotXml, name, read_xml, text

C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"
METHODS = (f"{DS}rsa-sha1", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256")
DIGESTS = {f"{DS}sha1": "sha1", "http://www.w3.org/2001/04/xmlenc#sha256": "sha256"}
PURPOSE = "1.2.840.10065.1.12.1.14"
PURPOSES = (
    "/".join(name(DS, n) for n in ("Object", "SignatureProperties", "SignatureProperty")),
    f"{name(DS, 'Object')}/SignatureProperties/SignatureProperty",
)
"""Where the purpose stands: in the namespace of the signature, or in none (``xmlns=""``), as in some samples."""
SIGNED = [
    ("#IHEManifest", f"{DS}Manifest"),
    ("#S0-SignedProperties", f"{XADES}SignedProperties"),
]
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")


class SignerRefused(Exception):
    """The certificate may not sign this set."""


def set_signature_findings(
    content: bytes, *, set_id: str, documents: Mapping[str, bytes], caller: Caller, authority: x509.Certificate
) -> Iterator[str]:
    """Tell what is wrong with a set signature. ``documents`` are the signed parts by uniqueId.

    Raises:
        SignerRefused: the signer is not the author's SIGN certificate (DIRECTE) or the structure's seal.
    """
    try:
        signature = read_xml(content)
    except NotXml:
        yield "la signature du lot n'est pas du XML"
        return
    signer = signer_of(signature) if signature.tag == name(DS, "Signature") else None
    if signer is None:
        yield "la signature du lot n'est pas une ds:Signature avec son certificat"
        return
    _check_signer(signer, caller, authority)
    yield from _form(signature)
    yield from _manifest(signature, set_id, documents)
    yield from _properties(signature, signer)
    if not _value(signature, signer, {set_id: b"\x00", **documents}):
        yield "la valeur de la signature du lot est incorrecte"


def _check_signer(signer: x509.Certificate, caller: Caller, authority: x509.Certificate) -> None:
    expected = caller.professional if caller.mode == DIRECT else caller.structure
    named = holder(signer) if caller.mode == DIRECT else organisational_unit(signer)
    if not is_signature_certificate(signer) or not is_trusted(signer, authority) or named != expected:
        raise SignerRefused


def _form(signature: Element) -> Iterator[str]:
    info = signature.find(name(DS, "SignedInfo"))
    if info is None:
        yield "SignedInfo absent"
        return
    canonical = info.find(name(DS, "CanonicalizationMethod"))
    method = info.find(name(DS, "SignatureMethod"))
    if canonical is None or canonical.get("Algorithm") != C14N:
        yield "CanonicalizationMethod: C14N 1.0 avec commentaires attendu"
    if method is None or method.get("Algorithm") not in METHODS:
        yield "SignatureMethod: rsa-sha1 ou rsa-sha256 attendu"
    references = info.findall(name(DS, "Reference"))
    if [(r.get("URI"), r.get("Type")) for r in references] != SIGNED:
        yield "SignedInfo: le manifeste puis les SignedProperties attendus"
    own = signature.get("Id")
    purpose = next((found for path in PURPOSES if (found := signature.find(path)) is not None), None)
    if purpose is None or text(purpose) != PURPOSE or purpose.get("Target") != f"#{own}" or not own:
        yield "SignatureProperty: role de la signature absent"
    qualifying = signature.find(f"{name(DS, 'Object')}/{name(XADES, 'QualifyingProperties')}")
    if qualifying is None or qualifying.get("Target") != f"#{own}":
        yield "QualifyingProperties absent"


def _manifest(signature: Element, set_id: str, documents: Mapping[str, bytes]) -> Iterator[str]:
    manifests = signature.findall(f"{name(DS, 'Object')}/{name(DS, 'Manifest')}")
    if len(manifests) != 1 or manifests[0].get("Id") != "IHEManifest":
        yield "un manifeste IHEManifest attendu"
        return
    references = manifests[0].findall(name(DS, "Reference"))
    uris = [r.get("URI") or "" for r in references]
    if uris[:1] != [f"urn:oid:{set_id}"] or sorted(uris[1:]) != sorted(f"urn:oid:{u}" for u in documents):
        yield "le manifeste ne nomme pas le lot puis chaque document une fois"
        return
    if text(references[0].find(name(DS, "DigestValue"))) != "AA==":
        yield "la premiere empreinte du manifeste n'est pas AA=="
    for reference, uri in zip(references[1:], uris[1:], strict=True):
        if not _digest_is_right(reference, documents[uri.removeprefix("urn:oid:")]):
            yield f"l'empreinte de {uri} est incorrecte"


def _digest_is_right(reference: Element, content: bytes) -> bool:
    method = reference.find(name(DS, "DigestMethod"))
    algorithm = DIGESTS.get("" if method is None else method.get("Algorithm") or "")
    transforms = reference.findall(f"{name(DS, 'Transforms')}/{name(DS, 'Transform')}")
    if algorithm is None or [t.get("Algorithm") for t in transforms] != [C14N]:
        return False
    canonical = etree.tostring(read_xml(content).getroottree(), method="c14n", with_comments=True)
    expected = hashlib.new(algorithm, canonical).digest()
    return _decoded(text(reference.find(name(DS, "DigestValue")))) == expected


def _properties(signature: Element, signer: x509.Certificate) -> Iterator[str]:
    path = "/".join(name(XADES, n) for n in ("QualifyingProperties", "SignedProperties"))
    signed = signature.find(f"{name(DS, 'Object')}/{path}")
    if signed is None or signed.get("Id") != "S0-SignedProperties":
        yield "SignedProperties absent"
        return
    inside = signed.find(name(XADES, "SignedSignatureProperties"))
    if inside is None or not INSTANT.fullmatch(text(inside.find(name(XADES, "SigningTime")))):
        yield "SigningTime absent"
        return
    if inside.find("/".join(name(XADES, n) for n in ("SignaturePolicyIdentifier", "SignaturePolicyImplied"))) is None:
        yield "SignaturePolicyImplied absent"
    certificate = inside.find("/".join(name(XADES, n) for n in ("SigningCertificate", "Cert")))
    if certificate is None or not _names_signer(certificate, signer):
        yield "SigningCertificate ne designe pas le signataire"


def _names_signer(certificate: Element, signer: x509.Certificate) -> bool:
    digest = certificate.find(name(XADES, "CertDigest"))
    issuer = certificate.find(name(XADES, "IssuerSerial"))
    if digest is None or issuer is None:
        return False
    method = digest.find(name(XADES, "DigestMethod"))
    if method is None:
        method = digest.find(name(DS, "DigestMethod"))
    value = digest.find(name(XADES, "DigestValue"))
    if value is None:
        value = digest.find(name(DS, "DigestValue"))
    algorithm = DIGESTS.get("" if method is None else method.get("Algorithm") or "")
    der = signer.public_bytes(Encoding.DER)
    right = algorithm is not None and _decoded(text(value)) == hashlib.new(algorithm, der).digest()
    named = same_name(text(issuer.find(name(DS, "X509IssuerName"))), signer.issuer)
    return right and named and text(issuer.find(name(DS, "X509SerialNumber"))) == str(signer.serial_number)


def _value(signature: Element, signer: x509.Certificate, served: Mapping[str, bytes]) -> bool:
    """Verify with xmlsec, which may read the signed parts through their urn:oid and nothing else."""
    xmlsec.cleanup_callbacks()
    by_uri = {f"urn:oid:{unique_id}".encode(): content for unique_id, content in served.items()}
    xmlsec.register_callbacks(
        lambda uri: uri in by_uri,
        lambda uri: io.BytesIO(by_uri[uri]),
        lambda file, buffer: file.readinto(buffer),
        lambda file: file.close(),
    )
    try:
        xmlsec.tree.add_ids(signature, ["Id"])
        return verifies(signature, signer)
    finally:
        xmlsec.cleanup_callbacks()


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except binascii.Error:
        return b""
