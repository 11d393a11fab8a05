"""Persons, places and organisations, as the directory really writes them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from caducee.contracts.directory import DirectoryEntry, DirectorySource, Provenance
from caducee_annuaire.fhir.model import Reference, Resource
from caducee_annuaire.fhir.people import Reading

from .scripted import NOW

HERE = Provenance(source=DirectorySource.FHIR, at=NOW)
RPPS = {"system": "http://rpps.esante.gouv.fr", "value": "99900000003"}


def reading(*resources: dict[str, Any]) -> Reading:
    return Reading([msgspec.convert(one, Resource) for one in resources], provenance=HERE)


def entries(*resources: dict[str, Any]) -> tuple[DirectoryEntry, ...]:
    made = [msgspec.convert(one, Resource) for one in resources]
    return Reading(made, provenance=HERE).professionals(one for one in made if one.resourceType == "Practitioner")


def practitioner(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Practitioner", "id": "003-9", "identifier": [RPPS], **more}


def role(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "PractitionerRole",
        "id": "005-9",
        "practitioner": {"reference": "Practitioner/003-9"},
        **more,
    }


def carried(family: str, given: str) -> dict[str, Any]:
    return {"url": "https://annuaire.example/as-ext-name", "valueHumanName": {"family": family, "given": [given]}}


def test_a_name_that_the_person_lacks_is_taken_from_the_place_of_practice() -> None:
    (entry,) = entries(practitioner(name=[{"prefix": ["MME"]}]), role(extension=[carried("SPECIMEN", "Éloïse")]))
    assert entry.display_name == "Éloïse SPECIMEN"
    assert (entry.identifier, entry.title) == ("899900000003", "MME")


def test_the_name_of_another_place_serves_where_this_one_has_none() -> None:
    found = entries(practitioner(), role(id="a"), role(id="b", extension=[carried("SPECIMEN", "Éloïse")]))
    assert [entry.display_name for entry in found] == ["Éloïse SPECIMEN"] * 2


@pytest.mark.parametrize(
    "name",
    [[], [{}], [{"prefix": ["DR"]}], [{"given": [None]}], [{"family": "", "given": [" "]}]],
)
def test_without_any_name_the_identifier_is_shown_and_never_a_blank_or_none(name: list[Any]) -> None:
    (entry,) = entries(practitioner(name=name), role())
    assert entry.display_name == "899900000003"
    assert "None" not in (entry.family_name, entry.given_name)


def test_a_name_in_one_text_is_kept() -> None:
    (entry,) = entries(practitioner(name=[{"text": "Éloïse Specimen"}]))
    assert entry.display_name == "Éloïse Specimen"


def test_who_no_longer_practises_has_a_number_and_nothing_else() -> None:
    (entry,) = entries(practitioner(active=False), role(address=[{"city": "EXEMPLEVILLE"}]))
    assert (entry.active, entry.mailboxes, entry.display_name, entry.city) == (False, (), "899900000003", "")


def test_a_number_of_another_register_is_no_rpps_however_long() -> None:
    other = {"system": "http://autre.example", "value": "12345678901"}
    (entry,) = entries(practitioner(identifier=[other, RPPS]))
    assert entry.identifier == "899900000003"


def test_a_place_that_is_closed_is_left_out() -> None:
    found = entries(practitioner(name=[{"family": "A"}]), role(id="a", active=False), role(id="b"))
    assert len(found) == 1


def test_codes_are_found_with_the_person_and_with_the_place() -> None:
    g15 = "https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante"
    r38 = "https://mos.esante.gouv.fr/NOS/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale"
    (entry,) = entries(
        practitioner(qualification=[{"code": {"coding": [{"system": g15, "code": "10", "display": "Médecin"}]}}]),
        role(code=[{"coding": [{"system": r38, "code": "SM26", "display": "Médecine générale"}]}]),
    )
    assert (entry.profession, entry.profession_words) == ("10", "Médecin")
    assert (entry.specialty, entry.specialty_words) == ("SM26", "Médecine générale")


def test_a_place_has_the_name_and_the_town_of_its_organisation() -> None:
    place = {
        "resourceType": "Organization",
        "id": "001-1",
        "name": "Cabinet",
        "identifier": [{"system": "https://finess.esante.gouv.fr", "value": "010000001"}],
        "address": [{"postalCode": "63999", "city": "VILLE"}],
    }
    (entry,) = entries(
        practitioner(), role(organization={"reference": "https://x/v2/Organization/001-1/_history/3"}), place
    )
    assert (entry.structure, entry.structure_name) == ("010000001", "Cabinet")
    assert (entry.postal_code, entry.city) == ("63999", "VILLE")


def test_a_closed_organisation_keeps_its_name() -> None:
    place = {"resourceType": "Organization", "id": "1", "active": False, "name": "Ancien cabinet"}
    made = reading(place).organisation(msgspec.convert(place, Resource))
    assert (made.name, made.active, made.mailboxes) == ("Ancien cabinet", False, ())


@pytest.mark.parametrize("written", ["Organization/1", "https://x/v2/Organization/1", "Organization/1/_history/7"])
def test_a_reference_is_known_however_it_is_written(written: str) -> None:
    assert Reference(written).key == "Organization/1"
