from __future__ import annotations

import pytest
from lxml import etree

from caducee.cda.rules.locate import field_of, place_of

from .faults import right
from .mutations import NAMESPACES


def at(name: str, where: str) -> etree._Element:
    found: list[etree._Element] = etree.fromstring(right(name)).xpath(where, namespaces=NAMESPACES)
    return found[0]


@pytest.mark.parametrize(
    ("name", "where", "field"),
    [
        ("prescription, times a day", "(//c:doseQuantity/c:low)[1]", "body.medicines[0].posology.steps[0].dose"),
        ("prescription, times a day", "(//c:routeCode)[1]", "body.medicines[0].posology.route"),
        ("prescription, times a day", "(//c:repeatNumber)[1]", "body.medicines[0].renewals"),
        ("prescription, tapered", "(//c:doseQuantity)[2]", "body.medicines[0].posology.steps[1].dose"),
        ("summary, full", "(//c:consumable)[1]", "body.treatments[0].medicine"),
        ("vaccination, full", "(//c:approachSiteCode)[1]", "body.vaccination.site"),
        ("summary, full", "(//c:section[c:code/@code='11450-4']/c:entry)[2]/c:act/c:statusCode", "body.problems[1]"),
    ],
)
def test_an_element_of_an_entry_leads_to_its_field(name: str, where: str, field: str) -> None:
    assert field_of(at(name, where)) == field


@pytest.mark.parametrize(
    ("name", "where", "field"),
    [
        ("summary, full", "//c:section[c:code/@code='11450-4']/c:title", "body.problems"),
        ("report", "//c:recordTarget//c:birthTime", "patient.traits.birth_date"),
        ("report", "//c:recordTarget//c:patientRole/c:id", "patient"),
        ("report", "//c:legalAuthenticator//c:id", "people.authenticator"),
        ("report", "/c:ClinicalDocument/c:realmCode", ""),
    ],
)
def test_an_element_outside_of_entries_leads_to_its_place(name: str, where: str, field: str) -> None:
    assert place_of(at(name, where)) == field
