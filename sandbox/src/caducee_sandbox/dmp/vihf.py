"""The VIHF: the assertion of who calls, for which patient, from which structure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cryptography import x509

from caducee_sandbox.certificates import holder, is_signature_certificate, organisational_unit
from caducee_sandbox.clock import ServiceClock
from caducee_sandbox.dmp.hl7v2 import PatientId, read_patient_id
from caducee_sandbox.dmp.refusals import Faulted
from caducee_sandbox.dmp.rights import DIRECT, EMERGENCY, MODES, PURPOSES
from caducee_sandbox.dmp.validity import out_of_its_time
from caducee_sandbox.dmp.vihf_signature import check_signature
from caducee_sandbox.names import same_name
from caducee_sandbox.namespaces import HL7, SAML, WSSE
from caducee_sandbox.people import STRUCTURES, Doctor, member
from caducee_sandbox.soap import Envelope
from caducee_sandbox.xml import Element, children, name, tags, text

SUBJECT_NAME = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z")
ROLE = "urn:oasis:names:tc:xacml:2.0:subject:role"
RESOURCE = "urn:oasis:names:tc:xacml:2.0:resource:resource-id"
PURPOSE = "urn:oasis:names:tc:xspa:1.0:subject:purposeofuse"
SUBJECT_ID = "urn:oasis:names:tc:xspa:1.0:subject:subject-id"
SPELLINGS = ("Authentification_mode", "Authentification_Mode")
MANDATORY = (
    "Identifiant_Structure",
    "Secteur_Activite",
    ROLE,
    "VIHF_Version",
    "Ressource_URN",
    PURPOSE,
    "LPS_Nom",
    "LPS_Version",
    "LPS_ID_HOMOLOGATION_DMP",
)
PURPOSE_SYSTEM = "1.2.250.1.213.1.1.4.248"
PROFESSIONS = "1.2.250.1.71.1.2.7"
SPECIALTIES = "1.2.250.1.71.4.2.5"
SECTORS = "1.2.250.1.71.4.2.4"
OTHER_ROLES = "1.2.250.1.213.1.1.4.6"
REASON = "Mode_Acces_Raison"
SECRET = "urn:oasis:names:tc:xspa:1.0:resource:patient:hl7:confidentiality-code"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who calls, as the VIHF and the certificate both say. ``spelling`` and ``version`` are for the ledger."""

    professional: str
    structure: str
    profession: str
    specialty: str
    mode: str
    purpose: str
    reason: str
    secret: bool
    patient: PatientId | None
    spelling: str
    version: str


def invalid(reason: str) -> Faulted:
    """Return the fault of a VIHF that breaks a rule."""
    return Faulted("DMPInvalidVIHF", reason)


def read_vihf(
    envelope: Envelope,
    *,
    certificate: x509.Certificate,
    authority: x509.Certificate,
    quirks: frozenset[str] = frozenset(),
    clock: ServiceClock,
) -> Caller:
    """Read and check the VIHF of a message against the certificate of its connection.

    Raises:
        Faulted: a rule is broken.
    """
    assertion = _assertion(envelope)
    _check_frame(assertion, certificate)
    values = _attributes(assertion)
    mode, spelling = _mode(values)
    version = _version(values)
    if wrong := out_of_its_time(assertion, clock):
        raise invalid(wrong)
    _check_quirks(assertion, quirks, spelling=spelling, version=version)
    professional = text(assertion.find(f"{name(SAML, 'Subject')}/{name(SAML, 'NameID')}"))
    _check_holder(certificate, mode=mode, professional=professional, values=values)
    check_signature(assertion, certificate=certificate, authority=authority, mode=mode)
    person = member(professional)
    if person is None:
        raise invalid("Professionnel inconnu")
    structure = _structure(values, person)
    _check_roles(values[ROLE], person)
    purpose = _purpose(values[PURPOSE])
    return Caller(
        professional=professional,
        structure=structure,
        profession=person.profession,
        specialty=person.specialty,
        mode=mode,
        purpose=purpose,
        reason=_reason(values, purpose),
        secret=SECRET in values,
        patient=_patient(values),
        spelling=spelling,
        version=version,
    )


def _assertion(envelope: Envelope) -> Element:
    blocks = envelope.headers(WSSE, "Security")
    inside = children(blocks[0]) if len(blocks) == 1 else []
    if [element.tag for element in inside] != [name(SAML, "Assertion")]:
        raise invalid("wsse:Security doit contenir une seule assertion")
    return inside[0]


def _check_frame(assertion: Element, certificate: x509.Certificate) -> None:
    expected = [name(SAML, local) for local in ("Issuer", "Subject", "AuthnStatement", "AttributeStatement")]
    ignored = (name(SAML, "Conditions"), "{http://www.w3.org/2000/09/xmldsig#}Signature")
    if [tag for tag in tags(assertion) if tag not in ignored] != expected:
        raise invalid("Elements de l'assertion inattendus ou desordonnes")
    if assertion.get("Version") != "2.0" or not (assertion.get("ID") or "").startswith("_"):
        raise invalid("ID ou Version de l'assertion incorrects")
    if not INSTANT.fullmatch(assertion.get("IssueInstant") or ""):
        raise invalid("IssueInstant: date UTC attendue")
    if assertion.find(f"{name(SAML, 'Subject')}/{name(SAML, 'SubjectConfirmation')}") is not None:
        raise invalid("SubjectConfirmation inattendu")
    context = f"{name(SAML, 'AuthnStatement')}/{name(SAML, 'AuthnContext')}/{name(SAML, 'AuthnContextClassRef')}"
    if not text(assertion.find(context)):
        raise invalid("AuthnContextClassRef absent")
    issuer = children(assertion)[0]
    if issuer.get("Format") != SUBJECT_NAME or not same_name(text(issuer), certificate.subject):
        raise invalid("Issuer ne correspond pas au certificat d'authentification")


