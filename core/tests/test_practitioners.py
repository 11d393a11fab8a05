from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from caducee.config import Config, DocumentsConfig, KernelConfig, PractitionerConfig, Secret, StructureConfig
from caducee.errors import ConfigError
from caducee.model.environment import Environment
from caducee.practitioners import resolve_practitioners

ROUX = PractitionerConfig(
    identifier="899700000017",
    family_name="ROUX",
    given_name="Camille",
    title="DR",
    profession="10",
    specialty="SM26",
    structure=StructureConfig(
        identifier="499700000017001", name="Cabinet du Dr Roux", sector="SA07", setting="AMBULATOIRE"
    ),
)


def config(**practitioners: PractitionerConfig) -> Config:
    kernel = KernelConfig(
        environment=Environment.SANDBOX,
        data_dir=Path("data"),
        tenant="cabinet",
        plugins=(),
        store_key=Secret(file=Path("store.key")),
    )
    return Config(kernel=kernel, documents=DocumentsConfig(oid_root="1.2.250.1.999.1"), practitioner=practitioners)


def changed(**changes: object) -> PractitionerConfig:
    return msgspec.structs.replace(ROUX, **changes)


def fields(refused: Config) -> list[tuple[str, str]]:
    with pytest.raises(ConfigError) as caught:
        resolve_practitioners(refused)
    return [(finding.field, finding.rule) for finding in caught.value.findings]


def test_a_professional_carries_the_concepts_that_documents_print() -> None:
    roux = resolve_practitioners(config(roux=ROUX)).practitioner("roux")
    assert roux.author_specialty.code == "G15_10/SM26"
    assert roux.author_specialty.display == "Médecin - Qualifié en Médecine Générale (SM)"
    assert roux.specialty is not None
    assert roux.specialty.system == "1.2.250.1.71.4.2.5"
    assert (roux.organisation.sector.display, roux.organisation.setting.code) == ("Cabinet individuel", "AMBULATOIRE")


def test_another_profession_needs_no_specialty() -> None:
    nurse = resolve_practitioners(config(n=changed(profession="60", specialty=None))).practitioner("n")
    assert (nurse.author_specialty.code, nurse.specialty) == ("G15_60", None)


def test_a_doctor_without_specialty_is_refused() -> None:
    assert fields(config(roux=changed(specialty=None))) == [("practitioner.roux.specialty", "config.missing_key")]


def test_a_pair_of_known_codes_that_no_author_has_is_refused() -> None:
    assert fields(config(n=changed(profession="60"))) == [("practitioner.n.specialty", "config.code_unknown")]


def test_every_unknown_code_of_every_professional_is_found_at_once() -> None:
    structure = msgspec.structs.replace(ROUX.structure, sector="SA99", setting="NULLE_PART")
    refused = config(
        roux=changed(specialty="SM99", structure=structure), lenoir=changed(profession="99", specialty=None)
    )
    assert fields(refused) == [
        ("practitioner.roux.specialty", "config.code_unknown"),
        ("practitioner.roux.structure.sector", "config.code_unknown"),
        ("practitioner.roux.structure.setting", "config.code_unknown"),
        ("practitioner.lenoir.profession", "config.code_unknown"),
    ]


def test_an_unknown_key_names_the_ones_that_exist() -> None:
    with pytest.raises(ConfigError) as caught:
        resolve_practitioners(config(roux=ROUX)).practitioner("rouks")
    assert caught.value.findings[0].field == "practitioner.rouks"
    assert "roux" in caught.value.findings[0].message


def test_a_doctor_of_two_sites_has_one_identifier_and_two_structures() -> None:
    elsewhere = msgspec.structs.replace(ROUX.structure, identifier="499700000017002", name="Cabinet de la Mer")
    resolved = resolve_practitioners(config(centre=ROUX, mer=changed(structure=elsewhere)))
    centre, mer = resolved.practitioner("centre"), resolved.practitioner("mer")
    assert centre.identifier == mer.identifier
    assert (centre.organisation.name, mer.organisation.name) == ("Cabinet du Dr Roux", "Cabinet de la Mer")


def test_an_employee_with_a_card_has_the_role_of_a_secretary() -> None:
    employed = changed(identifier="699700000017/0001", profession="SECRETARIAT_MEDICAL", specialty=None, title=None)
    employee = resolve_practitioners(config(blanc=employed)).practitioner("blanc")
    assert employee.profession == employee.author_specialty
    assert (employee.profession.system, employee.specialty) == ("1.2.250.1.213.1.1.4.6", None)
    assert employee.profession.display == "Secrétariat médical"
