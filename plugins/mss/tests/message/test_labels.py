from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.model.entry import EntryPatient
from caducee.model.practice import Actor
from caducee.testing.letters import AUTHOR
from caducee_mss.message import CorrectionMark, from_label, pdf_name, subject_of
from caducee_mss.words import safe_name

VIAL = EntryPatient(birth_name="Vial", given_name="Paul", birth_date="19781126", sex="M")


@pytest.mark.requirement("MSS-ECO.2.1.3")
def test_the_subject_says_type_name_and_birth_date_without_accents() -> None:
    kind = "Lettre de liaison à la sortie d'un établissement de soins"
    assert subject_of((kind,), VIAL) == "XDM/1.0/DDM+Lettre de liaison a la sortie d'un etabl VIAL Paul 26/11/1978"


def test_several_documents_are_counted() -> None:
    assert subject_of(("a", "b"), VIAL) == "XDM/1.0/DDM+2 documents VIAL Paul 26/11/1978"


def test_ligatures_and_accents_of_names_are_written_plainly() -> None:
    patient = msgspec.structs.replace(VIAL, birth_name="Lebœuf-Noël", given_name="Zoé")
    assert subject_of(("CR",), patient) == "XDM/1.0/DDM+CR LEBOEUF-NOEL Zoe 26/11/1978"


def test_a_birth_date_that_is_not_whole_is_left_out() -> None:
    assert subject_of(("CR",), msgspec.structs.replace(VIAL, birth_date="1978")) == "XDM/1.0/DDM+CR VIAL Paul"


@pytest.mark.parametrize(
    ("mark", "start"),
    [
        (CorrectionMark.BEFORE_PREFIX, "[Annule et remplace] XDM/1.0/DDM+CR "),
        (CorrectionMark.AFTER_PREFIX, "XDM/1.0/DDM+[Annule et remplace] CR "),
    ],
)
def test_a_correction_is_marked_where_it_is_wanted(mark: CorrectionMark, start: str) -> None:
    assert subject_of(("CR",), VIAL, correction=mark).startswith(start)


def test_the_label_of_a_person_has_title_name_and_structure() -> None:
    doctor = msgspec.structs.replace(AUTHOR, title="DR")
    assert from_label(doctor, Actor.doctor("x")) == "Dr_Camille_ROUX_Cabinet d'essai"
    assert from_label(doctor, Actor.automaton("x")) == "Cabinet d'essai"


def test_a_label_cannot_open_an_address_nor_a_field() -> None:
    trap = msgspec.structs.replace(AUTHOR, given_name='C"<a@b.fr>\r\nBcc: c@d.fr')
    assert not set('<>"\r\n') & set(from_label(trap, Actor.doctor("x")))


def test_the_type_is_cut_at_forty_characters_in_the_name_of_a_copy() -> None:
    name = pdf_name("x" * 60, VIAL, day="20261122")
    assert name == f"20261122_{'x' * 40}_VIAL_Paul.pdf"


def test_accents_stay_in_the_name_of_a_copy_and_separators_do_not() -> None:
    patient = msgspec.structs.replace(VIAL, birth_name="Noël/Du_Pré")
    assert pdf_name("CR: suivi", patient, day="20261122") == "20261122_CR_ suivi_NOËL-DU-PRÉ_Paul.pdf"


@given(label=st.text(max_size=300))
def test_a_safe_name_makes_one_file_in_the_folder_on_any_system(label: str) -> None:
    name = safe_name(label)
    assert name
    assert len(name.encode()) <= 255
    assert not set(name) & set('<>:"/\\|?*\0\r\n')
    assert name.strip(" .") == name
    assert name.split(".")[0].strip().upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT9"}
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("..\\..\\C:CON.pdf", "C_CON.pdf"),
        ("/etc/passwd", "passwd"),
        ("..", "fichier"),
        ("CON", "_CON"),
        ("nul.tar.gz", "_nul.tar.gz"),
        (".profile", "profile"),
        ("compte\u202efdp.exe", "comptefdp.exe"),
        ("a\0b.pdf", "ab.pdf"),
        ("fin. . ", "fin"),
    ],
)
def test_a_name_that_leaves_its_folder_or_hides_what_it_is_becomes_plain(label: str, name: str) -> None:
    assert safe_name(label) == name
