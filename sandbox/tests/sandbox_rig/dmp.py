"""Hand-made DMP messages: VIHF, envelopes, queries, and what the answers say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from lxml import etree

from caducee_sandbox.mtom import is_multipart, read_package
from caducee_sandbox.people import JEANNE, TEST_OID, Patient
from sandbox_rig.client import Reply, call, load
from sandbox_rig.feed import Feed

BASE = "/si-dmp-server/v2/services"
SERVICES = {
    "urn:hl7-org:v3:PRPA_IN201307UV02": "patients",
    "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b": "repository",
    "urn:ihe:iti:2007:RegistryStoredQuery": "registry",
    "urn:ihe:iti:2007:RetrieveDocumentSet": "repository",
}
EXISTS, PROVIDE, QUERY, RETRIEVE = SERVICES
FIND = "14d4debf-8f97-4251-9a74-a90016b0af0d"
GET = "5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"
STRING = '<s:Attribute Name="{}"><s:AttributeValue xsi:type="xs:string">{}</s:AttributeValue></s:Attribute>'
CODED = (
    '<s:AttributeValue><{tag} xmlns="urn:hl7-org:v3" xsi:type="CE" code="{code}" codeSystem="{system}" {more}/>'
    "</s:AttributeValue>"
)
Edit = Callable[[str], str]


def same(value: str) -> str:
    return value


def vihf(
    described: dict[str, Any],
    *,
    client: str = "roux_auth",
    patient: Patient = JEANNE,
    mode: str = "DIRECTE",
    professional: str = "899700000017",
    structure: str = "499700000017001",
    issued: str = "2026-11-25T08:30:00.000Z",
) -> str:
    issuer = load(described, client).certificate.subject.rfc4514_string()
    profession = CODED.format(tag="Role", code="10", system="1.2.250.1.71.1.2.7", more='displayName="Médecin"')
    specialty = CODED.format(tag="Role", code="SM26", system="1.2.250.1.71.4.2.5", more='displayName="Généraliste"')
    purpose = CODED.format(
        tag="PurposeOfUse", code="normal", system="1.2.250.1.213.1.1.4.248", more='displayName="Accès normal"'
    )
    values = {
        "VIHF_Version": "3.0",
        "Authentification_mode": mode,
        "urn:oasis:names:tc:xacml:2.0:resource:resource-id": f"{patient.ins}^^^&amp;{TEST_OID}&amp;ISO^NH",
        "Ressource_URN": "urn:dmp",
        "LPS_ID": "01.00",
        "LPS_Nom": "ESSAI",
        "LPS_Version": "1.0",
        "LPS_ID_HOMOLOGATION_DMP": "NUMHOMOLSIMU",
    }
    if mode != "DIRECTE":
        values["urn:oasis:names:tc:xspa:1.0:subject:subject-id"] = "ROUX Camille"
    return (
        '<s:Assertion xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="_{uuid4()}" '
        f'IssueInstant="{issued}" Version="2.0">'
        '<s:Issuer Format="urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName">'
        f"{issuer}</s:Issuer><s:Subject><s:NameID>{professional}</s:NameID></s:Subject>"
        '<s:AuthnStatement AuthnInstant="2026-11-25T08:00:00.000Z"><s:AuthnContext><s:AuthnContextClassRef>'
        "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI</s:AuthnContextClassRef></s:AuthnContext>"
        "</s:AuthnStatement><s:AttributeStatement>"
        + STRING.format("Identifiant_Structure", structure)
        + STRING.format("Secteur_Activite", "SA07^1.2.250.1.71.4.2.4")
        + f'<s:Attribute Name="urn:oasis:names:tc:xacml:2.0:subject:role">{profession}{specialty}</s:Attribute>'
        + "".join(STRING.format(key, value) for key, value in values.items())
        + f'<s:Attribute Name="urn:oasis:names:tc:xspa:1.0:subject:purposeofuse">{purpose}</s:Attribute>'
        "</s:AttributeStatement></s:Assertion>"
    )


def envelope(action: str, assertion: str, body: str) -> str:
    return (
        '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing">'
        f"<e:Header><a:MessageID>urn:uuid:{uuid4()}</a:MessageID><a:To>https://localhost</a:To>"
        '<a:ReplyTo e:mustUnderstand="true"><a:Address>http://www.w3.org/2005/08/addressing/anonymous</a:Address>'
        f'</a:ReplyTo><a:Action e:mustUnderstand="true">{action}</a:Action><w:Security xmlns:w='
        '"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">'
        f"{assertion}</w:Security></e:Header><e:Body>{body}</e:Body></e:Envelope>"
    )


def send(
    described: dict[str, Any],
    action: str,
    body: str,
    *,
    client: str = "roux_auth",
    edit: Edit = same,
    assertion: str | None = None,
    **who: Any,
) -> Reply:
    """Send a plain message."""
    signed = vihf(described, client=client, **who) if assertion is None else assertion
    message = edit(envelope(action, signed, body)).encode()
    content_type = f'application/soap+xml; charset=utf-8; action="{action}"'
    path = f"{BASE}/{SERVICES[action]}"
    return call(described, "dmp", client, path=path, content_type=content_type, body=message)


def provide(
    described: dict[str, Any],
    feed: Feed,
    *,
    client: str = "roux_auth",
    assertion: str | None = None,
    multipart: Callable[[bytes], bytes] = bytes,
    **who: Any,
) -> Reply:
    """Send a feed in a multipart message."""
    body, parts = feed.parts(described)
    signed = vihf(described, client=client, **{"patient": feed.patient, **who}) if assertion is None else assertion
    root = envelope(PROVIDE, signed, body).encode()
    pieces = [("root@essai", 'application/xop+xml; charset=UTF-8; type="application/soap+xml"', root)]
    pieces += [(content_id, "text/xml", content) for content_id, content in parts.items()]
    message = b"".join(
        f"--bord\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <{i}>\r\n\r\n".encode()
        + content
        + b"\r\n"
        for i, kind, content in pieces
    )
    content_type = (
        'multipart/related; type="application/xop+xml"; start="<root@essai>"; start-info="application/soap+xml"; '
        f'action="{PROVIDE}"; boundary="bord"'
    )
    whole = multipart(message + b"--bord--\r\n")
    return call(described, "dmp", client, path=f"{BASE}/repository", content_type=content_type, body=whole)


def exists(patient: Patient = JEANNE) -> str:
    return (
        '<PRPA_IN201307UV02 xmlns="urn:hl7-org:v3" ITSVersion="XML_1.0"><id root="1.2.250.1.999.1.1.1" extension="42"/>'
        '<creationTime value="20261125083000"/><interactionId root="2.16.840.1.113883.1.6" '
        'extension="PRPA_IN201307UV02"/><processingCode code="D"/><processingModeCode code="T"/>'
        '<acceptAckCode code="AL"/><receiver typeCode="RCV"><device classCode="DEV" determinerCode="INSTANCE">'
        '<id root="1.2.250.1.213.4.1.1.1"/><softwareName>DMP</softwareName></device></receiver>'
        '<sender typeCode="SND"><device classCode="DEV" determinerCode="INSTANCE"><id root="1.2.250.1.999.1.1"/>'
        "<softwareName>ESSAI</softwareName></device></sender>"
        '<controlActProcess classCode="CACT" moodCode="EVN"><reasonCode '
        'code="TEST_EXST" codeSystem="1.2.250.1.213.1.1.4.11"/><queryByParameter><queryId root="1.2.250.1.999.1.1.2" '
        'extension="43"/><statusCode code="new"/><parameterList><patientIdentifier><value '
        f'root="{TEST_OID}" extension="{patient.ins}"/><semanticsText>Patient.id</semanticsText></patientIdentifier>'
        "</parameterList></queryByParameter></controlActProcess></PRPA_IN201307UV02>"
    )


def query(identifier: str, *, returns: str = "LeafClass", **parameters: str) -> str:
    slots = "".join(
        f'<Slot name="$XDSDocumentEntry{key}"><ValueList><Value>{value}</Value></ValueList></Slot>'
        for key, value in parameters.items()
    )
    return (
        '<q:AdhocQueryRequest xmlns:q="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0" '
        'xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0">'
        f'<q:ResponseOption returnComposedObjects="true" returnType="{returns}"/>'
        f'<AdhocQuery id="urn:uuid:{identifier}">{slots}</AdhocQuery></q:AdhocQueryRequest>'
    )


def find(patient: Patient = JEANNE, **parameters: str) -> str:
    asked = {
        "PatientId": f"'{patient.ins}^^^&amp;{TEST_OID}&amp;ISO^NH'",
        "Status": "('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved')",
    }
    return query(FIND, **{**asked, **parameters})


def get(unique_id: str, *, returns: str = "ObjectRef") -> str:
    return query(GET, returns=returns, UniqueId=f"('{unique_id}')")


def retrieve(unique_id: str, repository: str = "1.2.250.1.213.4.1.1.1.2") -> str:
    return (
        '<x:RetrieveDocumentSetRequest xmlns:x="urn:ihe:iti:xds-b:2007"><x:DocumentRequest>'
        f"<x:RepositoryUniqueId>{repository}</x:RepositoryUniqueId><x:DocumentUniqueId>{unique_id}"
        "</x:DocumentUniqueId></x:DocumentRequest></x:RetrieveDocumentSetRequest>"
    )


def root_of(reply: Reply) -> etree._Element:
    content = read_package(reply.content_type, reply.body).root if is_multipart(reply.content_type) else reply.body
    return etree.fromstring(content)


def fault(reply: Reply) -> tuple[str, str]:
    """Return the subcode and the reason of a SOAP fault."""
    assert reply.status == 500, reply.body
    root = root_of(reply)
    subcode = root.findtext(".//{*}Subcode/{*}Value") or ""
    return subcode.partition(":")[2], root.findtext(".//{*}Reason/{*}Text") or ""


def errors(reply: Reply) -> list[tuple[str, str]]:
    """Return code and context of each registry error; empty when the answer is a success."""
    assert reply.status == 200, reply.body
    found = root_of(reply).findall(".//{*}RegistryError")
    return [(e.get("errorCode") or "", e.get("codeContext") or "") for e in found]
