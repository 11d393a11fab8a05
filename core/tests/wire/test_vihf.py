from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import xmlsec
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from caducee.model.codes import Code
from caducee.model.entry import EntryPatientId
from caducee.model.practice import Practitioner
from caducee.wire.names import subject
from caducee.wire.vihf import Software, VihfOptions, VihfSession, VihfWriter

from .conftest import NOW

SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
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


def signed(practitioner: Practitioner, key: rsa.RSAPrivateKey, certificate: bytes) -> etree._Element:
    session = VihfSession(practitioner=practitioner, issuer=subject(certificate), since=NOW, context_class="urn:login")
    unsigned = VihfWriter(SOFTWARE, VihfOptions()).indirect(session, patient=PATIENT, now=NOW, certificate=certificate)
    security = etree.fromstring(unsigned.finish(key.sign(unsigned.to_sign, padding.PKCS1v15(), hashes.SHA256())))
    (inside,) = security
    return inside


def verifies(saml: etree._Element, key: rsa.RSAPrivateKey) -> bool:
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatPem)
    xmlsec.tree.add_ids(saml, ["ID"])
    try:
        context.verify(saml.find(f"{DS}Signature"))
    except xmlsec.Error:
        return False
    return True


@pytest.mark.requirement("VIHF-SIGNATURE")
def test_a_sealed_assertion_verifies_by_xmlsec_in_and_out_of_its_envelope(
    practitioner: Practitioner, key: rsa.RSAPrivateKey, certificate: bytes
) -> None:
    saml = signed(practitioner, key, certificate)
    assert verifies(saml, key)
    assert verifies(etree.fromstring(etree.tostring(saml)), key)
    assert [child.tag for child in saml][:2] == [f"{SAML}Issuer", f"{DS}Signature"]


@pytest.mark.parametrize("name", ["VIHF_Version", "Identifiant_Structure", "LPS_Nom"])
def test_any_change_of_a_sealed_assertion_is_seen(
    practitioner: Practitioner, key: rsa.RSAPrivateKey, certificate: bytes, name: str
) -> None:
    saml = signed(practitioner, key, certificate)
    attributes(saml)[name][0].text = "x"
    assert not verifies(saml, key)


def test_a_sealed_assertion_says_its_mode_its_login_and_in_whose_name(
    practitioner: Practitioner, key: rsa.RSAPrivateKey, certificate: bytes
) -> None:
    saml = signed(practitioner, key, certificate)
    values = attributes(saml)
    assert values["Authentification_mode"][0].text == "INDIRECTE"
    assert values["urn:oasis:names:tc:xspa:1.0:subject:subject-id"][0].text == "ROUX Camille"
    assert saml.findtext(f".//{SAML}AuthnContextClassRef") == "urn:login"
    assert saml.findtext(f"{SAML}Issuer") == subject(certificate)


def opened(practitioner: Practitioner, options: VihfOptions | None = None, **said: Any) -> etree._Element:
    """The assertion of an access that is not an ordinary one."""
    session = VihfSession(practitioner=practitioner, issuer="CN=899700000017", since=NOW, **said)
    (inside,) = etree.fromstring(
        VihfWriter(SOFTWARE, options or VihfOptions()).direct(session, patient=PATIENT, now=NOW)
    )
    return inside


def test_an_ordinary_access_says_no_reason_no_secret_and_no_declaration(practitioner: Practitioner) -> None:
    saml = assertion(practitioner)
    assert not {"Mode_Acces_Raison", VihfOptions().hiding_attribute} & attributes(saml).keys()
    assert saml.find(f".//{SAML}AuthnContextDecl") is None


def test_the_reason_of_an_emergency_stands_under_the_configured_name(practitioner: Practitioner) -> None:
    purpose = Code("bris_de_glace", "1.2.250.1.213.1.1.4.248", "Accès bris de glace")
    options = VihfOptions(reason_attribute="Motif")
    values = attributes(opened(practitioner, options, purpose=purpose, reason="Coma <é>"))
    assert values["Motif"][0].text == "Coma <é>"
    assert values["urn:oasis:names:tc:xspa:1.0:subject:purposeofuse"][0][0].get("code") == "bris_de_glace"


def test_a_secret_connection_hides_from_the_representatives(practitioner: Practitioner) -> None:
    hidden = attributes(opened(practitioner, secret=True))[VihfOptions().hiding_attribute][0][0]
    assert (hidden.get("code"), hidden.get("codeSystem")) == (
        "INVISIBLE_REPRESENTANTS_LEGAUX",
        "1.2.250.1.213.1.1.4.13",
    )


