"""The one form of signature that is taken: enveloped, in the root, over the root. Everything else is refused by name.

So nothing can be verified beside what is read: no second signature, no second element of the same identifier, no
transform that chooses.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

import msgspec
from lxml import etree

from caducee.errors import SignatureFlaw, SignatureInvalid

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES_PROPERTIES = "SignedProperties"
LARGEST = 32 * 1024 * 1024
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_ENC = "http://www.w3.org/2001/04/xmlenc#"
_IDS = ("Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id")
_CANONICAL = frozenset(
    form + comments
    for form in ("http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/2006/12/xml-c14n11")
    for comments in ("", "#WithComments")
) | {"http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"}
_DIGESTS = frozenset({f"{_ENC}sha256", f"{_MORE}sha384", f"{_ENC}sha512"})
_SIGNATURES = frozenset(f"{_MORE}{kind}-{name}" for kind in ("rsa", "ecdsa") for name in ("sha256", "sha384", "sha512"))
_SHA1 = frozenset({f"{DS}sha1", f"{DS}rsa-sha1", f"{_MORE}ecdsa-sha1"})


class Signed(msgspec.Struct, frozen=True):
    """A signature, the signed elements that it names with the attribute that names them, its method and its value."""

    signature: Any
    named: tuple[tuple[Any, str], ...]
    method: str
    value: bytes


def read_form(root: etree._Element, *, sha1: bool) -> Signed:
    """Read the signature of a document.

    Raises:
        SignatureInvalid: it is of another form, or an algorithm is not admitted.
    """
    signatures = list(root.iter(f"{{{DS}}}Signature"))
    if len(signatures) != 1 or signatures[0].getparent() is not root:
        raise SignatureInvalid(SignatureFlaw.FORM, f"{len(signatures)} signatures, one in the root expected")
    signature = signatures[0]
    names = _names(root)
    info = child(signature, "SignedInfo")
    weak = _SHA1 if sha1 else frozenset()
    _admitted(child(info, "CanonicalizationMethod"), _CANONICAL)
    method = _admitted(child(info, "SignatureMethod"), _SIGNATURES | weak)
    references = info.findall(f"{{{DS}}}Reference")
    of_properties = [one for one in references if (one.get("Type") or "").endswith(f"#{XADES_PROPERTIES}")]
    contents = [one for one in references if one not in of_properties]
    if len(contents) != 1 or len(of_properties) > 1:
        raise SignatureInvalid(SignatureFlaw.FORM, "one reference to the document expected")
    for reference in references:
        _admitted(child(reference, "DigestMethod"), _DIGESTS | weak)
    named = (*_content(contents[0], root, names), *(_properties(one, signature, names) for one in of_properties))
    return Signed(signature, named, method, decoded(child(signature, "SignatureValue")))


def _names(root: etree._Element) -> dict[str, tuple[etree._Element, str]]:
    found: dict[str, tuple[etree._Element, str]] = {}
    for element in root.iter(etree.Element):
        for attribute in _IDS:
            value = element.get(attribute)
            if value is None:
                continue
            if value in found and found[value][0] is not element:
                raise SignatureInvalid(SignatureFlaw.REPEATED_ID, "two elements bear one identifier")
            found[value] = (element, attribute)
    return found


def _content(
    reference: etree._Element, root: etree._Element, names: dict[str, tuple[etree._Element, str]]
) -> Iterator[tuple[etree._Element, str]]:
    transforms = _transforms(reference)
    if (
        transforms[:1] != [f"{DS}enveloped-signature"]
        or not _CANONICAL.issuperset(transforms[1:])
        or len(transforms) > 2
    ):
        raise SignatureInvalid(SignatureFlaw.FORM, "unexpected transforms")
    uri = reference.get("URI")
    if uri == "":
        return
    element, attribute = _target(uri, names)
    if element is not root:
        raise SignatureInvalid(SignatureFlaw.FORM, "the reference does not cover the whole document")
    yield element, attribute


def _properties(
    reference: etree._Element, signature: etree._Element, names: dict[str, tuple[etree._Element, str]]
) -> tuple[etree._Element, str]:
    element, attribute = _target(reference.get("URI"), names)
    inside = any(ancestor is signature for ancestor in element.iterancestors())
    if (
        not inside
        or etree.QName(element).localname != XADES_PROPERTIES
        or not _CANONICAL.issuperset(_transforms(reference))
    ):
        raise SignatureInvalid(SignatureFlaw.FORM, "the signed properties are elsewhere")
    return element, attribute


def _target(uri: str | None, names: dict[str, tuple[etree._Element, str]]) -> tuple[etree._Element, str]:
    found = names.get((uri or "").removeprefix("#")) if (uri or "").startswith("#") else None
    if found is None:
        raise SignatureInvalid(SignatureFlaw.FORM, "a reference leads nowhere in the document")
    return found


def _transforms(reference: etree._Element) -> list[str]:
    around = reference.find(f"{{{DS}}}Transforms")
    return [] if around is None else [one.get("Algorithm", "") for one in around.iterchildren(etree.Element)]


def _admitted(element: etree._Element, admitted: frozenset[str]) -> str:
    algorithm = element.get("Algorithm", "")
    if algorithm not in admitted:
        raise SignatureInvalid(SignatureFlaw.ALGORITHM, "an algorithm is not admitted")
    return algorithm


def child(parent: etree._Element, name: str) -> etree._Element:
    """Return the only child of that name in the namespace of signatures."""
    found = parent.findall(f"{{{DS}}}{name}")
    if len(found) != 1:
        raise SignatureInvalid(SignatureFlaw.FORM, f"{len(found)} {name}, one expected")
    return found[0]


def decoded(element: etree._Element) -> bytes:
    """Return what an element holds in base 64, on as many lines as it pleases."""
    text = etree.tostring(element, method="text", encoding="unicode", with_tail=False)
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise SignatureInvalid(SignatureFlaw.FORM, "base 64 expected") from None
