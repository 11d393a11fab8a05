"""The document entry of the submission set's signature (IHE DSG, old style)."""

from __future__ import annotations

import msgspec

from caducee.model.codes import Code
from caducee.model.entry import DocumentEntry
from caducee.wire.xds.ebrim import ExtrinsicObject
from caducee.wire.xds.entry import extrinsic, ins_of

_CLASS = Code("urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", "URN", "Digital Signature")
_TYPE = Code("E1762", "ASTM", "Full Document")
_FORMAT = Code("http://www.w3.org/2000/09/xmldsig#", "URN", "Default Signature Style")
_SOURCE = Code("1.2.840.10065.1.12.1.14", "1.2.840.10065.1.12", "Source")
_MASKS_SYSTEM = "1.2.250.1.213.1.1.4.13"
_MASKS = (
    Code("MASQUE_PS", _MASKS_SYSTEM, "Masqué aux professionnels de santé"),
    Code("INVISIBLE_PATIENT", _MASKS_SYSTEM, "Non visible par le patient"),
)


class SignatureDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The signature as a document of the set: its OID, when the set was made, and its hash and size."""

    unique_id: str
    submission_time: str
    sha1: str
    size: int


def signature_extrinsic(
    signature: SignatureDocument, document: DocumentEntry, *, symbol: str, with_hash: bool
) -> ExtrinsicObject:
    """Return the entry of the signature of a set whose author wrote ``document``.

    It is masked to professionals and to the patient; facility and setting are those of the document.
    """
    entry = msgspec.structs.replace(
        document,
        document_id=signature.unique_id,
        title="Source",
        created_utc=signature.submission_time,
        service_start_utc=signature.submission_time,
        service_stop_utc=signature.submission_time,
        class_=_CLASS,
        type=_TYPE,
        format=_FORMAT,
        legal_authenticator=document.author,
        source_patient_id=ins_of(document),
        sha1=signature.sha1,
        size=signature.size,
        language="art",
        mime_type="text/xml",
    )
    return extrinsic(entry, symbol=symbol, with_hash=with_hash, more_confidentiality=_MASKS, events=(_SOURCE,))
