"""One signed document: what its signature covers, and that it holds."""

from __future__ import annotations

import copy
from datetime import datetime

import msgspec
from lxml import etree

from caducee.errors import CapabilityMissing, SignatureFlaw, SignatureInvalid
from caducee.verify.form import LARGEST, Signed, read_form
from caducee.verify.properties import check_properties
from caducee.verify.signer import check_width, signer_of


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """A document whose signature holds.

    ``content`` is what was signed: canonical, without the signature, without comments (of which a signature need not
    know). Read this and not the document that came. ``certificate`` is the signer's, DER. ``warnings`` say what was
    let pass, in English.
    """

    content: bytes
    certificate: bytes
    warnings: tuple[str, ...] = ()


def verify(document: bytes, *, authorities: bytes, now: datetime, sha1: bool = False) -> Verified:
    """Verify the enveloped signature that covers a whole document.

    The signer's certificate is one of ``authorities`` (PEM), or directly issued by one, and valid ``now``; revocation
    is not asked. SHA-1 is refused unless ``sha1``. Base 64 may be broken over lines (it is a type of XML Schema). What
    else changes after signing, be it the indent, is refused (Canonical XML).

    Raises:
        SignatureInvalid: says what does not hold.
        CapabilityMissing: ``caducee[verify]`` is not installed.
    """
    if len(document) > LARGEST:
        raise SignatureInvalid(SignatureFlaw.DOCUMENT, "too large")
    root = _parsed(document)
    signed = read_form(root, sha1=sha1)
    signer = signer_of(signed.signature, authorities=authorities, now=now)
    check_width(signer, signed)
    warnings = check_properties(signed.signature, signer)
    _check_value(signed, signer.pem)
    return Verified(content=_content(root), certificate=signer.der, warnings=warnings)


def _parsed(document: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        raise SignatureInvalid(SignatureFlaw.DOCUMENT, "not well-formed XML") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise SignatureInvalid(SignatureFlaw.DOCUMENT, "it carries a document type declaration")
    return root


def _check_value(signed: Signed, pem: bytes) -> None:
    try:
        import xmlsec
    except ImportError:
        raise CapabilityMissing("caducee[verify]: xmlsec is not installed") from None
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatCertPem)
    for element, attribute in signed.named:
        context.register_id(element, attribute)
    try:
        context.verify(signed.signature)
    except xmlsec.Error:
        raise SignatureInvalid(SignatureFlaw.BROKEN, "a digest or the value is not right") from None


def _content(root: etree._Element) -> bytes:
    whole = copy.deepcopy(root)
    for signature in list(whole.iterchildren("{http://www.w3.org/2000/09/xmldsig#}Signature")):
        _cut(signature)
    return etree.tostring(whole, method="c14n", with_comments=False)


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
