"""The signature of a VIHF, verified by xmlsec."""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from caducee_sandbox.certificates import holder, is_signature_certificate, is_trusted
from caducee_sandbox.dmp.refusals import Faulted
from caducee_sandbox.dmp.rights import DIRECT
from caducee_sandbox.namespaces import DS
from caducee_sandbox.xml import Element, children, name, text

WRONG = "Not a valid signature certificate"


def check_signature(
    assertion: Element, *, certificate: x509.Certificate, authority: x509.Certificate, mode: str
) -> None:
    """Verify the signature when present; only DIRECTE may go without.

    Raises:
        Faulted: absent where it is needed, wrong, or by a certificate that may not sign this.
    """
    signature = assertion.find(name(DS, "Signature"))
    if signature is None:
        if mode != DIRECT:
            raise Faulted("DMPInvalidVIHF", "Assertion non signée")
        return
    if children(assertion)[1] is not signature:
        raise Faulted("DMPInvalidVIHF", "La signature doit suivre Issuer")
    signer = signer_of(signature)
    if signer is None or not is_signature_certificate(signer) or not is_trusted(signer, authority):
        raise Faulted("DMPInvalidCertificate", WRONG)
    same = holder(signer) == holder(certificate) if mode == DIRECT else signer.subject == certificate.subject
    if not same:
        raise Faulted("DMPInvalidCertificate", WRONG)
    references = signature.findall(f"{name(DS, 'SignedInfo')}/{name(DS, 'Reference')}")
    if [r.get("URI") for r in references] != [f"#{assertion.get('ID')}"]:
        raise Faulted("DMPInvalidVIHF", "La signature ne porte pas sur l'assertion")
    xmlsec.tree.add_ids(assertion, ["ID"])
    if not verifies(signature, signer):
        raise Faulted("DMPInvalidVIHF", "Signature de l'assertion incorrecte")


def signer_of(signature: Element) -> x509.Certificate | None:
    """Return the first certificate of KeyInfo; None when there is none that can be read."""
    path = "/".join(name(DS, local) for local in ("KeyInfo", "X509Data", "X509Certificate"))
    try:
        return x509.load_der_x509_certificate(base64.b64decode("".join(text(signature.find(path)).split())))
    except (ValueError, binascii.Error):
        return None


@lru_cache(maxsize=256)
def _key(signer: x509.Certificate) -> xmlsec.Key:
    """Return the public key of a certificate; a context takes a copy of it, which is cheap without the certificate."""
    public = signer.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return xmlsec.Key.from_memory(public, xmlsec.constants.KeyDataFormatPem)


def verifies(signature: Element, signer: x509.Certificate) -> bool:
    """Say whether xmlsec accepts the value and the references of a signature."""
    context = xmlsec.SignatureContext()
    context.key = _key(signer)
    try:
        context.verify(signature)
    except xmlsec.Error:
        return False
    return True
