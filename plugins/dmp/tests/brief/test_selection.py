from __future__ import annotations

from datetime import date

import pytest

from caducee.model.codes import DOCUMENT_TYPE_FR, LOINC, Code
from caducee_dmp.brief.model import PartName
from caducee_dmp.brief.selection import KINDS, choose, covers, wanted
from caducee_dmp.record.model import Standing

from .practice_record import (
    BIOLOGY,
    DIRECTIVES,
    DISCHARGE,
    IMAGING,
    PROFILE,
    REMB,
    SYNTH,
    VACCINE,
    PracticeRecord,
)

TODAY = date(2026, 11, 25)
CONSULTATION = Code("11488-4", LOINC, "CR de consultation")
HOSPITAL = Code("SA01", "1.2", "Hôpital")
OFFICE = Code("SA07", "1.2", "Cabinet")


def parts(record: PracticeRecord) -> set[PartName]:
    return {name for name, chosen in choose(record.documents, today=TODAY).items() if chosen.documents}


@pytest.mark.parametrize(
    ("kind", "class_code", "part"),
    [
        (SYNTH, "11", PartName.SUMMARY),
        (PROFILE, "90", PartName.PROFILE),
        (DISCHARGE, "10", PartName.HOSPITAL),
        (BIOLOGY, "10", PartName.BIOLOGY),
        (IMAGING, "10", PartName.IMAGING),
        (CONSULTATION, "31", PartName.IMAGING),
        (VACCINE, "10", PartName.VACCINATIONS),
        (DIRECTIVES, "90", PartName.WISHES),
        (REMB, "60", PartName.TREATMENTS),
    ],
)
def test_a_document_is_in_the_part_of_its_kind_alone(
    record: PracticeRecord, kind: Code, class_code: str, part: PartName
) -> None:
    record.add(kind, class_code)
    assert parts(record) == {part}


@pytest.mark.parametrize("kind", [SYNTH, DISCHARGE, BIOLOGY, VACCINE])
def test_what_a_patient_files_as_a_professionals_document_is_in_no_part(record: PracticeRecord, kind: Code) -> None:
    record.add(kind, "90", facility=HOSPITAL)
    assert parts(record) == set()


@pytest.mark.parametrize(
    ("kind", "class_code", "facility", "there"),
    [
        (DISCHARGE, "10", None, True),
        (DISCHARGE, "11", OFFICE, True),
        (CONSULTATION, "10", HOSPITAL, True),
        (CONSULTATION, "10", OFFICE, False),
        (CONSULTATION, "10", None, False),
        (CONSULTATION, "11", HOSPITAL, False),
        (BIOLOGY, "10", HOSPITAL, False),
    ],
)
def test_a_letter_of_a_hospital_is_one_by_its_type_or_is_a_report_from_there(
    record: PracticeRecord, kind: Code, class_code: str, facility: Code | None, *, there: bool
) -> None:
    record.add(kind, class_code, facility=facility)
    assert (PartName.HOSPITAL in parts(record)) is there


@pytest.mark.parametrize("missing", [{"type": None}, {"class_": None}])
def test_a_document_whose_type_or_class_the_registry_does_not_give_is_judged_by_the_other(
    record: PracticeRecord, missing: dict[str, None]
) -> None:
    record.add(IMAGING, "31")
    record.documents[0] = record.described(**missing)
    assert parts(record) == {PartName.IMAGING}


@pytest.mark.parametrize("standing", [Standing.REPLACED, Standing.DELETED, Standing.GONE])
def test_what_may_no_longer_be_read_is_in_no_part(record: PracticeRecord, standing: Standing) -> None:
    record.add(SYNTH, "11", standing=standing)
    assert parts(record) == set()


def test_what_is_archived_can_be_read(record: PracticeRecord) -> None:
    record.add(SYNTH, "11", standing=Standing.ARCHIVED)
    assert parts(record) == {PartName.SUMMARY}


@pytest.mark.parametrize(("care", "there"), [("20241125120000", True), ("20241124120000", False), ("", True)])
def test_treatments_go_back_two_years_to_the_day(record: PracticeRecord, care: str, *, there: bool) -> None:
    record.add(REMB, "60", care=care, created_utc="")
    assert (PartName.TREATMENTS in parts(record)) is there


