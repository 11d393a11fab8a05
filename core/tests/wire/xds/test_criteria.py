"""What a filter asks, as the parameters of a stored query."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from lxml import etree

from caducee.errors import DocumentInvalid
from caducee.model.codes import LOINC, Code
from caducee.model.entry import EntryPatientId
from caducee.wire.xds.criteria import DocumentFilter, EntryStatus, Period
from caducee.wire.xds.query import QueryWriter, Returns

INS = EntryPatientId(identifier="275036399900105", oid="1.2.250.1.213.1.4.10")
LETTER = Code("11488-4", LOINC, "CR")
AT = datetime(2026, 11, 25, 9, 30, tzinfo=timezone(timedelta(hours=1)))


def asked(message: bytes) -> dict[str, str]:
    slots = etree.fromstring(message).iterfind(".//{*}Slot")
    return {slot.get("name") or "": slot.findtext("{*}ValueList/{*}Value") or "" for slot in slots}


def test_an_empty_filter_asks_for_approved_documents_only() -> None:
    found = asked(QueryWriter().find_documents(INS))
    assert found == {
        "$XDSDocumentEntryPatientId": "'275036399900105^^^&1.2.250.1.213.1.4.10&ISO^NH'",
        "$XDSDocumentEntryStatus": "('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved')",
    }


def test_codes_carry_their_scheme_and_values_of_one_field_are_a_list() -> None:
    other = Code("SYNTH", "1.2.250.1.213.1.1.4.12", "Synthèse")
    found = asked(QueryWriter().find_documents(INS, DocumentFilter(types=(LETTER, other), authors=("%D'ARC%",))))
    assert found["$XDSDocumentEntryTypeCode"] == "('11488-4^^2.16.840.1.113883.6.1','SYNTH^^1.2.250.1.213.1.1.4.12')"
    assert found["$XDSDocumentEntryAuthorPerson"] == "('%D''ARC%')"


def test_archived_and_deleted_are_the_french_states() -> None:
    where = DocumentFilter(statuses=(EntryStatus.ARCHIVED, EntryStatus.DELETED))
    states = "('urn:asip:ci-sis:2010:StatusType:Archived','urn:asip:ci-sis:2010:StatusType:Deleted')"
    assert asked(QueryWriter().find_documents(INS, where))["$XDSDocumentEntryStatus"] == states


def test_bounds_are_in_universal_time_and_a_day_stays_a_day() -> None:
    found = asked(QueryWriter().find_documents(INS, DocumentFilter(created=Period(AT, date(2026, 12, 1)))))
    assert found["$XDSDocumentEntryCreationTimeFrom"] == "20261125083000"
    assert found["$XDSDocumentEntryCreationTimeTo"] == "20261201"


def test_a_bound_without_zone_is_refused_by_the_name_of_its_parameter() -> None:
    naive = datetime(2026, 11, 25)
    with pytest.raises(DocumentInvalid) as caught:
        QueryWriter().find_documents(INS, DocumentFilter(service_started=Period(naive)))
    assert [finding.field for finding in caught.value.findings] == ["ServiceStartTimeFrom"]


def test_sets_are_asked_for_by_when_the_registry_took_them() -> None:
    found = asked(QueryWriter().find_sets(INS, Period(since=datetime(2026, 11, 1, tzinfo=UTC))))
    assert found["$XDSSubmissionSetSubmissionTimeFrom"] == "20261101000000"
    assert "$XDSSubmissionSetSubmissionTimeTo" not in found


def test_references_are_asked_for_as_such() -> None:
    message = etree.fromstring(QueryWriter().find_documents(INS, returns=Returns.REFERENCES))
    option = message.find("{*}ResponseOption")
    assert option is not None
    assert option.get("returnType") == "ObjectRef"
