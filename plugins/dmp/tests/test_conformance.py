"""Our messages beside the reference kit's: the same shape, valid where a schema is public."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from caducee.model.codes import Code
from caducee.model.practice import Practitioner
from caducee.wire.mtom import Package
from caducee.wire.soap import SoapAnswer
from caducee.wire.xds.criteria import EntryStatus
from caducee.wire.xds.update import read_copies
from caducee_dmp.changes import Change
from caducee_dmp.exchange import Call
from caducee_dmp.messages import Installation
from caducee_dmp.td02_existence import ExistenceTest
from caducee_dmp.td03_authorise import Authorisations, Listed, read_list, read_set
from caducee_dmp.td04_patients import Patients, Since
from caducee_dmp.td04_patients import read as read_patients
from caducee_dmp.td05_search import PatientSearch, SearchedTraits
from caducee_dmp.td33_update import Update

from .conftest import INS, NOW

pytestmark = pytest.mark.conformance
KIT = Path(os.environ.get("KIT", "."))
HOME = Installation(sender="1.2.250.1.999.1", software="LGC", receiver="1.2.250.1.213.4.1.1.1", processing="D")
TELLING = ("name", "classificationScheme", "classificationNode", "identificationScheme")


def skeleton(name: str) -> etree._Element:
    parser = etree.XMLParser(remove_comments=True)
    return etree.parse(KIT / "spec/skeletons/dmp" / f"{name}.xml", parser).getroot()


def paths(root: etree._Element) -> set[str]:
    def step(item: etree._Element) -> str:
        told = [value for name in TELLING if (value := item.get(name))]
        return item.tag + (f"[{told[0]}]" if told else "")

    return {"/".join(map(step, reversed([item, *item.iterancestors()]))) for item in root.iter("*")}


def written(call: Call) -> etree._Element:
    return etree.fromstring(call.body)


def valid(schema: str, call: Call) -> etree._Element:
    made = written(call)
    etree.XMLSchema(etree.parse(KIT / "xsd" / schema)).assertValid(made)
    return made


def answer(name: str) -> SoapAnswer:
    return SoapAnswer(body=skeleton(name), package=Package(root=b"", parts={}))


@pytest.mark.parametrize(("name", "asks"), [("td02_body", "request"), ("td13a_body", "record_data")])
def test_existence_and_record_data_are_the_reference_messages(name: str, asks: str) -> None:
    call = getattr(ExistenceTest(HOME), asks)(INS, created="20260101120000")
    made = valid("caducee/PRPA_IN201307UV02.xsd", call)
    assert paths(made) == paths(skeleton(name))
    reason = "{*}controlActProcess/{*}reasonCode"
    assert dict(made.find(reason).attrib) == dict(skeleton(name).find(reason).attrib)


def test_the_search_of_a_regulation_is_the_reference_message() -> None:
    traits = SearchedTraits(family_name="PAT-TROIS", given_name="DOMINIQUE", birth_date="19700101", sex="F")
    call = PatientSearch(HOME).request(traits, created="20260101120000")
    made = valid("hl7v3-ne2008/multicacheschemas/PRPA_IN201305UV02.xsd", call)
    assert paths(made) == paths(skeleton("td05_body"))


def test_a_search_by_every_trait_is_valid_too() -> None:
    traits = SearchedTraits(family_name="PAT-TROIS", postal_code="75001")
    call = PatientSearch(HOME).request(traits, created="20260101120000")
    valid("hl7v3-ne2008/multicacheschemas/PRPA_IN201305UV02.xsd", call)


def test_authorisations_are_asked_for_as_the_reference_messages_do() -> None:
    requests = Authorisations()
    assert paths(written(requests.add(attending=False))) == paths(skeleton("td03_body"))
    assert written(requests.remove(attending=True)).findtext("{*}role") == "MEDECIN_TRAITANT"
    assert paths(written(requests.list(Listed.ALL))) == paths(skeleton("td16_body"))
    since = datetime(2026, 1, 1, tzinfo=UTC)
    assert paths(written(Patients().list(since, Since.AUTHORISATION))) == paths(skeleton("td04_body"))


def test_the_reference_answers_on_authorisations_are_understood() -> None:
    assert read_set(answer("td03_response_body")) == ""
    (authorised,) = read_list(answer("td16_response_body"))
    assert (authorised.mode, authorised.attending) == ("ACTIVE", False)
    assert authorised.specialties == ("G15_10/SM26",)
    (record,) = read_patients(answer("td04_response_body"))
    assert (record.attending, len(record.identifiers)) == (False, 1)


@pytest.fixture
def update() -> Update:
    return Update(source_id="1.2.250.1.999.1", content_type=Code("07", "1.2.250.1.213.2.2", "Consultation"))


def test_a_change_of_status_is_valid_and_has_the_reference_shape(update: Update, practitioner: Practitioner) -> None:
    call = update.status(Change.DELETE, "urn:uuid:1", EntryStatus.APPROVED, patient=INS, author=practitioner, now=NOW)
    made = valid("ihe-xds/ebRS30/lcm.xsd", call)
    assert paths(made) == {path for path in paths(skeleton("td33cd_status_body")) if optional(path)}


def test_a_change_of_masks_is_valid_and_has_the_reference_shape(update: Update, practitioner: Practitioner) -> None:
    rim = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
    query = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"
    submitted = skeleton("td33ab_mask_body").find(f".//{{{rim}}}ExtrinsicObject")
    assert submitted is not None
    status = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"
    found = etree.Element(f"{{{query}}}AdhocQueryResponse", status=status)
    etree.SubElement(found, f"{{{rim}}}RegistryObjectList").append(submitted)
    (entry,) = read_copies(found, service="dmp")
    made = valid("ihe-xds/ebRS30/lcm.xsd", update.masks(Change.MASK, entry, patient=INS, author=practitioner, now=NOW))
    assert paths(made) == {path for path in paths(skeleton("td33ab_mask_body")) if optional(path)}


def optional(path: str) -> bool:
    """Leave out the title and the comment of a set, which we do not write."""
    rim = "{urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0}"
    return not any(f"{rim}RegistryPackage/{rim}{name}" in path for name in ("Name", "Description"))
