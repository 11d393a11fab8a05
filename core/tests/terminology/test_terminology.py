from __future__ import annotations

import pytest

from caducee.errors import Retry
from caducee.model.codes import LOINC, Code
from caducee.model.document import CONSULTATION_REPORT, REFERRAL_LETTER
from caducee.terminology import Certainty, TableName, Terminology, TerminologyMissing
from caducee.terminology.table import load_association, load_value_set

TERMINOLOGY = Terminology.load()


@pytest.mark.requirement("JDV_J07")
@pytest.mark.parametrize("code", [CONSULTATION_REPORT, REFERRAL_LETTER])
def test_a_document_type_carries_its_system_and_its_french_text(code: Code) -> None:
    assert TERMINOLOGY.code(TableName.DOCUMENT_TYPE, code.code) == code


def test_the_class_of_a_consultation_report_is_certain() -> None:
    assert TERMINOLOGY.associate(TableName.CLASS_OF_TYPE, "11488-4").code == "10"
    assert TERMINOLOGY.certainty(TableName.CLASS_OF_TYPE, "11488-4") is Certainty.CERTAIN


def test_the_class_of_any_other_type_is_marked_assumed() -> None:
    pairs = load_association(TableName.CLASS_OF_TYPE).pairs
    assert {code for code, pair in pairs.items() if pair.certainty is Certainty.CERTAIN} == {"11488-4"}


def test_every_document_type_has_a_class() -> None:
    types = load_value_set(TableName.DOCUMENT_TYPE).entries
    classes = {TERMINOLOGY.associate(TableName.CLASS_OF_TYPE, code).system for code in types}
    assert classes == {"1.2.250.1.213.1.1.4.1"}


def test_the_class_table_holds_no_type_that_the_type_table_lacks() -> None:
    pairs = load_association(TableName.CLASS_OF_TYPE).pairs
    assert pairs.keys() <= load_value_set(TableName.DOCUMENT_TYPE).entries.keys()


@pytest.mark.parametrize("look_up", [TERMINOLOGY.code, TERMINOLOGY.certainty])
def test_a_missing_code_is_an_error_that_names_the_table(look_up: object) -> None:
    with pytest.raises(TerminologyMissing) as caught:
        look_up(TableName.DOCUMENT_TYPE, "99999-9")  # type: ignore[operator]
    assert (caught.value.table, caught.value.entry) == ("document_type", "99999-9")
    assert caught.value.retry is Retry.NEVER
    assert "document_type" in caught.value.explain().sentence


def test_a_missing_association_is_an_error_that_names_the_association() -> None:
    with pytest.raises(TerminologyMissing) as caught:
        TERMINOLOGY.associate(TableName.CLASS_OF_TYPE, "99999-9")
    assert caught.value.table == "class_of_type"


@pytest.mark.parametrize("table", ["unknown_table", "class_of_type", "../errors"])
def test_a_table_that_is_not_a_value_set_is_an_error_that_names_it(table: str) -> None:
    with pytest.raises(TerminologyMissing) as caught:
        TERMINOLOGY.code(table, "10")
    assert caught.value.table == table


def test_a_value_set_is_no_association() -> None:
    with pytest.raises(TerminologyMissing):
        TERMINOLOGY.associate(TableName.DOCUMENT_TYPE, "11488-4")


def test_every_table_says_its_edition_its_source_and_its_certainty() -> None:
    editions = TERMINOLOGY.editions()
    assert {edition.table for edition in editions} == set(TableName)
    assert all(edition.edition and edition.source and edition.title for edition in editions)


def test_every_code_has_a_system_and_a_display_without_stray_blanks() -> None:
    value_sets = [load_value_set(name) for name in TableName if name is not TableName.CLASS_OF_TYPE]
    codes = [entry.code for value_set in value_sets for entry in value_set.entries.values()]
    assert len(codes) > 80
    assert all(code.system and code.display == code.display.strip() for code in codes)


def test_only_wordings_of_the_author_s_specialty_may_be_unknown() -> None:
    value_sets = {name: load_value_set(name) for name in TableName if name is not TableName.CLASS_OF_TYPE}
    wordless = {name for name, known in value_sets.items() if any(not e.code.display for e in known.entries.values())}
    assert wordless == {TableName.AUTHOR_SPECIALTY}


def test_a_type_of_loinc_and_one_of_the_french_system_stand_side_by_side() -> None:
    systems = {entry.code.system for entry in load_value_set(TableName.DOCUMENT_TYPE).entries.values()}
    assert systems == {LOINC, "1.2.250.1.213.1.1.4.12", "ASTM"}


def test_the_tables_are_read_once_for_all() -> None:
    assert Terminology.load() is TERMINOLOGY