def test_a_strong_login_says_its_mode_and_its_declaration(
    practitioner: Practitioner, key: rsa.RSAPrivateKey, certificate: bytes
) -> None:
    session = VihfSession(practitioner=practitioner, issuer="CN=x", since=NOW, declaration="APP_BROWSER_AUTH")
    unsigned = VihfWriter(SOFTWARE, VihfOptions()).indirect(
        session, patient=None, now=NOW, certificate=certificate, mode="INDIRECTE_RENFORCEE"
    )
    (saml,) = etree.fromstring(unsigned.finish(key.sign(unsigned.to_sign, padding.PKCS1v15(), hashes.SHA256())))
    assert attributes(saml)["Authentification_mode"][0].text == "INDIRECTE_RENFORCEE"
    assert saml.findtext(f".//{SAML}AuthnContextDecl") == "APP_BROWSER_AUTH"
    assert "urn:oasis:names:tc:xacml:2.0:resource:resource-id" not in attributes(saml)
    assert verifies(saml, key)


def test_an_assertion_that_says_its_life_began_before_it_was_made_by_the_tolerance(practitioner: Practitioner) -> None:
    saml = opened(practitioner, VihfOptions(validity=300.0, tolerance=90.0))
    conditions = saml.find(f"{SAML}Conditions")
    assert conditions is not None
    bounds = [datetime.fromisoformat(conditions.get(name, "")) for name in ("NotBefore", "NotOnOrAfter")]
    assert bounds == [NOW - timedelta(seconds=90), NOW + timedelta(seconds=300)]
    assert datetime.fromisoformat(saml.get("IssueInstant", "")) == NOW
    assert [child.tag for child in saml][1:3] == [f"{SAML}Subject", f"{SAML}Conditions"]


def test_an_assertion_has_no_conditions_unless_configured(practitioner: Practitioner) -> None:
    assert assertion(practitioner).find(f"{SAML}Conditions") is None


def test_a_sealed_assertion_with_conditions_verifies(
    practitioner: Practitioner, key: rsa.RSAPrivateKey, certificate: bytes
) -> None:
    session = VihfSession(practitioner=practitioner, issuer=subject(certificate), since=NOW)
    writer = VihfWriter(SOFTWARE, VihfOptions(validity=300.0))
    unsigned = writer.indirect(session, patient=PATIENT, now=NOW, certificate=certificate)
    (saml,) = etree.fromstring(unsigned.finish(key.sign(unsigned.to_sign, padding.PKCS1v15(), hashes.SHA256())))
    assert verifies(saml, key)
    saml.find(f"{SAML}Conditions").set("NotOnOrAfter", "2099-01-01T00:00:00.000Z")
    assert not verifies(saml, key)


@pytest.mark.parametrize("wrong", [{"version": "5.0"}, {"mode_attribute": "Mode"}, {"validity": 0}, {"tolerance": -1}])
def test_another_version_or_spelling_than_the_public_ones_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, VihfOptions)


@pytest.mark.conformance
def test_every_optional_part_is_valid_saml(practitioner: Practitioner) -> None:
    options = VihfOptions(validity=60.0)
    saml = opened(practitioner, options, secret=True, reason="Coma", declaration="APP_BROWSER_AUTH")
    for typed in saml.iter():
        if typed.get(f"{XSI}type") == "CE":
            del typed.attrib[f"{XSI}type"]
    kit = Path(os.environ["KIT"])
    schema = etree.XMLSchema(etree.parse(kit / "xsd/saml-xmldsig/sstc-saml-schema-assertion-2.0.xsd"))
    schema.assertValid(etree.fromstring(etree.tostring(saml)))


@pytest.mark.conformance
def test_a_sealed_assertion_is_valid_saml(
    practitioner: Practitioner, key: rsa.RSAPrivateKey, certificate: bytes
) -> None:
    saml = signed(practitioner, key, certificate)
    for typed in saml.iter():
        if typed.get(f"{XSI}type") == "CE":
            del typed.attrib[f"{XSI}type"]
    schema = etree.XMLSchema(
        etree.parse(Path(os.environ["KIT"]) / "xsd/saml-xmldsig/sstc-saml-schema-assertion-2.0.xsd")
    )
    schema.assertValid(etree.fromstring(etree.tostring(saml)))
