from __future__ import annotations

import pytest

from caducee.wire.xds.criteria import DocumentFilter, EntryStatus, Period
from caducee_dmp.record.model import Beyond
from caducee_dmp.record.searches import SEARCHES

CLASSES = "1.2.250.1.213.1.1.4.1"


def codes(where: DocumentFilter) -> dict[str, list[tuple[str, str]]]:
    return {name: [(code.code, code.system) for code in found] for name, found in where.codes()}


def test_each_search_asks_for_its_own_kinds_by_their_tables() -> None:
    (vaccinations,) = SEARCHES[Beyond.VACCINATIONS]
    assert {system for found in codes(vaccinations).values() for _, system in found} == {"2.16.840.1.113883.6.1"}
    assert list(codes(vaccinations)) == ["TypeCode"]
    of_the_patient, contacts = SEARCHES[Beyond.WISHES]
    assert codes(of_the_patient) == {"ClassCode": [("90", CLASSES)]}
    assert [code for code, _ in codes(contacts)["TypeCode"]] == ["FICHE-CONTACTS"]


@pytest.mark.parametrize("beyond", list(Beyond))
def test_a_search_that_somebody_asked_for_has_no_limit_of_date_and_shows_what_is_in_force(beyond: Beyond) -> None:
    for where in SEARCHES[beyond]:
        assert where.service_started == where.created == where.service_stopped == Period()
        assert where.statuses == (EntryStatus.APPROVED,)
