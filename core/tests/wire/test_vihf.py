from __future__ import annotations

import os
from pathlib import Path

import pytest
from lxml import etree

from caducee.model.entry import EntryPatientId
from caducee.model.practice import Practitioner
from caducee.wire.vihf import Software, VihfOptions, VihfSession, VihfWriter

from .conftest import NOW

SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
PATIENT = EntryPatientId(identifier="275036399900105", oid="1.2.250.1.213.1.4.10")
SOFTWARE = Software(id="01.00", name="LGC <&>", version="1.0", homologation="NUM", oid="1.2.250.1.999.1.1")


def assertion(practitioner: Practitioner, options: VihfOptions | None = None) -> etree._Element:
    session = VihfSession(practitioner=practitioner, issuer="CN=899700000017,O=TEST,C=FR", since=NOW)
    block = VihfWriter(SOFTWARE, options or VihfOptions()).direct(session, patient=PATIENT, now=NOW)
    security = etree.fromstring(block)
    (inside,) = security
    return inside


def attributes(saml: etree._Element) -> dict[str, list[etree._Element]]:
    return {item.get("Name", ""): list(item) for item in saml.iter(f"{SAML}Attribute")}


@pytest.mark.requirement("VIHF-attributes")
def test_a_direct_assertion_says_who_where_what_and_about_whom(practitioner: Practitioner) -> None:
    saml = assertion(practitioner)
    texts = {name: values[0].text for name, values in attributes(saml).items() if not len(values[0])}
    assert texts == {
        "Identifiant_Structure": "499700000017001",
        "Secteur_Activite": "SA07^1.2.250.1.71.4.2.4",
        "VIHF_Version": "3.0",
        "Authentification_mode": "DIRECTE",
        "urn:oasis:names:tc:xacml:2.0:resource:resource-id": "275036399900105^^^&1.2.250.1.213.1.4.10&ISO^NH",
        "Ressource_URN": "urn:dmp",
        "LPS_ID": "01.00",
        "LPS_Nom": "LGC <&>",
        "LPS_Version": "1.0",
        "LPS_ID_HOMOLOGATION_DMP": "NUM",
    }
    assert saml.findtext(f"{SAML}Issuer") == "CN=899700000017,O=TEST,C=FR"
    assert saml.findtext(f"{SAML}Subject/{SAML}NameID") == "899700000017"
    assert saml.get("IssueInstant") == "2026-11-25T08:30:00.000Z"


def test_a_doctor_has_two_roles_in_the_namespace_of_hl7(practitioner: Practitioner) -> None:
    roles = attributes(assertion(practitioner))["urn:oasis:names:tc:xacml:2.0:subject:role"]
    found = [(role.tag, role.get("code"), role.get(f"{XSI}type")) for (role,) in roles]
    assert found == [("{urn:hl7-org:v3}Role", "10", "CE"), ("{urn:hl7-org:v3}Role", "SM26", "CE")]


def test_spelling_and_version_are_options(practitioner: Practitioner) -> None:
    found = attributes(assertion(practitioner, VihfOptions(version="4.0", mode_attribute="Authentification_Mode")))
    assert found["VIHF_Version"][0].text == "4.0"
    assert "Authentification_Mode" in found
    assert "Authentification_mode" not in found


def test_each_assertion_is_fresh(practitioner: Practitioner) -> None:
    assert assertion(practitioner).get("ID") != assertion(practitioner).get("ID")


def test_the_assertion_declares_its_own_namespaces(practitioner: Practitioner) -> None:
    session = VihfSession(practitioner=practitioner, issuer="CN=x", since=NOW)
    block = VihfWriter(SOFTWARE, VihfOptions()).direct(session, patient=PATIENT, now=NOW)
    start, end = block.index(b"<saml2:Assertion "), block.rindex(b"</wsse:Security>")
    alone = etree.fromstring(block[start:end])
    assert {"saml2", "xs", "xsi"} <= set(alone.nsmap)


@pytest.mark.conformance
def test_the_assertion_is_valid_saml(practitioner: Practitioner) -> None:
    saml = assertion(practitioner)
    for typed in saml.iter():
        if typed.get(f"{XSI}type") == "CE":
            del typed.attrib[f"{XSI}type"]
    schema = etree.XMLSchema(
        etree.parse(Path(os.environ["KIT"]) / "xsd/saml-xmldsig/sstc-saml-schema-assertion-2.0.xsd")
    )
    schema.assertValid(etree.fromstring(etree.tostring(saml)))
