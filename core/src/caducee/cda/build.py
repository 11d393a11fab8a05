"""From a document at the desk to the header that is rendered. Pure."""

from __future__ import annotations

from caducee.cda.context import context
from caducee.cda.header import Header, Period
from caducee.cda.oids import LANGUAGE
from caducee.cda.people import coded, nfc, patient_role, professional
from caducee.documents.ports import Identifiers
from caducee.model.codes import Code
from caducee.model.document import Document
from caducee.model.practice import Practitioner
from caducee.rendering.datatypes import II


def header(
    document: Document, author: Practitioner, identifiers: Identifiers, *, confidentiality: Code, oid_root: str
) -> Header:
    """Return the header of a checked document; its type is that of the value set.

    ``oid_root`` is the arc under which this installation gives patients their local identifiers.
    """
    return Header(
        id=II(identifiers.document_id),
        type=coded(document.type),
        title=nfc(document.title),
        created=document.created,
        confidentiality=coded(confidentiality),
        language=LANGUAGE,
        series=II(identifiers.series),
        version=identifiers.version,
        patient=patient_role(document.patient, oid_root),
        author=professional(author),
        service=Period(document.service_start, document.service_stop),
        context=context(document, author, oid_root),
    )
