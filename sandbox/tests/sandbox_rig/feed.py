"""A hand-made feed: CDA, metadata, set signature, multipart body. Each part can be edited on the way."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from caducee_sandbox.people import JEANNE, TEST_OID, Patient
from caducee_sandbox.xml import read_xml
from sandbox_rig.client import load

Edit = Callable[[str], str]
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"
DS = "http://www.w3.org/2000/09/xmldsig#"
XAD = "http://uri.etsi.org/01903/v1.1.1#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
DOCTOR = "899700000017^ROUX^Camille^^^^^^&amp;1.2.250.1.71.4.2.1&amp;ISO^D^^^IDNPS"
PRACTICE = "Cabinet du Dr Roux^^^^^&amp;1.2.250.1.71.4.2.2&amp;ISO^IDNST^^^499700000017001"
SPECIALTY = "G15_10/SM26^Médecin^1.2.250.1.213.1.1.4.5"


def same(value: str) -> str:
    return value


@dataclass(kw_only=True)
class Feed:
    patient: Patient = JEANNE
    cda: Edit = same
    late_cda: Edit = same
    metadata: Edit = same
    manifest: Edit = same
    signature: Edit = same
    key: str = "roux_sign"
    sha256: bool = False
    hashed: bool = True
    drop_part: bool = False
    document_id: str = field(default_factory=lambda: f"1.2.250.1.999.1.2.{uuid4().int}")
    set_id: str = field(default_factory=lambda: f"1.2.250.1.999.1.3.{uuid4().int}")
    signature_id: str = field(default_factory=lambda: f"1.2.250.1.999.1.4.{uuid4().int}")

    def content(self) -> bytes:
        return self.cda(cda(self.patient, self.document_id)).encode()

    def parts(self, described: dict[str, Any]) -> tuple[str, dict[str, bytes]]:
        """Return the body element, and the parts by Content-ID."""
        document = self.content()
        signature = self.signature(set_signature(self, described, document)).encode()
        metadata = self.metadata(objects(self, document, signature))
        body = (
            '<xds:ProvideAndRegisterDocumentSetRequest xmlns:xds="urn:ihe:iti:xds-b:2007">'
            f'<lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"'
            ' xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><RegistryObjectList>'
            f"{metadata}</RegistryObjectList></lcm:SubmitObjectsRequest>{included('Document01', 'doc1%40essai')}"
            f"{included('Signature01', 'sig1@essai')}</xds:ProvideAndRegisterDocumentSetRequest>"
        )
        late = self.late_cda(document.decode()).encode()
        parts = {"doc1@essai": late, "sig1@essai": signature}
        if self.drop_part:
            del parts["doc1@essai"]
        return body, parts


def included(identifier: str, content_id: str) -> str:
    include = f'<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:{content_id}"/>'
    return f'<xds:Document id="{identifier}">{include}</xds:Document>'


def cda(patient: Patient, document_id: str) -> str:
    first = patient.given_names.split()[0]
    pdf = base64.b64encode(b"%PDF-1.4 essai").decode()
    doctor = (
        '<id root="1.2.250.1.71.4.2.1" extension="899700000017"/><code code="G15_10/SM26" '
        'codeSystem="1.2.250.1.213.1.1.4.5" displayName="Médecin"/>'
        '<addr nullFlavor="NASK"/><telecom nullFlavor="NASK"/>'
        "<assignedPerson><name><family>ROUX</family><given>Camille</given></name></assignedPerson>"
        '<representedOrganization><id root="1.2.250.1.71.4.2.2" extension="499700000017001"/>'
        "<name>Cabinet du Dr Roux</name>"
    )
    return (
        '<ClinicalDocument xmlns="urn:hl7-org:v3"><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>'
        f'<templateId root="2.16.840.1.113883.2.8.2.1"/><id root="{document_id}"/><code code="11488-4" '
        'codeSystem="2.16.840.1.113883.6.1" displayName="CR"/><title>Lettre d’essai</title>'
        '<effectiveTime value="20261125093000+0100"/><confidentialityCode code="N" '
        'codeSystem="2.16.840.1.113883.5.25"/><languageCode code="fr-FR"/><recordTarget><patientRole>'
        f'<id root="{TEST_OID}" extension="{patient.ins}"/><id root="1.2.250.1.999.1.9" extension="P1"/><patient>'
        f'<name><given qualifier="BR">{first}</given><family qualifier="BR">{patient.name}</family></name>'
        f'<administrativeGenderCode code="{patient.sex}" codeSystem="2.16.840.1.113883.5.1"/>'
        f'<birthTime value="{patient.birth.replace("-", "")}"/></patient></patientRole></recordTarget>'
        f'<author><time value="20261125093000+0100"/><assignedAuthor>{doctor}</representedOrganization>'
        "</assignedAuthor></author><custodian><assignedCustodian><representedCustodianOrganization>"
        '<id root="1.2.250.1.71.4.2.2" '
        'extension="499700000017001"/></representedCustodianOrganization></assignedCustodian></custodian>'
        '<legalAuthenticator><time value="20261125093000+0100"/><signatureCode code="S"/><assignedEntity>'
        f"{doctor}</representedOrganization></assignedEntity></legalAuthenticator>"
        '<documentationOf><serviceEvent><effectiveTime><low value="20261125091500+0100"/></effectiveTime>'
        f'<performer typeCode="PRF"><assignedEntity>{doctor}<standardIndustryClassCode code="AMBULATOIRE" '
        'codeSystem="1.2.250.1.213.1.1.4.9"/></representedOrganization></assignedEntity></performer></serviceEvent>'
        '</documentationOf><componentOf><encompassingEncounter><effectiveTime><low value="20261125091500+0100"/>'
        '</effectiveTime><location><healthCareFacility><code code="SA07" codeSystem="1.2.250.1.71.4.2.4"/>'
        "</healthCareFacility></location></encompassingEncounter></componentOf><component><nonXMLBody>"
        f'<text mediaType="application/pdf" representation="B64">{pdf}</text></nonXMLBody></component>'
        "</ClinicalDocument>"
    )


def slot(name: str, *values: str) -> str:
    inner = "".join(f"<Value>{value}</Value>" for value in values)
    return f'<Slot name="{name}"><ValueList>{inner}</ValueList></Slot>'


def label(value: str) -> str:
    return f'<Name><LocalizedString charset="UTF8" xml:lang="FR" value="{value}"/></Name>'


def code(owner: str, scheme: str, node: str, system: str) -> str:
    return (
        f'<Classification id="c{uuid4().hex}" classificationScheme="urn:uuid:{scheme}" classifiedObject="{owner}" '
        f'nodeRepresentation="{node}">{slot("codingScheme", system)}{label(node)}</Classification>'
    )


def author(owner: str, scheme: str) -> str:
    slots = slot("authorPerson", DOCTOR) + slot("authorSpecialty", SPECIALTY) + slot("authorInstitution", PRACTICE)
    return (
        f'<Classification id="c{uuid4().hex}" classificationScheme="urn:uuid:{scheme}" classifiedObject="{owner}" '
        f'nodeRepresentation="">{slots}</Classification>'
    )


def identifier(owner: str, scheme: str, value: str, name: str) -> str:
    return (
        f'<ExternalIdentifier id="e{uuid4().hex}" identificationScheme="urn:uuid:{scheme}" registryObject="{owner}" '
        f'value="{value}">{label(name)}</ExternalIdentifier>'
    )


def cx(patient: Patient) -> str:
    return f"{patient.ins}^^^&amp;{TEST_OID}&amp;ISO^NH"


def objects(feed: Feed, document: bytes, signature: bytes) -> str:
    patient = cx(feed.patient)
    package = (
        f'<RegistryPackage id="SubmissionSet01">{slot("submissionTime", "20261125083100")}{label("Lot")}'
        f"{author('SubmissionSet01', 'a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d')}"
        f"{code('SubmissionSet01', 'aa543740-bdda-424e-8c96-df4873be8500', '07', '1.2.250.1.213.2.2')}"
        '<Classification id="c3" classificationNode="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd" '
        'classifiedObject="SubmissionSet01"/>'
        f"{identifier('SubmissionSet01', '6b5aea1a-874d-4603-a4bc-96a0a7b38446', patient, 'patientId')}"
        f"{identifier('SubmissionSet01', '554ac39e-e3fe-47fe-b233-965d2a147832', '1.2.250.1.999.1.1', 'sourceId')}"
        f"{identifier('SubmissionSet01', '96fdda7c-d067-4183-912e-bf5ee74998a8', feed.set_id, 'uniqueId')}"
        "</RegistryPackage>"
    )
    links = association("HasMember", "SubmissionSet01", "Document01")
    links += association("HasMember", "SubmissionSet01", "Signature01")
    links += association("signs", "Signature01", "SubmissionSet01")
    return package + document_entry(feed, document) + signature_entry(feed, signature) + links


def association(kind: str, source: str, target: str) -> str:
    prefix = "urn:ihe:iti:2007" if kind != "HasMember" else "urn:oasis:names:tc:ebxml-regrep"
    return (
        f'<Association id="a{uuid4().hex}" '
        'objectType="urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:Association" '
        f'associationType="{prefix}:AssociationType:{kind}" sourceObject="{source}" targetObject="{target}">'
        f"{slot('SubmissionSetStatus', 'Original')}</Association>"
    )


def checks(feed: Feed, content: bytes) -> tuple[str, str]:
    if not feed.hashed:
        return "", ""
    return slot("hash", hashlib.sha1(content).hexdigest()), slot("size", str(len(content)))


def document_entry(feed: Feed, content: bytes) -> str:
    patient = feed.patient
    first = patient.given_names.split()[0]
    digest, size = checks(feed, content)
    info = slot(
        "sourcePatientInfo",
        f"PID-5|{patient.name}^{first}^^^^^L",
        f"PID-7|{patient.birth.replace('-', '')}",
        f"PID-8|{patient.sex}",
    )
    return (
        '<ExtrinsicObject id="Document01" mimeType="text/xml" '
        'objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1">'
        f"{slot('creationTime', '20261125083000')}{digest}{slot('languageCode', 'fr-FR')}"
        f"{slot('legalAuthenticator', DOCTOR)}{slot('serviceStartTime', '20261125081500')}{size}"
        f"{slot('sourcePatientId', 'P1^^^&amp;1.2.250.1.999.1.9&amp;ISO^PI')}{info}{label('Lettre d’essai')}"
        f"{author('Document01', '93606bcf-9494-43ec-9b4e-a7748d1a838d')}"
        f"{code('Document01', '41a5887f-8865-4c09-adf7-e362475b143a', '10', '1.2.250.1.213.1.1.4.1')}"
        f"{code('Document01', 'f0306f51-975f-434e-a61c-c59651d33983', '11488-4', '2.16.840.1.113883.6.1')}"
        f"{code('Document01', 'f4f85eac-e6cb-4883-b524-f2705394840f', 'N', '2.16.840.1.113883.5.25')}"
        + code(
            "Document01",
            "a09d5840-386c-46f2-b5ad-9c3699a4309d",
            "urn:ihe:iti:xds-sd:pdf:2008",
            "1.3.6.1.4.1.19376.1.2.3",
        )
        + common(feed, "Document01", feed.document_id)
    )


def signature_entry(feed: Feed, content: bytes) -> str:
    digest, size = checks(feed, content)
    masks = "".join(
        code("Signature01", "f4f85eac-e6cb-4883-b524-f2705394840f", mask, system)
        for mask, system in (
            ("N", "2.16.840.1.113883.5.25"),
            ("MASQUE_PS", "1.2.250.1.213.1.1.4.13"),
            ("INVISIBLE_PATIENT", "1.2.250.1.213.1.1.4.13"),
        )
    )
    return (
        '<ExtrinsicObject id="Signature01" mimeType="text/xml" '
        'objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1">'
        f"{slot('creationTime', '20261125083100')}{digest}{slot('languageCode', 'art')}"
        f"{slot('legalAuthenticator', DOCTOR)}{slot('serviceStartTime', '20261125083100')}{size}"
        f"{slot('sourcePatientId', cx(feed.patient))}{label('Source')}"
        f"{author('Signature01', '93606bcf-9494-43ec-9b4e-a7748d1a838d')}"
        + code("Signature01", "41a5887f-8865-4c09-adf7-e362475b143a", "urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", "URN")
        + code("Signature01", "f0306f51-975f-434e-a61c-c59651d33983", "E1762", "ASTM")
        + masks
        + code("Signature01", "a09d5840-386c-46f2-b5ad-9c3699a4309d", DS, "URN")
        + code("Signature01", "2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4", "1.2.840.10065.1.12.1.14", "1.2.840.10065.1.12")
        + common(feed, "Signature01", feed.signature_id)
    )


def common(feed: Feed, owner: str, unique_id: str) -> str:
    return (
        code(owner, "f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1", "SA07", "1.2.250.1.71.4.2.4")
        + code(owner, "cccf5598-8b07-4b77-a05e-ae952c785ead", "AMBULATOIRE", "1.2.250.1.213.1.1.4.9")
        + identifier(owner, "58a6f841-87b3-4a3e-92fd-a8ffeff98427", cx(feed.patient), "XDSDocumentEntry.patientId")
        + identifier(owner, "2e82c1f6-a085-4c72-9da3-8640a32e42ab", unique_id, "XDSDocumentEntry.uniqueId")
        + "</ExtrinsicObject>"
    )


def set_signature(feed: Feed, described: dict[str, Any], document: bytes) -> str:
    """Return the set signature, written in canonical form so that its pieces can be hashed as they stand."""
    credential = load(described, feed.key)
    algorithm = hashes.SHA256() if feed.sha256 else hashes.SHA1()
    digest = SHA256 if feed.sha256 else f"{DS}sha1"
    method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" if feed.sha256 else f"{DS}rsa-sha1"

    def hashed(content: bytes) -> str:
        return base64.b64encode(hashlib.new("sha256" if feed.sha256 else "sha1", content).digest()).decode()

    def reference(attributes: str, transforms: str, value: str, by: str) -> str:
        return (
            f'<ds:Reference {attributes}>{transforms}<ds:DigestMethod Algorithm="{by}"></ds:DigestMethod>'
            f"<ds:DigestValue>{value}</ds:DigestValue></ds:Reference>"
        )

    canonical = etree.tostring(read_xml(document).getroottree(), method="c14n", with_comments=True)
    transform = f'<ds:Transforms><ds:Transform Algorithm="{C14N}"></ds:Transform></ds:Transforms>'
    der = credential.certificate.public_bytes(Encoding.DER)
    manifest = feed.manifest(
        f'<ds:Manifest xmlns:ds="{DS}" Id="IHEManifest">'
        + reference(f'URI="urn:oid:{feed.set_id}"', "", "AA==", f"{DS}sha1")
        + reference(f'URI="urn:oid:{feed.document_id}"', transform, hashed(canonical), digest)
        + "</ds:Manifest>"
    )
    properties = (
        f'<xad:SignedProperties xmlns:ds="{DS}" xmlns:xad="{XAD}" Id="S0-SignedProperties">'
        "<xad:SignedSignatureProperties><xad:SigningTime>2026-11-25T08:31:00Z</xad:SigningTime>"
        f'<xad:SigningCertificate><xad:Cert><xad:CertDigest><xad:DigestMethod Algorithm="{digest}"></xad:DigestMethod>'
        f"<xad:DigestValue>{hashed(der)}</xad:DigestValue></xad:CertDigest><xad:IssuerSerial><ds:X509IssuerName>"
        f"{credential.certificate.issuer.rfc4514_string()}</ds:X509IssuerName><ds:X509SerialNumber>"
        f"{credential.certificate.serial_number}</ds:X509SerialNumber></xad:IssuerSerial></xad:Cert>"
        "</xad:SigningCertificate><xad:SignaturePolicyIdentifier><xad:SignaturePolicyImplied>"
        "</xad:SignaturePolicyImplied></xad:SignaturePolicyIdentifier></xad:SignedSignatureProperties>"
        "<xad:SignedDataObjectProperties></xad:SignedDataObjectProperties></xad:SignedProperties>"
    )
    manifest_type, properties_type = f'Type="{DS}Manifest"', f'Type="{XAD}SignedProperties"'
    info = (
        f'<ds:SignedInfo xmlns:ds="{DS}"><ds:CanonicalizationMethod Algorithm="{C14N}"></ds:CanonicalizationMethod>'
        f'<ds:SignatureMethod Algorithm="{method}"></ds:SignatureMethod>'
        + reference(f'{manifest_type} URI="#IHEManifest"', "", hashed(manifest.encode()), digest)
        + reference(f'{properties_type} URI="#S0-SignedProperties"', "", hashed(properties.encode()), digest)
        + "</ds:SignedInfo>"
    )
    value = base64.b64encode(credential.key.sign(info.encode(), padding.PKCS1v15(), algorithm)).decode()
    return (
        f'<ds:Signature xmlns:ds="{DS}" Id="Sig01">{info}<ds:SignatureValue>{value}</ds:SignatureValue>'
        f"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{base64.b64encode(der).decode()}</ds:X509Certificate>"
        "</ds:X509Data></ds:KeyInfo><ds:Object><ds:SignatureProperties>"
        '<ds:SignatureProperty Id="purposeOfSignature" Target="#Sig01">1.2.840.10065.1.12.1.14</ds:SignatureProperty>'
        f"</ds:SignatureProperties></ds:Object><ds:Object>{manifest}</ds:Object><ds:Object>"
        f'<xad:QualifyingProperties xmlns:xad="{XAD}" Target="#Sig01">{properties}</xad:QualifyingProperties>'
        "</ds:Object></ds:Signature>"
    )
