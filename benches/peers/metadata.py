"""The ITI-41 body by hand-tuned Python strings: what every peer uses, since nothing that they have is faster."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from benches.document.model import ARC, Report
from caducee.cda.header import N1, Professional
from caducee.model.codes import Code

Described = tuple[str, Report | N1, bytes]
_CLASSES = (
    ("urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a", Code("10", "1.2.250.1.213.1.1.4.1", "Compte rendu")),
    ("urn:uuid:f0306f51-975f-434e-a61c-c59651d33983", Code("11502-2", "2.16.840.1.113883.6.1", "CR d'examens")),
    ("urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f", Code("N", "2.16.840.1.113883.5.25", "Normal")),
    ("urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d", Code("urn:ihe:iti:xds", "1.3.6.1.4.1.19376.1.2.3", "Format")),
    ("urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1", Code("SA07", "1.2.250.1.71.4.2.4", "Cabinet individuel")),
    ("urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead", Code("AMBULATOIRE", "1.2.250.1.213.1.1.4.9", "Ambulatoire")),
)
_MASKS = tuple(
    (_CLASSES[2][0], Code(code, "1.2.250.1.213.1.1.4.13", label))
    for code, label in (("MASQUE_PS", "Masqué"), ("INVISIBLE_PATIENT", "Invisible"))
)
_SIGNATURE_CLASSES = (*_CLASSES, *_MASKS)
_NAMESPACES = (
    'xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0" xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"'
    ' xmlns:xds="urn:ihe:iti:xds-b:2007" xmlns:xop="http://www.w3.org/2004/08/xop/include"'
)
_ASSOCIATION = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:Association"
_AUTHOR, _SET_AUTHOR = "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d", "urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d"


def body(documents: Sequence[Described], signature: bytes) -> bytes:
    """Return the request that describes these documents and the signature of their set."""
    first = documents[0][1]
    entries = [_entry(name, report, content, report.title, _CLASSES) for name, report, content in documents]
    entries.append(_entry("Signature01", first, signature, "Source", _SIGNATURE_CLASSES))
    names = [name for name, _, _ in documents]
    links = [
        _link(f"member{n}", "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember", "SubmissionSet01", name)
        for n, name in enumerate(names, start=1)
    ]
    links.append(_link("signs1", "urn:ihe:iti:2007:AssociationType:signs", "Signature01", "SubmissionSet01"))
    parts = "".join(
        f'<xds:Document id="{name}"><xop:Include href="cid:{name}@mesure"/></xds:Document>'
        for name in (*names, "Signature01")
    )
    return (
        f"<xds:ProvideAndRegisterDocumentSetRequest {_NAMESPACES}><lcm:SubmitObjectsRequest><RegistryObjectList>"
        f"{_package(first)}{''.join(entries)}{''.join(links)}</RegistryObjectList></lcm:SubmitObjectsRequest>{parts}"
        "</xds:ProvideAndRegisterDocumentSetRequest>"
    ).encode()


def _slot(name: str, *values: str) -> str:
    inside = "".join(f"<Value>{escape(value)}</Value>" for value in values)
    return f'<Slot name="{name}"><ValueList>{inside}</ValueList></Slot>'


def _name(text: str) -> str:
    return f'<Name><LocalizedString charset="UTF8" xml:lang="FR" value={quoteattr(text)}/></Name>'


def _class(owner: str, at: int, scheme: str, code: Code) -> str:
    return (
        f'<Classification id="{owner}.c{at}" classifiedObject="{owner}" classificationScheme="{scheme}"'
        f" nodeRepresentation={quoteattr(code.code)}>{_slot('codingScheme', code.system)}{_name(code.display)}"
        "</Classification>"
    )


def _person(p: Professional) -> str:
    return f"{p.id.extension}^{p.family}^{p.given}^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"


def _author(owner: str, scheme: str, p: Professional) -> str:
    organisation = f"{p.organisation.name}^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^{p.organisation.id.extension}"
    return (
        f'<Classification id="{owner}.c0" classifiedObject="{owner}" classificationScheme="{scheme}"'
        f' nodeRepresentation="">{_slot("authorPerson", _person(p))}'
        f"{_slot('authorSpecialty', f'{p.specialty.code}^{p.specialty.display}^{p.specialty.system}')}"
        f"{_slot('authorInstitution', organisation)}</Classification>"
    )


def _identifier(owner: str, at: int, scheme: str, value: str, name: str) -> str:
    return (
        f'<ExternalIdentifier id="{owner}.e{at}" registryObject="{owner}" identificationScheme="{scheme}"'
        f" value={quoteattr(value)}>{_name(name)}</ExternalIdentifier>"
    )


def _entry(owner: str, d: Report | N1, content: bytes, title: str, classes: Sequence[tuple[str, Code]]) -> str:
    p = d.patient
    ins, local = p.ids
    coded = "".join(_class(owner, at, scheme, code) for at, (scheme, code) in enumerate(classes, start=1))
    slots = (
        _slot("creationTime", "20261125073000"),
        _slot("hash", hashlib.sha1(content, usedforsecurity=False).hexdigest()),
        _slot("languageCode", d.language),
        _slot("legalAuthenticator", _person(d.author)),
        _slot("serviceStartTime", "20261125073000"),
        _slot("size", str(len(content))),
        _slot("sourcePatientId", f"{local.extension}^^^&{local.root}&ISO^PI"),
        _slot(
            "sourcePatientInfo",
            f"PID-5|{p.birth_name}^{p.first_given_name}^^^^^L",
            f"PID-7|{p.birth_time}",
            f"PID-8|{p.gender.code}",
        ),
    )
    patient = f"{ins.extension}^^^&{ins.root}&ISO^NH"
    named = (
        _identifier(owner, 1, "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427", patient, "XDSDocumentEntry.patientId"),
        _identifier(owner, 2, "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab", d.id.root, "XDSDocumentEntry.uniqueId"),
    )
    return (
        f'<ExtrinsicObject id="{owner}" mimeType="text/xml"'
        f' objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1">{"".join(slots)}{_name(title)}'
        f"{_author(owner, _AUTHOR, d.author)}{coded}{''.join(named)}</ExtrinsicObject>"
    )


def _package(d: Report | N1) -> str:
    owner, ins = "SubmissionSet01", d.patient.ids[0]
    content = Code("07", "1.2.250.1.213.2.2", "Consultation")
    identifiers = (
        ("urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446", f"{ins.extension}^^^&{ins.root}&ISO^NH", "patientId"),
        ("urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832", ARC, "sourceId"),
        ("urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8", f"{ARC}.9", "uniqueId"),
    )
    named = "".join(
        _identifier(owner, at, scheme, value, f"XDSSubmissionSet.{name}")
        for at, (scheme, value, name) in enumerate(identifiers, start=1)
    )
    return (
        f'<RegistryPackage id="{owner}">{_slot("submissionTime", "20261125073000")}'
        f"{_author(owner, _SET_AUTHOR, d.author)}"
        f"{_class(owner, 1, 'urn:uuid:aa543740-bdda-424e-8c96-df4873be8500', content)}"
        f'<Classification id="{owner}.c2" classifiedObject="{owner}"'
        f' classificationNode="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"/>{named}</RegistryPackage>'
    )


def _link(name: str, kind: str, source: str, target: str) -> str:
    return (
        f'<Association id="{name}" objectType="{_ASSOCIATION}" associationType="{kind}" sourceObject="{source}"'
        f' targetObject="{target}">{_slot("SubmissionSetStatus", "Original")}</Association>'
    )
