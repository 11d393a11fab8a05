"""Rules on the patient."""

from __future__ import annotations

import re
from datetime import date

from caducee.cda.check.report import Report
from caducee.cda.people import shared_ins
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIA, INS_NIR, INS_NIR_DEMO, INS_NIR_TEST, Ins, Sex, Traits
from caducee.model.nir import is_matricule
from caducee.model.patient import Address, Patient

_COG = re.compile(r"\d{5}|2[AB]\d{3}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PHONE = re.compile(r"\+?[0-9][0-9 .-]*", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_REAL = frozenset({INS_NIR, INS_NIA})
_TEST = frozenset({INS_NIR_TEST, INS_NIR_DEMO})
_MAX_LINES = 7
_RNIV = "RNIV 1, traits stricts"
_INS = "Référentiel INS"


def check_patient(report: Report, patient: Patient, *, environment: Environment, today: date | None) -> None:
    """Check the patient of a document created on ``today`` (``None`` when that is not known)."""
    report.filled("patient.local_id", patient.local_id)
    _traits(report, patient.traits, today)
    for field in ("used_name", "used_given_name"):
        value = getattr(patient, field)
        if value is not None:
            report.filled(f"patient.{field}", value)
    ins = shared_ins(patient)
    if ins is not None:
        _ins(report, ins, environment)
        _traits_beside_ins(report, patient.traits)
    _contacts(report, patient)
    for at, guardian in enumerate(patient.guardians):
        report.filled(f"patient.guardians[{at}].family_name", guardian.family_name)
        check_phone(report, f"patient.guardians[{at}].phone", guardian.phone)
        check_address(report, f"patient.guardians[{at}].address", guardian.address)


def _traits(report: Report, traits: Traits, today: date | None) -> None:
    report.filled("patient.traits.birth_name", traits.birth_name)
    report.require(
        holds=bool(traits.given_names),
        field="patient.traits.given_names",
        rule="value.empty",
        message="Au moins un prénom de naissance est nécessaire.",
        source=_RNIV,
    )
    for at, name in enumerate(traits.given_names):
        report.filled(f"patient.traits.given_names[{at}]", name)
    birth = _date(traits.birth_date)
    field = "patient.traits.birth_date"
    if birth is None:
        report.add(field, "date.exists", "Cette date de naissance n'existe pas (forme attendue : AAAA-MM-JJ).", _RNIV)
    elif today is not None and birth > today:
        report.add(field, "date.future", "La date de naissance est postérieure au document.", _RNIV)
    place = traits.birth_place
    if place is not None and _COG.fullmatch(place) is None:
        message = "Le lieu de naissance est un code officiel géographique de cinq caractères."
        report.add("patient.traits.birth_place", "cog.form", message, "INSEE, code officiel géographique")


def _traits_beside_ins(report: Report, traits: Traits) -> None:
    report.require(
        holds=traits.birth_place is not None,
        field="patient.traits.birth_place",
        rule="ins.birth_place",
        message="Le lieu de naissance accompagne toujours le matricule INS.",
    )
    report.require(
        holds=traits.sex is not Sex.INDETERMINATE,
        field="patient.traits.sex",
        rule="ins.sex",
        message="Une identité INS porte le sexe M ou F.",
        source=_INS,
    )


def _ins(report: Report, ins: Ins, environment: Environment) -> None:
    report.require(
        holds=is_matricule(ins.matricule),
        field="patient.ins.matricule",
        rule="ins.key",
        message="Le matricule INS est faux : treize caractères et une clé de deux chiffres sont attendus.",
        source=_INS,
    )
    allowed = _REAL if environment is Environment.PRODUCTION else _REAL | _TEST
    report.require(
        holds=ins.oid in allowed,
        field="patient.ins.oid",
        rule="ins.oid",
        message="Cet identifiant (OID) n'est pas celui d'un matricule INS de cet environnement.",
        source=_INS,
    )


def _contacts(report: Report, patient: Patient) -> None:
    check_phone(report, "patient.phone", patient.phone)
    check_address(report, "patient.address", patient.address)
    if patient.email is not None and _EMAIL.fullmatch(patient.email) is None:
        report.add("patient.email", "email.form", "Cette adresse électronique n'est pas complète.")


def check_phone(report: Report, field: str, phone: str | None) -> None:
    """Check a phone number as dialled."""
    if phone is not None and _PHONE.fullmatch(phone) is None:
        report.add(field, "phone.form", "Un numéro de téléphone ne contient que des chiffres.")


def check_address(report: Report, field: str, address: Address | None) -> None:
    """Check a postal address: something in it, and no more lines than the header takes."""
    if address is None:
        return
    town = bool(address.postal_code or address.city)
    lines = len(address.lines) + town + bool(address.country)
    report.require(
        holds=0 < lines <= _MAX_LINES,
        field=field,
        rule="address.lines",
        message=f"Une adresse a de une à {_MAX_LINES} lignes, la ville et le pays compris.",
    )
    for at, line in enumerate(address.lines):
        report.filled(f"{field}.lines[{at}]", line)


def _date(text: str) -> date | None:
    if _DATE.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
