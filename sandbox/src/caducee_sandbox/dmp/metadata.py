"""The rules of submission sets and document entries: cardinalities, schemes and forms. All findings at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from caducee_sandbox.dmp import schemes
from caducee_sandbox.dmp.ebrim import Classification, RegistryObject
from caducee_sandbox.dmp.hl7v2 import read_patient_id, read_patient_info, read_person, read_structure

OID = re.compile(r"(?=.{1,64}$)[0-2](\.(0|[1-9][0-9]*))+")
SECONDS = re.compile(r"\d{14}")
SHA1 = re.compile(r"[0-9a-f]{40}")
SIGNATURE_CODES = {
    schemes.CLASS: [("urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", "URN")],
    schemes.TYPE: [("E1762", "ASTM")],
    schemes.FORMAT: [(schemes.SIGNATURE_FORMAT, "URN")],
    schemes.EVENT: [("1.2.840.10065.1.12.1.14", "1.2.840.10065.1.12")],
    schemes.CONFIDENTIALITY: [
        ("INVISIBLE_PATIENT", schemes.MASKS),
        ("MASQUE_PS", schemes.MASKS),
        ("N", schemes.LEVELS),
    ],
}
SLOTS = {
    "creationTime",
    "hash",
    "languageCode",
    "legalAuthenticator",
    "serviceStartTime",
    "serviceStopTime",
    "size",
    "sourcePatientId",
    "sourcePatientInfo",
    "urn:ihe:iti:xds:2013:referenceIdList",
}


def is_signature(entry: RegistryObject) -> bool:
    """Say whether an entry is the signature of its set."""
    return (schemes.SIGNATURE_FORMAT, "URN") in entry.codes(schemes.FORMAT)


def set_findings(package: RegistryObject) -> Iterator[str]:
    """Tell what breaks a rule in a submission set."""
    yield from _common(package)
    if package.markers != (schemes.MARKER,):
        yield "lot: marqueur de SubmissionSet absent ou repete"
    if not is_time(package.slot("submissionTime")) or len(package.slots.get("submissionTime", [])) != 1:
        yield "lot: submissionTime: yyyyMMddHHmmss attendu"
    yield from _authors(package, schemes.SET_AUTHOR)
    contents = package.codes(schemes.SET_CONTENT_TYPE)
    if len(contents) != 1 or not contents[0][0] or contents[0][1] not in ("1.2.250.1.213.2.2", schemes.SECTORS):
        yield "lot: contentTypeCode: un code de 1.2.250.1.213.2.2 ou 1.2.250.1.71.4.2.4 attendu"
    for what, scheme in (("sourceId", schemes.SET_SOURCE), ("uniqueId", schemes.SET_UNIQUE_ID)):
        if not OID.fullmatch(package.identifier(scheme)):
            yield f"lot: {what}: un OID attendu"
    if not _is_ins(package.identifier(schemes.SET_PATIENT)):
        yield "lot: patientId: un INS attendu"


def folder_findings(folder: RegistryObject) -> Iterator[str]:
    """Tell what breaks a rule in a folder."""
    if folder.markers != (schemes.FOLDER_MARKER,) or not folder.title or not folder.codes(schemes.FOLDER_CODE):
        yield "classeur: marqueur, titre ou code absent"
    if not OID.fullmatch(folder.identifier(schemes.FOLDER_UNIQUE_ID)):
        yield "classeur: uniqueId: un OID attendu"
    if not _is_ins(folder.identifier(schemes.FOLDER_PATIENT)):
        yield "classeur: patientId: un INS attendu"


def entry_findings(entry: RegistryObject) -> Iterator[str]:
    """Tell what breaks a rule in a document entry, signature or not."""
    yield from (f"{entry.id}: {finding}" for finding in _entry(entry))


def _entry(entry: RegistryObject) -> Iterator[str]:
    yield from _common(entry)
    if entry.object_type != schemes.STABLE or entry.mime_type != "text/xml" or entry.element.get("status"):
        yield "objectType, mimeType ou status inattendu"
    yield from _slots(entry)
    yield from _authors(entry, schemes.AUTHOR)
    if not entry.title:
        yield "title absent"
    if not _is_ins(entry.identifier(schemes.ENTRY_PATIENT)):
        yield "patientId: un INS attendu"
    if not OID.fullmatch(entry.identifier(schemes.ENTRY_UNIQUE_ID)):
        yield "uniqueId: un OID sans extension attendu"
    yield from _signature_codes(entry) if is_signature(entry) else _document_codes(entry)
    yield from _one_of(entry, schemes.FACILITY, "healthcareFacilityTypeCode", schemes.SECTORS)
    yield from _one_of(entry, schemes.PRACTICE, "practiceSettingCode", schemes.SETTINGS, schemes.KNOWN_SETTINGS)


def _common(found: RegistryObject) -> Iterator[str]:
    if found.strangers:
        yield "classifiedObject ou registryObject d'un autre objet"
    if any(len(set(values)) != len(values) for values in found.slots.values()):
        yield "valeurs de Slot repetees"


def _slots(entry: RegistryObject) -> Iterator[str]:
    unknown = set(entry.slots) - SLOTS
    if unknown:
        yield f"Slot inconnu: {', '.join(sorted(unknown))}"
    counted = {key: len(values) for key, values in entry.slots.items()}
    for key in ("creationTime", "languageCode", "legalAuthenticator", "serviceStartTime", "sourcePatientId"):
        if counted.get(key) != 1:
            yield f"{key}: une valeur attendue"
    for key in ("serviceStopTime", "hash", "size"):
        if counted.get(key, 1) != 1:
            yield f"{key}: une valeur au plus"
    yield from _forms(entry)
    yield from _patient_info(entry)


def _forms(entry: RegistryObject) -> Iterator[str]:
    for key in ("creationTime", "serviceStartTime", "serviceStopTime"):
        if key in entry.slots and not is_time(entry.slot(key)):
            yield f"{key}: yyyyMMddHHmmss UTC attendu"
    if "hash" in entry.slots and not SHA1.fullmatch(entry.slot("hash")):
        yield "hash: 40 chiffres hexadecimaux attendus"
    if read_person(entry.slot("legalAuthenticator")) is None:
        yield "legalAuthenticator: XCN attendu"
    if read_patient_id(entry.slot("sourcePatientId")) is None:
        yield "sourcePatientId: CX attendu"


def _patient_info(entry: RegistryObject) -> Iterator[str]:
    info = read_patient_info(entry.slots.get("sourcePatientInfo", []))
    if is_signature(entry) and info == {}:
        return
    names = info.get("PID-5", [])
    if not names or not all(re.fullmatch(r"[^^]+\^[^^]+\^\^\^\^\^[LD]", value) for value in names):
        yield "sourcePatientInfo: PID-5 attendu"
    births, sexes = info.get("PID-7", []), info.get("PID-8", [])
    if len(births) != 1 or not re.fullmatch(r"\d{8}", births[0]) or sexes not in (["M"], ["F"], ["U"]):
        yield "sourcePatientInfo: PID-7 et PID-8 attendus"


def _authors(found: RegistryObject, scheme: str) -> Iterator[str]:
    authors = found.classifications.get(scheme, [])
    if not authors:
        yield "author absent"
    for author in authors:
        yield from _author(author)


def _author(author: Classification) -> Iterator[str]:
    person, specialty, institution = (
        author.slots.get(key, []) for key in ("authorPerson", "authorSpecialty", "authorInstitution")
    )
    if len(person) != 1 or read_person(person[0]) is None:
        yield "authorPerson: un XCN attendu"
    if not institution or not all(map(read_structure, institution)):
        yield "authorInstitution: XON attendu"
    systems = "|".join(map(re.escape, (schemes.SPECIALTY, schemes.OTHER_ROLES)))
    form = rf"[A-Za-z0-9_/-]+\^[^^]+\^({systems})"
    if len(specialty) != 1 or not re.fullmatch(form, specialty[0]):
        yield "authorSpecialty: code^libelle^1.2.250.1.213.1.1.4.5 attendu"


def _document_codes(entry: RegistryObject) -> Iterator[str]:
    yield from _one_of(entry, schemes.CLASS, "classCode", schemes.CLASSES, schemes.KNOWN_CLASSES)
    types = entry.codes(schemes.TYPE)
    if len(types) != 1 or not types[0][0] or types[0][1] not in schemes.TYPE_SYSTEMS:
        yield "typeCode: un code attendu"
    formats = entry.codes(schemes.FORMAT)
    if len(formats) != 1 or not all(formats[0]):
        yield "formatCode: un code attendu"
    codes = entry.codes(schemes.CONFIDENTIALITY)
    levels = [code for code, system in codes if system == schemes.LEVELS and code in ("N", "R", "V")]
    masks = [code for code, system in codes if system == schemes.MASKS and code in schemes.KNOWN_MASKS]
    if len(levels) != 1 or len(levels) + len(masks) != len(codes) or len(set(masks)) != len(masks):
        yield "confidentialityCode: un niveau N, R ou V, et des masques connus"
    if entry.slot("languageCode") != "fr-FR":
        yield "languageCode: fr-FR attendu"


def _signature_codes(entry: RegistryObject) -> Iterator[str]:
    for scheme, expected in SIGNATURE_CODES.items():
        if sorted(entry.codes(scheme)) != expected:
            yield f"codes de la signature du lot incorrects: {', '.join(code for code, _ in expected)} attendu"
    if entry.slot("languageCode") != "art" or entry.title != "Source":
        yield "signature du lot: languageCode art et title Source attendus"


def _one_of(
    entry: RegistryObject, scheme: str, what: str, system: str, known: tuple[str, ...] | None = None
) -> Iterator[str]:
    codes = entry.codes(scheme)
    if len(codes) != 1 or codes[0][1] != system or (known is not None and codes[0][0] not in known):
        yield f"{what}: un code de {system} attendu"


def is_time(value: str) -> bool:
    """Say whether a value is an XDS time with seconds that exists."""
    try:
        return bool(SECONDS.fullmatch(value)) and bool(datetime.strptime(value + "Z", "%Y%m%d%H%M%S%z"))
    except ValueError:
        return False


def _is_ins(value: str) -> bool:
    patient = read_patient_id(value)
    return patient is not None and patient.kind == "NH"
