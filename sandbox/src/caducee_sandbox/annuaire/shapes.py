"""The forms of FHIR resources as the directory writes them."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

NOS = "https://mos.esante.gouv.fr/NOS"
GUIDE = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition"
EMAIL_TYPE = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point-email-type"
IDNPS, RPPS = "urn:oid:1.2.250.1.71.4.2.1", "https://rpps.esante.gouv.fr"
STRUCTURES = "urn:oid:1.2.250.1.71.4.2.2"


def coding(table: str, code: str, display: str = "") -> Json:
    """Return a code of a national table (``TRE_G15-ProfessionSante``)."""
    found = {"system": f"{NOS}/{table}/FHIR/{table.replace('_', '-')}", "code": code}
    return {**found, "display": display} if display else found


def mailbox(
    address: str, kind: str, *, rank: int = 0, kind_table: str = "TRE_R257-TypeBAL", **said: str | bool
) -> Json:
    """Return a secure mailbox. ``said`` are further parts of its description: texts and yes or no."""
    parts: list[Json] = [{"url": "type", "valueCodeableConcept": {"coding": [coding(kind_table, kind)]}}]
    for name, value in said.items():
        parts.append({"url": name, "valueBoolean" if isinstance(value, bool) else "valueString": value})
    point: Json = {
        "system": "email",
        "value": address,
        "extension": [
            {"url": EMAIL_TYPE, "valueCoding": coding("TRE_R256-TypeMessagerie", "MSSANTE")},
            {"url": f"{GUIDE}/as-ext-mailbox-mss-metadata", "extension": parts},
        ],
    }
    return {**point, "rank": rank} if rank else point


def ordinary_mail(address: str) -> Json:
    """Return an address of ordinary mail: no business of secure mail."""
    return {"system": "email", "value": address}


def person(number: str, ident: str, *, name: Json | None, profession: tuple[str, str], **more: Any) -> Json:
    """Return a Practitioner; ``number`` is the PS_IdNat."""
    return {
        "resourceType": "Practitioner",
        "id": ident,
        "active": True,
        "identifier": [{"system": IDNPS, "value": number}, {"system": RPPS, "value": number[1:]}],
        **({"name": [name]} if name else {}),
        "qualification": [{"code": {"coding": [coding("TRE_G15-ProfessionSante", *profession)]}}],
        **more,
    }


def retired(number: str, ident: str) -> Json:
    """Return one who no longer practises: nothing but the number is kept."""
    identifier = [{"system": IDNPS, "value": number}, {"system": RPPS, "value": number[1:]}]
    return {"resourceType": "Practitioner", "id": ident, "active": False, "identifier": identifier}


def role(ident: str, *, person_id: str, place_id: str, specialty: tuple[str, str] | None = None, **more: Any) -> Json:
    """Return a place of practice of a person."""
    found: Json = {
        "resourceType": "PractitionerRole",
        "id": ident,
        "active": True,
        "practitioner": {"reference": f"Practitioner/{person_id}"},
        "organization": {"reference": f"Organization/{place_id}"},
        **more,
    }
    if specialty:
        found["code"] = [{"coding": [coding("TRE_R38-SpecialiteOrdinale", *specialty)]}]
    return found


def carried_name(family: str, given: str) -> Json:
    """Return the extension in which a place of practice carries the name that the person's resource lacks."""
    return {"url": f"{GUIDE}/as-ext-name", "valueHumanName": {"family": family, "given": [given]}}


def structure(number: str, ident: str, *, name: str, sector: str, place: tuple[str, str], **more: Any) -> Json:
    """Return an Organization; ``place`` is postal code and city."""
    return {
        "resourceType": "Organization",
        "id": ident,
        "active": True,
        "identifier": [{"system": STRUCTURES, "value": number}],
        "name": name,
        "type": [{"coding": [coding("TRE_R02-SecteurActivite", sector)]}],
        "address": [{"postalCode": place[0], "city": place[1]}],
        **more,
    }


def closed(number: str, ident: str, name: str) -> Json:
    """Return a structure that is closed: number and name are kept."""
    identifier = [{"system": STRUCTURES, "value": number}]
    return {"resourceType": "Organization", "id": ident, "active": False, "identifier": identifier, "name": name}
