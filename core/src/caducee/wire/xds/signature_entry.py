"""The document entry of the submission set's signature (IHE DSG, old style)."""

from __future__ import annotations

import msgspec

from caducee.wire.xds.ebrim import AuthorSlots, Coded, ExtrinsicObject
from caducee.wire.xds.entry import CLASS, CONFIDENTIALITY, EVENT, FACILITY, FORMAT, SETTING, TYPE

_CLASS = Coded(CLASS, "urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", "URN", "Digital Signature")
_TYPE = Coded(TYPE, "E1762", "ASTM", "Full Document")
_FORMAT = Coded(FORMAT, "http://www.w3.org/2000/09/xmldsig#", "URN", "Default Signature Style")
_SOURCE = Coded(EVENT, "1.2.840.10065.1.12.1.14", "1.2.840.10065.1.12", "Source")
_MASKS_SYSTEM = "1.2.250.1.213.1.1.4.13"
_MASKS = (
    Coded(CONFIDENTIALITY, "MASQUE_PS", _MASKS_SYSTEM, "Masqué aux professionnels de santé"),
    Coded(CONFIDENTIALITY, "INVISIBLE_PATIENT", _MASKS_SYSTEM, "Non visible par le patient"),
)


class SignatureDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The signature as a document of the set: its OID, when the set was made, and its hash and size."""

    unique_id: str
    submission_time: str
    sha1: str
    size: int


def signature_extrinsic(
    signature: SignatureDocument, document: ExtrinsicObject, author: AuthorSlots, *, symbol: str
) -> ExtrinsicObject:
    """Return the entry of the signature that ``author`` made of a set with this document.

    It is masked to professionals and to the patient; patient, facility and setting are those of the document, which
    also says whether the request carries hashes.
    """
    # The first of a scheme: masks of the document come after its own confidentiality.
    of = {coded.scheme: coded for coded in reversed(document.codes)}
    return msgspec.structs.replace(
        document,
        id=symbol,
        created=signature.submission_time,
        hash=signature.sha1 if document.hash else None,
        language="art",
        legal_authenticator=author.person,
        service_start=signature.submission_time,
        service_stop=signature.submission_time,
        size=str(signature.size) if document.size else None,
        source_patient_id=document.patient_id,
        title="Source",
        author=author,
        codes=(_CLASS, _TYPE, of[CONFIDENTIALITY], *_MASKS, _FORMAT, of[FACILITY], of[SETTING], _SOURCE),
        unique_id=signature.unique_id,
    )
