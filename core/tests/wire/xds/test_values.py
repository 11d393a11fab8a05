"""Times, HL7 v2 values and the strings of queries."""

from __future__ import annotations

import json
import os
import re
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.errors import DocumentInvalid
from caducee.model.entry import EntryOrganisation, EntryPatient, EntryPatientId, EntryPerson
from caducee.wire.xds.hl7v2 import cx, escape, source_patient_info, xcn, xon
from caducee.wire.xds.query import listed, quoted
from caducee.wire.xds.times import dtm


@pytest.mark.requirement("ITI-TF3-DTM-UTC")
@pytest.mark.parametrize(
    ("instant", "printed"),
    [("2025-05-12T11:04:36-04:00", "20250512150436"), ("2025-01-01T00:30:00+01:00", "20241231233000")],
)
def test_an_instant_is_printed_in_utc(instant: str, printed: str) -> None:
    assert dtm(datetime.fromisoformat(instant), field="creationTime") == printed


def test_a_date_stays_a_date() -> None:
    assert dtm(date(2025, 6, 1), field="creationTime") == "20250601"


def test_a_time_without_zone_is_refused_by_name() -> None:
    with pytest.raises(DocumentInvalid) as caught:
        dtm(datetime(2025, 6, 1, 10), field="creationTime")
    assert [finding.field for finding in caught.value.findings] == ["creationTime"]


@pytest.mark.conformance
def test_case_b05_converts_as_wanted() -> None:
    for case in json.loads((Path(os.environ["KIT"]) / "cases/inputs/B05.json").read_text()):
        given_text = re.sub(r" \(.*\)$", "", case["in"])
        value = datetime.fromisoformat(given_text) if "T" in given_text else date.fromisoformat(given_text)
        if case["creationTime"] is None:
            with pytest.raises(DocumentInvalid):
                dtm(value, field="creationTime")
        else:
            assert dtm(value, field="creationTime") == case["creationTime"]


def test_identifiers_and_names_take_their_national_form() -> None:
    ins = EntryPatientId(identifier="275036399900105", oid="1.2.250.1.213.1.4.10")
    assert cx(ins, "NH") == "275036399900105^^^&1.2.250.1.213.1.4.10&ISO^NH"
    person = EntryPerson(identifier="899700000017", family_name="ROUX", given_name="Camille")
    assert xcn(person) == "899700000017^ROUX^Camille^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"
    organisation = EntryOrganisation(identifier="499700000017001", name="Cabinet")
    assert xon(organisation) == "Cabinet^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^499700000017001"


def test_the_used_name_comes_beside_the_birth_name() -> None:
    traits = EntryPatient(
        birth_name="NESSI-TEST", given_name="JEANNE", birth_date="19750312", sex="F", used_name="D'ÉTÉ"
    )
    assert source_patient_info(traits) == (
        "PID-5|NESSI-TEST^JEANNE^^^^^L",
        "PID-5|D'ÉTÉ^JEANNE^^^^^D",
        "PID-7|19750312",
        "PID-8|F",
    )


@given(st.text(max_size=40))
def test_no_name_opens_another_component(value: str) -> None:
    escaped = escape(value)
    assert not set(escaped) & set("^&~|")
    back = re.sub(r"\\([EFSTR])\\", lambda m: {"E": "\\", "F": "|", "S": "^", "T": "&", "R": "~"}[m[1]], escaped)
    assert back == value


def test_strings_of_queries_double_their_apostrophes() -> None:
    assert quoted("l'été") == "'l''été'"
    assert listed(("a", "b'")) == "('a','b''')"
