from __future__ import annotations

import msgspec
import pytest

from caducee.errors import RealmMixed
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIA, INS_NIR, INS_NIR_TEST, Ins, InsStatus
from caducee.model.nir import control_key
from caducee.model.patient import Guardian, Patient
from caducee.testing.letters import PATIENT
from caducee_mss.message import PatientAddressRefused, patient_address


def with_ins(matricule: str, oid: str = INS_NIR_TEST, environment: Environment = Environment.SANDBOX) -> Patient:
    return msgspec.structs.replace(PATIENT, ins=Ins(matricule=matricule, oid=oid, environment=environment))


def test_the_address_of_a_patient_is_their_matricule() -> None:
    assert patient_address(PATIENT, environment=Environment.SANDBOX) == "275036399900106@patient.mssante.fr"


@pytest.mark.parametrize("status", [one for one in InsStatus if one is not InsStatus.QUALIFIED])
@pytest.mark.requirement("MSS-ECO.2.2.6")
def test_no_address_is_made_of_an_identity_that_is_not_qualified(status: InsStatus) -> None:
    with pytest.raises(PatientAddressRefused):
        patient_address(msgspec.structs.replace(PATIENT, status=status), environment=Environment.SANDBOX)


def test_no_address_is_made_without_a_sound_matricule() -> None:
    for patient in (msgspec.structs.replace(PATIENT, ins=None), with_ins("275036399900100"), with_ins("a@b.fr,c")):
        with pytest.raises(PatientAddressRefused):
            patient_address(patient, environment=Environment.SANDBOX)


@pytest.mark.parametrize(
    ("oid", "of", "asked"),
    [
        (INS_NIR_TEST, Environment.SANDBOX, Environment.PRODUCTION),
        (INS_NIR_TEST, Environment.PRODUCTION, Environment.PRODUCTION),
        (INS_NIR, Environment.SANDBOX, Environment.SANDBOX),
        (INS_NIA, Environment.INTEGRATION, Environment.INTEGRATION),
    ],
)
def test_an_identity_of_another_environment_is_refused(oid: str, of: Environment, asked: Environment) -> None:
    with pytest.raises(RealmMixed):
        patient_address(with_ins("275036399900106", oid, of), environment=asked)


def test_a_corsican_matricule_keeps_its_letter() -> None:
    number = "275032A999001"
    address = patient_address(with_ins(number + control_key(number)), environment=Environment.SANDBOX)
    assert address.startswith("275032A999001")


def test_a_minor_is_written_to_at_their_own_address() -> None:
    child = msgspec.structs.replace(PATIENT, guardians=(Guardian(family_name="X", email="parent@exemple.fr"),))
    assert patient_address(child, environment=Environment.SANDBOX).startswith("275036399900106@")