def _attributes(assertion: Element) -> dict[str, list[Element]]:
    values: dict[str, list[Element]] = {}
    for attribute in assertion.iterfind(f"{name(SAML, 'AttributeStatement')}/{name(SAML, 'Attribute')}"):
        key = attribute.get("Name") or ""
        if key in values:
            raise invalid(f"Attribut repete: {key}")
        values[key] = attribute.findall(name(SAML, "AttributeValue"))
    missing = [key for key in MANDATORY if not values.get(key)]
    if missing:
        raise invalid(f"Attributs absents: {', '.join(missing)}")
    many = [key for key, found in values.items() if key != ROLE and len(found) != 1]
    empty = [key for key, found in values.items() if not text(found[0]) and not children(found[0])]
    if many or empty:
        raise invalid(f"Attributs vides ou multiples: {', '.join(many + empty)}")
    if text(values["Ressource_URN"][0]) != "urn:dmp":
        raise invalid("Ressource_URN: urn:dmp attendu")
    return values


def _mode(values: dict[str, list[Element]]) -> tuple[str, str]:
    spelt = [key for key in SPELLINGS if key in values]
    mode = text(values[spelt[0]][0]) if len(spelt) == 1 else ""
    if mode not in MODES:
        raise invalid("Authentification_mode absent ou inconnu")
    return mode, spelt[0]


def _check_holder(
    certificate: x509.Certificate, *, mode: str, professional: str, values: dict[str, list[Element]]
) -> None:
    if is_signature_certificate(certificate):
        raise Faulted("DMPInvalidCertificate", "Not a valid authentication certificate")
    if mode == DIRECT and holder(certificate) != professional:
        raise invalid("NameID ne correspond pas au porteur de la carte")
    if mode != DIRECT:
        if organisational_unit(certificate) != text(values["Identifiant_Structure"][0]):
            raise invalid("La structure ne correspond pas au certificat")
        if SUBJECT_ID not in values:
            raise invalid("Attributs absents: subject-id")


def _structure(values: dict[str, list[Element]], person: Doctor) -> str:
    identifier = text(values["Identifiant_Structure"][0])
    known = STRUCTURES.get(identifier)
    if known is None or not known.active:
        raise invalid("Structure introuvable ou Inactive")
    if known not in person.structures:
        raise invalid("PS et Structure non liés")
    if text(values["Secteur_Activite"][0]) != f"{known.sector}^{SECTORS}":
        raise invalid("Secteur d'activite incorrect")
    return identifier


def _check_roles(found: list[Element], person: Doctor) -> None:
    roles = [value.find(name(HL7, "Role")) for value in found]
    said = [(role.get("code"), role.get("codeSystem")) for role in roles if role is not None]
    expected = [(person.profession, PROFESSIONS), (person.specialty, SPECIALTIES)]
    if not person.profession:
        expected = [("SECRETARIAT_MEDICAL", OTHER_ROLES)]
    elif not person.specialty:
        expected = expected[:1]
    if said != expected:
        raise invalid("Role: profession puis specialite du professionnel attendues")


def _purpose(found: list[Element]) -> str:
    purpose = found[0].find(name(HL7, "PurposeOfUse"))
    code = "" if purpose is None else purpose.get("code") or ""
    if code not in PURPOSES or purpose is None or purpose.get("codeSystem") != PURPOSE_SYSTEM:
        raise invalid("PurposeOfUse inconnu")
    return code


def _version(values: dict[str, list[Element]]) -> str:
    version = text(values["VIHF_Version"][0])
    if version not in ("3.0", "4.0"):
        raise invalid("VIHF_Version inconnue")
    return version


def _reason(values: dict[str, list[Element]], purpose: str) -> str:
    reason = text(values[REASON][0]) if REASON in values else ""
    if purpose == EMERGENCY and not reason:
        raise invalid("bris_de_glace: motif attendu")
    return reason


def _check_quirks(assertion: Element, quirks: frozenset[str], *, spelling: str, version: str) -> None:
    if "version_4_only" in quirks and version != "4.0":
        raise invalid("VIHF_Version: 4.0 attendue")
    if "capital_spelling_only" in quirks and spelling != SPELLINGS[1]:
        raise invalid("Authentification_Mode attendu")
    if "signed_only" in quirks and assertion.find("{http://www.w3.org/2000/09/xmldsig#}Signature") is None:
        raise invalid("Assertion non signée")
    if "clock_skew" in quirks:
        raise invalid("IssueInstant hors de la tolérance")


def _patient(values: dict[str, list[Element]]) -> PatientId | None:
    if RESOURCE not in values:
        return None
    patient = read_patient_id(text(values[RESOURCE][0]))
    if patient is None or patient.kind != "NH":
        raise invalid("resource-id: INS attendu")
    return patient