def test_the_newest_are_shown_and_the_others_counted(record: PracticeRecord) -> None:
    oldest, *shown = [record.add(DISCHARGE, "10", care=f"202606{day:02}120000") for day in range(1, 7)]
    chosen = choose(record.documents, today=TODAY)[PartName.HOSPITAL]
    assert [one.document_id for one in chosen.documents] == shown[::-1]
    assert chosen.others == 1
    assert oldest not in wanted(record.documents, today=TODAY)


@pytest.mark.parametrize(
    ("kind", "class_code", "part", "most"),
    [
        (SYNTH, "11", PartName.SUMMARY, 1),
        (PROFILE, "90", PartName.PROFILE, 1),
        (DISCHARGE, "10", PartName.HOSPITAL, 5),
        (BIOLOGY, "10", PartName.BIOLOGY, 1),
        (IMAGING, "31", PartName.IMAGING, 1),
        (DIRECTIVES, "90", PartName.WISHES, 7),
        (REMB, "60", PartName.TREATMENTS, 7),
    ],
)
def test_a_part_shows_as_many_as_one_reads_of_its_kind(
    record: PracticeRecord, kind: Code, class_code: str, part: PartName, most: int
) -> None:
    for _ in range(7):
        record.add(kind, class_code)
    chosen = choose(record.documents, today=TODAY)[part]
    assert (len(chosen.documents), chosen.others) == (most, 7 - most)


def test_what_is_shown_whole_leaves_none_out(record: PracticeRecord) -> None:
    for _ in range(7):
        record.add(VACCINE, "10")
    chosen = choose(record.documents, today=TODAY)[PartName.VACCINATIONS]
    assert (len(chosen.documents), chosen.others) == (7, 0)


def test_a_document_of_two_parts_is_wanted_once(record: PracticeRecord) -> None:
    both = record.add(DISCHARGE, "31")
    assert parts(record) == {PartName.HOSPITAL, PartName.IMAGING}
    assert wanted(record.documents, today=TODAY) == (both,)


def test_a_record_of_which_one_type_is_followed_does_not_cover_a_part_of_two() -> None:
    summary, biology = KINDS[PartName.SUMMARY], KINDS[PartName.BIOLOGY]
    assert covers((), summary)
    assert covers((f"11502-2^^{LOINC}",), biology)
    assert not covers((f"SYNTH^^{DOCUMENT_TYPE_FR}",), summary)
    assert covers((f"SYNTH^^{DOCUMENT_TYPE_FR}", f"60591-5^^{LOINC}"), summary)


@pytest.mark.parametrize(
    ("care", "created", "day"),
    [
        ("20261120120000", "20261122120000", "20261120"),
        ("", "20261122120000", "20261122"),
        ("20261120", "", "20261120"),
        ("202611", "", "202611"),
        ("en novembre 2026", "", "en novem"),
        ("", "", ""),
    ],
)
def test_the_day_is_that_of_care_or_else_of_the_document(
    record: PracticeRecord, care: str, created: str, day: str
) -> None:
    record.add(SYNTH, "11", care=care, created_utc=created)
    assert record.brief().part(PartName.SUMMARY).pieces[0].date == day


def test_a_day_of_care_without_hour_stands_where_it_belongs(record: PracticeRecord) -> None:
    older = record.add(SYNTH, "11", care="20261118120000")
    newer = record.add(SYNTH, "11", care="20261120")
    chosen = choose(record.documents, today=TODAY)[PartName.SUMMARY]
    assert ([one.document_id for one in chosen.documents], chosen.others) == ([newer], 1)
    assert older not in wanted(record.documents, today=TODAY)


@pytest.mark.usefixtures("paris")
@pytest.mark.parametrize("care", ["20261119230000", "202611192300", "20260619220000"])
def test_the_day_of_care_is_the_desks_own(record: PracticeRecord, care: str) -> None:
    record.add(SYNTH, "11", care=care)
    assert record.brief().part(PartName.SUMMARY).pieces[0].date == f"{care[:6]}20"
