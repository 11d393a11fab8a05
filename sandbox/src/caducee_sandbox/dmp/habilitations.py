"""TD0.3, TD1.6 and TD0.4: who may open a record, and whose records a professional may open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

from caducee_sandbox.dmp import rights
from caducee_sandbox.dmp.records import FORBIDDEN, NONE, VALID
from caducee_sandbox.dmp.refusals import Refused, RegistryError
from caducee_sandbox.dmp.transaction import Call, Transaction
from caducee_sandbox.mtom import Attachment
from caducee_sandbox.people import DOCTORS, STAFF, TEST_OID, Patient, member
from caducee_sandbox.xml import Element, name, text

HABILITATIONS, PATIENTS = "urn:si-dmp-habilitations", "urn:si-dmp-patients"
PERSONS = "1.2.250.1.71.4.2.1"
OK, DENIED, WRONG = "DMPOk", "DMPAccessDeniedByRightsService", "DMPInvalidMessage"
ATTENDING = "MEDECIN_TRAITANT"
FIELDS = {"PS": "G15_{0}", "DR": "G15_{0}/{1}"}


class Refusal(Exception):
    """A status other than DMPOk."""

    def __init__(self, status: str, context: str) -> None:
        super().__init__(status)
        self.status, self.context = status, context


def _answered(
    root: str, namespace: str, act: Callable[[Call], tuple[str, str]]
) -> Callable[[Call, list[Attachment]], str]:
    def perform(call: Call, _: list[Attachment]) -> str:
        try:
            content, context = act(call)
            status = OK
        except Refusal as refusal:
            content, status, context = "", refusal.status, refusal.context
        except Refused as refused:
            content, status, context = "", refused.errors[0].code, refused.errors[0].context
        return (
            f'<{root} xmlns="{namespace}"><output>{content}<status>{status}</status>'
            f"<context>{escape(context)}</context></output></{root}>"
        )

    return perform


def _set(call: Call) -> tuple[str, str]:
    action, role = (_said(call, HABILITATIONS, field) for field in ("action", "role"))
    if action not in ("AJOUT", "SUPPRESSION") or role not in ("", ATTENDING):
        raise Refusal(WRONG, "action ou role inconnu")
    patient, who = call.patient(), call.caller.professional
    state = call.desk.authorisation(patient, who)
    if action == "AJOUT":
        call.require(rights.AUTHORISE)
        if state == FORBIDDEN:
            raise Refusal(DENIED, "Le patient a bloqué ce professionnel")
        if role and call.caller.profession != rights.DOCTOR:
            raise Refusal(DENIED, "Seul un médecin peut être médecin traitant")
        known = any(row["professional"] == who and row["state"] == VALID for row in call.desk.authorisations(patient))
        call.desk.authorise(patient, who, VALID, attending=True if role else None)
        return "", "L'autorisation existe déjà" if known else ""
    call.require(rights.STOP_ATTENDING if role else rights.WITHDRAW)
    if role:
        call.desk.authorise(patient, who, state, attending=False)
    elif state != FORBIDDEN:
        call.desk.authorise(patient, who, NONE, attending=False)
    return "", ""


def _list(call: Call) -> tuple[str, str]:
    call.require(rights.AUTHORISED)
    mode = _said(call, HABILITATIONS, "mode")
    if mode not in ("ACTIVE", "INTERDITE", "TOUTE"):
        raise Refusal(WRONG, "mode inconnu")
    rows = []
    for row in call.desk.authorisations(call.patient()):
        said = {VALID: "ACTIVE", FORBIDDEN: "INTERDITE"}.get(row["state"])
        if said is None or mode not in (said, "TOUTE"):
            continue
        rows.append(_authorised(row, said))
    return "".join(rows), ""


def _authorised(row: dict[str, object], mode: str) -> str:
    person = member(str(row["professional"]))
    assert person is not None
    specialty = FIELDS["DR" if person.specialty else "PS"].format(person.profession, person.specialty)
    fields = {
        "nationalId": person.identifier,
        "nationalIdType": PERSONS,
        "firstName": person.given,
        "lastName": person.family,
        "codeSpeciality": specialty,
        "libSpeciality": "Médecin" if person.specialty else "Professionnel de santé",
        "startOfAuthorization": str(row["since"]),
        "lastActionDate": str(row["last"]),
        "mode": mode,
    }
    right = f"<specificRight>{ATTENDING}</specificRight>" if row["attending"] else ""
    return f"<listOfAuthorizationByPatient>{_fields(fields)}{right}</listOfAuthorizationByPatient>"


def _patients(call: Call) -> tuple[str, str]:
    call.require(rights.PATIENTS)
    kind = _said(call, PATIENTS, "dateType")
    since = _said(call, PATIENTS, "startDate")
    if kind not in ("LASTAUTORIZATION", "LASTDOC") or (since and not since.isdigit()):
        raise Refusal(WRONG, "dateType ou startDate incorrect")
    found = call.desk.patients_of(_owners(call), since if kind == "LASTAUTORIZATION" else "")
    rows = []
    for patient, row in found:
        documents = call.registry.sets_of_patient(f"{patient.ins}^^^&{TEST_OID}&ISO^NH")
        added = max((s.submitted for s in documents), default="")
        if kind == "LASTAUTORIZATION" or added >= since > "":
            rows.append(_patient(patient, row, added))
    return "".join(rows), ""


def _owners(call: Call) -> tuple[str, ...]:
    """Return whose authorisations are meant: the caller's, or those of the caller's structure."""
    owner = _said(call, PATIENTS, "psOwnerId")
    if (
        call.cell(rights.PATIENTS) == "y"
        and call.caller.mode != rights.INDIRECT
        and owner in ("", call.caller.professional)
    ):
        return (call.caller.professional,)
    colleagues = [
        d.identifier for d in (*DOCTORS, *STAFF) if call.caller.structure in [s.identifier for s in d.structures]
    ]
    return tuple(c for c in colleagues if owner in ("", c))


def _patient(patient: Patient, row: dict[str, object], added: str) -> str:
    identifier = _fields({"nationalId": patient.ins, "nationalIdType": TEST_OID})
    fields = {
        "lastName": patient.name,
        "firstName": patient.given_names.split()[0],
        "dateOfBirth": patient.birth.replace("-", ""),
        "MT": str(bool(row["attending"])).lower(),
        "message": "false",
        "lastAccessDate": str(row["last"]),
        "lastUpdateDate": str(row["last"]),
        "lastAddDate": added,
    }
    return (
        f"<patientlistData><patientIdentifier>{identifier}</patientIdentifier>"
        f"{_fields({k: v for k, v in fields.items() if v})}</patientlistData>"
    )


def _fields(fields: dict[str, str]) -> str:
    return "".join(f"<{key}>{escape(value)}</{key}>" for key, value in fields.items())


def _said(call: Call, namespace: str, field: str) -> str:
    found: Element | None = call.content.find(name(namespace, field))
    return text(found)


def _never(errors: Sequence[RegistryError]) -> str:
    raise AssertionError(errors)


def _transaction(
    td: str, service: str, namespace: str, end: str, act: Callable[[Call], tuple[str, str]]
) -> Transaction:
    local = end.rpartition(":")[2]
    return Transaction(
        name=td,
        service=service,
        action=f"{namespace}:{end}",
        answer_action=f"{namespace}:{end}Response",
        root=name(namespace, local),
        perform=_answered(f"{local}Response", namespace, act),
        refuse=_never,
        without_patient=td == "TD0.4",
    )


TRANSACTIONS = (
    _transaction("TD0.3", "habilitations", HABILITATIONS, "HabilitationsEndPoint:setAuthorization", _set),
    _transaction("TD1.6", "habilitations", HABILITATIONS, "HabilitationsEndPoint:listAuthorizationByPatient", _list),
    _transaction("TD0.4", "patientsSpecific", PATIENTS, "PatientSpecificEndPoint:patientList", _patients),
)
