"""Verifies the one signature that covers a whole document (XML-Signature, enveloped), and nothing more general.

What is not of this form is refused: another reference, another transform, SHA-1, a second signature. So what was
verified is the document that is read, and no part of it can stand outside the signature.
"""

from __future__ import annotations

import base64
import binascii
import copy
import hashlib
import hmac
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from lxml import etree

_DS = "http://www.w3.org/2000/09/xmldsig#"
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_ENVELOPED = f"{_DS}enveloped-signature"
_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_DIGESTS = {
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    f"{_MORE}sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class SignatureWrong(Exception):
    """The signature is missing, of another form, or does not hold."""


def verify_enveloped(root: etree._Element, *, authorities: bytes, now: datetime) -> None:
    """Check that the signature in the root covers the whole document and chains to one of ``authorities`` (PEM).

    Raises:
        SignatureWrong: says what does not hold.
    """
    signature = _only(list(root.iter(f"{{{_DS}}}Signature")), "une signature")
    if signature.getparent() is not root:
        raise SignatureWrong("elle n'est pas à la racine")
    info = _child(signature, "SignedInfo")
    _check_digest(root, _only(info.findall(f"{{{_DS}}}Reference"), "une référence"))
    certificate = _certificate(signature)
    _check_certificate(certificate, authorities, now)
    _check_value(certificate, info, _decoded(_child(signature, "SignatureValue")))


def _check_digest(root: etree._Element, reference: etree._Element) -> None:
    if reference.get("URI") != "":
        raise SignatureWrong("elle ne couvre pas tout le document")
    transforms = [one.get("Algorithm", "") for one in _child(reference, "Transforms")]
    if transforms not in ([_ENVELOPED], [_ENVELOPED, _C14N], [_ENVELOPED, _EXCLUSIVE]):
        raise SignatureWrong("transformations inattendues")
    whole = copy.deepcopy(root)
    _cut(next(whole.iter(f"{{{_DS}}}Signature")))
    method = _DIGESTS.get(_child(reference, "DigestMethod").get("Algorithm", ""))
    if method is None:
        raise SignatureWrong("empreinte d'un algorithme non admis")
    digest = hashlib.new(method, _canonical(whole, exclusive=transforms[-1] == _EXCLUSIVE)).digest()
    if not hmac.compare_digest(digest, _decoded(_child(reference, "DigestValue"))):
        raise SignatureWrong("le document a été modifié")


def _cut(element: etree._Element) -> None:
    """Remove an element and keep the text that follows it, which belongs to the document."""
    parent, before, tail = element.getparent(), element.getprevious(), element.tail or ""
    assert parent is not None
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    element.tail = None
    parent.remove(element)


def _canonical(element: etree._Element, *, exclusive: bool) -> bytes:
    if not exclusive and element.getparent() is not None:
        element = _in_scope(element)
    return etree.tostring(element, method="c14n", exclusive=exclusive, with_comments=False)


def _in_scope(element: etree._Element) -> etree._Element:
    """Return an element that declares all namespaces around it: the inclusive form writes them, used or not."""
    around: Any = element.nsmap
    alone = etree.Element(element.tag, nsmap=around)
    alone.attrib.update(element.attrib)
    alone.text = element.text
    alone.extend([copy.deepcopy(child) for child in element])
    return alone


def _check_value(certificate: x509.Certificate, info: etree._Element, value: bytes) -> None:
    method = _child(info, "CanonicalizationMethod").get("Algorithm", "")
    algorithm = _child(info, "SignatureMethod").get("Algorithm", "")
    kind, _, name = algorithm.removeprefix(_MORE).partition("-")
    if method not in (_C14N, _EXCLUSIVE) or not algorithm.startswith(_MORE) or name not in _HASHES:
        raise SignatureWrong("algorithme non admis")
    signed, key = _canonical(info, exclusive=method == _EXCLUSIVE), certificate.public_key()
    try:
        if kind == "rsa" and isinstance(key, rsa.RSAPublicKey):
            key.verify(value, signed, padding.PKCS1v15(), _HASHES[name])
        elif kind == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
            half = len(value) // 2
            numbers = (int.from_bytes(part, "big") for part in (value[:half], value[half:]))
            key.verify(encode_dss_signature(*numbers), signed, ec.ECDSA(_HASHES[name]))
        else:
            raise SignatureWrong("clé d'un autre algorithme")
    except (InvalidSignature, ValueError):
        raise SignatureWrong("valeur fausse") from None


def _certificate(signature: etree._Element) -> x509.Certificate:
    element = signature.find(f"{{{_DS}}}KeyInfo/{{{_DS}}}X509Data/{{{_DS}}}X509Certificate")
    if element is None:
        raise SignatureWrong("certificat absent")
    try:
        return x509.load_der_x509_certificate(_decoded(element))
    except ValueError:
        raise SignatureWrong("certificat illisible") from None


def _check_certificate(certificate: x509.Certificate, authorities: bytes, now: datetime) -> None:
    try:
        bundle = x509.load_pem_x509_certificates(authorities)
    except ValueError:
        raise SignatureWrong("autorités illisibles") from None
    for one in bundle:
        try:
            certificate.verify_directly_issued_by(one)
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
            continue
        if all(c.not_valid_before_utc <= now <= c.not_valid_after_utc for c in (certificate, one)):
            return
    raise SignatureWrong("certificat d'une autre autorité, ou périmé")


def _only(found: list[etree._Element], what: str) -> etree._Element:
    if len(found) != 1:
        raise SignatureWrong(f"{what} attendue, {len(found)} trouvées")
    return found[0]


def _child(parent: etree._Element, name: str) -> etree._Element:
    found = parent.find(f"{{{_DS}}}{name}")
    if found is None:
        raise SignatureWrong(f"{name} absent")
    return found


def _decoded(element: etree._Element) -> bytes:
    try:
        return base64.b64decode("".join((element.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        raise SignatureWrong("base 64 fausse") from None
