from __future__ import annotations

from caducee.model.document import CONSULTATION_REPORT
from caducee.model.identity import Sex, Traits
from caducee.model.patient import Patient
from caducee.model.texts import texts


def test_every_text_has_its_path() -> None:
    traits = Traits(birth_name="A", given_names=("B", "C"), sex=Sex.FEMALE, birth_date="1975-03-12")
    found = dict(texts(Patient(local_id="P", traits=traits), "patient"))
    assert found["patient.traits.given_names[1]"] == "C"
    assert found["patient.local_id"] == "P"
    assert "patient.email" not in found


def test_a_path_without_prefix_begins_with_the_field() -> None:
    assert dict(texts(CONSULTATION_REPORT))["code"] == "11488-4"
