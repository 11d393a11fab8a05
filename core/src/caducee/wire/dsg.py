"""The signature of a submission set: IHE DSG, old style, with XAdES 1.1.1 properties, as the DMP takes it.

Two phases: ``DsgWriter.prepare`` gives the bytes that a key signs, ``PreparedSignature.finish`` the document. All is
written in canonical form, so what is digested and signed is what is sent (Canonical XML 1.0: the first element of
a digested part repeats the namespaces in scope, which is how the parts are rendered on their own).
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from caducee.contracts.signer import SignatureAlgorithm
from caducee.rendering import SigningTemplates, Template
from caducee.rendering.signing import Digest
from caducee.wire.names import issuer_serial

_METHODS = {
    "sha1": "http://www.w3.org/2000/09/xmldsig#sha1",
    "sha256": "http://www.w3.org/2001/04/xmlenc#sha256",
}
_ALGORITHMS = {"sha1": SignatureAlgorithm.RSA_SHA1, "sha256": SignatureAlgorithm.RSA_SHA256}


class DsgReference(msgspec.Struct, frozen=True, array_like=True):
    """One document of the manifest and the base64 digest of its canonical form."""

    uri: str
    digest: str


class Dsg(msgspec.Struct, frozen=True, array_like=True):
    """The signature document as its templates render it."""

    set_uri: str
    documents: tuple[DsgReference, ...]
    signature_method: str
    digest_method: str
    signing_time: str
    certificate: str
    certificate_digest: str
    issuer: str
    serial: str
    manifest_digest: str = ""
    properties_digest: str = ""
    signature: str = ""


class SignedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document of the set: its OID and both digests of its canonical form, which is how it was written."""

    unique_id: str
    sha1: bytes
    sha256: bytes


class DsgWriter:
    """Writes signature documents with one digest, for signatures and references alike."""

    def __init__(self, digest: Digest = "sha1") -> None:
        self._digest: Digest = digest
        self._templates = SigningTemplates(
            parts=(_template("dsg_manifest.xml"), _template("dsg_signed_properties.xml")),
            signed=_template("dsg_signed_info.xml"),
            whole=_template("dsg_signature.xml"),
        )

    def prepare(
        self, *, set_id: str, documents: tuple[SignedDocument, ...], certificate: bytes, signing_time: datetime
    ) -> PreparedSignature:
        """Return what the key of ``certificate`` (DER) must sign for this set.

        Raises:
            ValueError: not a certificate.
        """
        name = issuer_serial(certificate)
        printed, digest = _printed(certificate, self._digest)
        model = Dsg(
            set_uri=f"urn:oid:{set_id}",
            documents=tuple([self._reference(document) for document in documents]),
            signature_method=_ALGORITHMS[self._digest].value,
            digest_method=_METHODS[self._digest],
            signing_time=_utc(signing_time),
            certificate=printed,
            certificate_digest=digest,
            issuer=name.issuer,
            serial=name.serial,
        )
        to_sign, prepared = self._templates.prepare(model, self._digest)
        return PreparedSignature(
            prepared, to_sign=to_sign, algorithm=_ALGORITHMS[self._digest], templates=self._templates
        )

    def _reference(self, document: SignedDocument) -> DsgReference:
        digest = document.sha1 if self._digest == "sha1" else document.sha256
        return DsgReference(f"urn:oid:{document.unique_id}", _base64(digest))


class PreparedSignature:
    """A signature document that lacks only its signature. ``to_sign`` is the canonical SignedInfo."""

    def __init__(
        self, prepared: bytes, *, to_sign: bytes, algorithm: SignatureAlgorithm, templates: SigningTemplates
    ) -> None:
        self.to_sign = to_sign
        self.algorithm = algorithm
        self._prepared = prepared
        self._templates = templates

    def finish(self, signature: bytes) -> bytes:
        """Return the document that carries this signature of ``to_sign``."""
        return self._templates.finish(self._prepared, signature)


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def _template(name: str) -> Template:
    return Template.load("caducee.wire.templates", name, Dsg, ("dsg_parts.xml",))


@lru_cache(maxsize=64)
def _printed(certificate: bytes, digest: Digest) -> tuple[str, str]:
    """Return a certificate and its digest in base 64; a practice has few."""
    return _base64(certificate), _base64(hashlib.new(digest, certificate, usedforsecurity=False).digest())


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
