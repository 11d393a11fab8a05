"""Who calls INSi, by the port that is called: a structure's certificate, a professional's card, a log-in."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import xmlsec
from cryptography import x509

from caducee_sandbox.certificates import common_name, holder, is_signature_certificate, is_trusted
from caducee_sandbox.dmp.vihf_signature import signer_of, verifies
from caducee_sandbox.http import Request
from caducee_sandbox.insi.errors import gateway
from caducee_sandbox.namespaces import DS, SAML, WSSE
from caducee_sandbox.people import DOCTORS
from caducee_sandbox.soap import Envelope
from caducee_sandbox.xml import Element, children, name, text

ADMITTED = ("INSI-AUTO", "INSI-MANU")
CARDS = ("CPS", "CPF", "CDE-CPE", "CPA", "CPX")
Introspect = Callable[[str], dict[str, Any]]
"""What the provider says of a token (RFC 7662)."""
USER = "L'appel du logiciel est incorrect."


class Door(StrEnum):
    """The three ports."""

    CERTIFICATE = "certificate"
    CARD = "card"
    SESSION = "session"


def check_caller(request: Request, envelope: Envelope, door: Door, authority: x509.Certificate) -> None:
    """Check that the caller proves who they are as this port wants it.

    Raises:
        Refused: desir_560 for a certificate that is not admitted, desir_561 for an assertion that is not.
    """
    blocks = envelope.headers(WSSE, "Security")
    if door is Door.CERTIFICATE:
        if common_name(request.certificate or b"") not in ADMITTED:
            raise gateway("desir_560", "Acces insuffisant.", "Certificat non admis")
        if blocks:
            raise gateway("desir_500", USER, "wsse:Security inattendu avec un certificat logiciel")
        return
    if len(blocks) != 1:
        raise gateway("desir_561", USER, f"wsse:Security: 1 attendu, {len(blocks)} recu")
    assertions = blocks[0].findall(name(SAML, "Assertion"))
    told = [one for one in assertions if _qualifier(one) != "VITALE"]
    vitale = [one for one in assertions if _qualifier(one) == "VITALE"]
    if len(told) != 1 or len(vitale) > 1 or len(children(blocks[0])) != len(assertions):
        raise gateway("desir_561", USER, "une assertion de professionnel attendue")
    check = _check_session if door is Door.SESSION else _check_card
    check(told[0], authority)
    _check_attributes(told[0], "codeSpecialiteAMO" if door is Door.SESSION else "codeSpecialite")


def check_token(request: Request, envelope: Envelope, introspect: Introspect | None) -> None:
    """Ask the provider about the token that comes with a log-in; ASSUMED: how it comes, and that it may be absent.

    Raises:
        Refused: desir_561 for a token that does not live, or is somebody else's.
    """
    presented = request.headers.get("authorization")
    if presented is None:
        return
    scheme, _, token = presented.partition(" ")
    said = introspect(token) if introspect is not None and scheme.lower() == "bearer" else {}
    subject = f".//{name(SAML, 'Subject')}/{name(SAML, 'NameID')}"
    told = text(envelope.headers(WSSE, "Security")[0].find(subject))
    if not said.get("active") or said["SubjectNameID"] != told:
        raise gateway("desir_561", USER, "jeton Pro Sante Connect vivant, du professionnel nomme, attendu")


def _check_card(assertion: Element, authority: x509.Certificate) -> None:
    signature = assertion.find(name(DS, "Signature"))
    if signature is None or children(assertion)[1] is not signature or _qualifier(assertion) not in CARDS:
        raise gateway("desir_561", USER, "assertion signee par une carte attendue")
    signer = signer_of(signature)
    if signer is None or not is_signature_certificate(signer) or not is_trusted(signer, authority):
        raise gateway("desir_561", USER, "certificat de signature non admis")
    if holder(signer) != text(assertion.find(f"{name(SAML, 'Subject')}/{name(SAML, 'NameID')}")):
        raise gateway("desir_561", USER, "NameID: titulaire du certificat attendu")
    references = signature.findall(f"{name(DS, 'SignedInfo')}/{name(DS, 'Reference')}")
    xmlsec.tree.add_ids(assertion, ["ID"])
    if [r.get("URI") for r in references] != [f"#{assertion.get('ID')}"] or not verifies(signature, signer):
        raise gateway("desir_561", USER, "signature de l'assertion incorrecte")


def _check_session(assertion: Element, _: x509.Certificate) -> None:
    known = {doctor.identifier for doctor in DOCTORS}
    told = text(assertion.find(f"{name(SAML, 'Subject')}/{name(SAML, 'NameID')}"))
    if _qualifier(assertion) != "PSC" or assertion.find(name(DS, "Signature")) is not None or told not in known:
        raise gateway("desir_561", USER, "assertion PSC non signee d'un professionnel connu attendue")


def _check_attributes(assertion: Element, specialty: str) -> None:
    path = f"{name(SAML, 'AttributeStatement')}/{name(SAML, 'Attribute')}"
    told = {one.get("Name"): text(one.find(name(SAML, "AttributeValue"))) for one in assertion.findall(path)}
    if not told.get("identifiantFacturation") or not told.get(specialty):
        raise gateway("desir_561", USER, f"identifiantFacturation et {specialty} attendus")


def _qualifier(assertion: Element) -> str:
    found = assertion.find(f"{name(SAML, 'Subject')}/{name(SAML, 'NameID')}")
    return "" if found is None else found.get("NameQualifier") or ""
