from __future__ import annotations

import pytest

from caducee.cda.reading.model import Party
from caducee_dmp.brief.model import Writer, WriterKind
from caducee_dmp.brief.writers import writer_of
from caducee_dmp.record.model import IndexedDocument

from .practice_record import BY_INS, SYNTH, PracticeRecord

INS = "1.2.250.1.213.1.4.10"
IDNPS = "1.2.250.1.71.4.2.1"
DOCTOR = "899700000025^LENOIR^Dominique^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"
OTHER = "899700000033^PETIT^Alix^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"


def document(class_code: str = "11", **said: object) -> IndexedDocument:
    record = PracticeRecord()
    record.add(SYNTH, class_code, **said)
    return record.documents[0]


def test_the_first_of_several_authors_and_of_their_institutions_is_the_writer() -> None:
    several = document(authors=(DOCTOR, OTHER), institutions=("CH de l'Exemple^^^^^&1.2&ISO", "Cabinet du Port"))
    assert writer_of(several) == Writer(
        kind=WriterKind.PROFESSIONAL, name="Dominique LENOIR", organisation="CH de l'Exemple"
    )


def test_a_document_without_author_has_a_writer_without_name() -> None:
    assert writer_of(document(authors=())).said == "Auteur non précisé"
    assert writer_of(document("60", authors=())).said == "Assurance maladie"


@pytest.mark.parametrize(
    ("xcn", "name"), [("899700000025", ""), ("899700000025^LENOIR", "LENOIR"), ("^ LENOIR ^ ", "LENOIR")]
)
def test_a_name_that_is_not_whole_is_what_there_is_of_it(xcn: str, name: str) -> None:
    assert writer_of(document(authors=(xcn,))).name == name


@pytest.mark.parametrize("said", [{"family_name": "PETIT"}, {"organisation": "Clinique du Port"}])
def test_the_document_says_better_than_the_registry_who_wrote_it(said: dict[str, str]) -> None:
    writer = writer_of(document(), (Party(**said),))
    assert (writer.name, writer.organisation) == (said.get("family_name", ""), said.get("organisation", ""))


def test_an_author_that_the_document_does_not_name_is_the_registrys() -> None:
    assert writer_of(document(), (Party(),)).name == "Dominique LENOIR"


def test_a_patient_known_by_one_of_several_identifiers_is_not_named() -> None:
    patient = Party(family_name="NESSI-TEST", identifiers=(f"{IDNPS}^1", f"{INS}^275036399930137"))
    assert writer_of(document(), (patient,)) == Writer(kind=WriterKind.PATIENT)


def test_a_patient_known_by_the_registry_alone_is_not_named() -> None:
    assert writer_of(document(authors=(BY_INS,)), (Party(family_name="NESSI-TEST"),)) == Writer(kind=WriterKind.PATIENT)


def test_a_professional_whose_identifiers_are_no_ins_is_named() -> None:
    doctor = Party(family_name="PETIT", identifiers=(f"{IDNPS}^899700000033",))
    assert writer_of(document(), (doctor,)).kind is WriterKind.PROFESSIONAL


def test_what_stands_in_the_patients_own_class_is_of_the_patient() -> None:
    assert writer_of(document("90")) == Writer(kind=WriterKind.PATIENT)
