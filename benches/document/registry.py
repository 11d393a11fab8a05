"""An ITI-18 answer as a registry gives it: entries with every attribute, invented."""

from __future__ import annotations

from collections.abc import Callable

_LOINC, _FRENCH = "2.16.840.1.113883.6.1", "1.2.250.1.213.1.1.4.12"
_KINDS = (
    ("10", "11488-4", _LOINC, "CR de consultation"),
    ("10", "11502-2", _LOINC, "CR d'examens biologiques"),
    ("31", "18748-4", _LOINC, "CR d'imagerie médicale"),
    ("10", "11490-0", _LOINC, "Lettre de liaison"),
    ("11", "SYNTH", _FRENCH, "Synthèse"),
    ("42", "57833-6", _LOINC, "Prescription"),
    ("10", "87273-9", _LOINC, "Note de vaccination"),
    ("60", "REMB", _FRENCH, "Données de remboursement"),
    ("90", "DOCPAT08", _FRENCH, "Profil médical"),
)
_CODES = (
    ("urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f", "N", "2.16.840.1.113883.5.25", "Normal"),
    ("urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d", "urn:ihe:iti:xds-sd:pdf:2008", "1.3.6.1.4.1.19376.1.2.3", "PDF"),
    ("urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1", "SA07", "1.2.250.1.71.4.2.4", "Cabinet individuel"),
    ("urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead", "AMBULATOIRE", "1.2.250.1.213.1.1.4.9", "Ambulatoire"),
)
_RIM = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
_QUERY = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"
_SUCCESS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"
_APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"


def answer(entries: int, *, hash_of: Callable[[str], str] = str) -> bytes:
    """Return an AdhocQueryResponse with so many documents, of all kinds a brief shows."""
    listed = "".join(_entry(number, hash_of(_oid(number))) for number in range(1, entries + 1))
    return (
        f'<q:AdhocQueryResponse xmlns:q="{_QUERY}" xmlns="{_RIM}" status="{_SUCCESS}" startIndex="0"'
        f' totalResultCount="{entries}"><RegistryObjectList>{listed}</RegistryObjectList></q:AdhocQueryResponse>'
    ).encode()


def _oid(number: int) -> str:
    return f"1.2.250.1.999.7.{number}"


def _entry(number: int, sha1: str) -> str:
    uuid = f"urn:uuid:00000000-0000-4000-8000-{number:012d}"
    slots = {
        "creationTime": "20261120090000",
        "hash": sha1,
        "languageCode": "fr-FR",
        "legalAuthenticator": "899700000017^ROUX^Camille^^^^^^&amp;1.2.250.1.71.4.2.1&amp;ISO^D^^^IDNPS",
        "repositoryUniqueId": "1.2.250.1.213.4.1.1.1.2",
        "serviceStartTime": "20261120083000",
        "sourcePatientId": "P1^^^&amp;1.2.250.1.999.1&amp;ISO^PI",
    }
    author = _slot("authorPerson", slots["legalAuthenticator"]) + _slot("authorInstitution", "Cabinet d'exemple^^^^^")
    codes = "".join(
        f'<Classification id="{uuid}.{at}" classifiedObject="{uuid}" classificationScheme="{scheme}"'
        f' nodeRepresentation="{code}">{_slot("codingScheme", system)}'
        f'<Name><LocalizedString charset="UTF8" xml:lang="FR" value="{display}"/></Name></Classification>'
        for at, (scheme, code, system, display) in enumerate((*_kind(number), *_CODES))
    )
    identifiers = "".join(
        f'<ExternalIdentifier id="{uuid}.{name}" registryObject="{uuid}" identificationScheme="{scheme}"'
        f' value="{value}"><Name><LocalizedString value="XDSDocumentEntry.{name}"/></Name></ExternalIdentifier>'
        for name, scheme, value in (
            ("patientId", "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427", "275036399930137^^^&amp;1.2.250&amp;ISO^NH"),
            ("uniqueId", "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab", _oid(number)),
        )
    )
    return (
        f'<ExtrinsicObject id="{uuid}" lid="{uuid}" mimeType="text/xml" status="{_APPROVED}"'
        ' objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1">'
        f"{''.join(_slot(*slot) for slot in slots.items())}"
        f'<Name><LocalizedString charset="UTF8" xml:lang="FR" value="Compte rendu {number}"/></Name>'
        '<VersionInfo versionName="1"/>'
        f'<Classification id="{uuid}.a" classifiedObject="{uuid}" nodeRepresentation=""'
        f' classificationScheme="urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d">{author}</Classification>'
        f"{codes}{identifiers}</ExtrinsicObject>"
    )


def _kind(number: int) -> tuple[tuple[str, str, str, str], ...]:
    """The first documents are of every kind, the others reports and prescriptions: as records are."""
    class_, code, system, display = _KINDS[number % len(_KINDS) if number < 80 else 5 * (number % 2)]
    return (
        ("urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a", class_, "1.2.250.1.213.1.1.4.1", ""),
        ("urn:uuid:f0306f51-975f-434e-a61c-c59651d33983", code, system, display),
    )


def _slot(name: str, value: str) -> str:
    return f'<Slot name="{name}"><ValueList><Value>{value}</Value></ValueList></Slot>'
