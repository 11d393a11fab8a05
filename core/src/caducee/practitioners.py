"""The professionals of the configuration, with the concepts that documents and assertions print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from caducee.config import Config, Place, PractitionerConfig, StructureConfig
from caducee.errors import ConfigError, Finding, TerminologyMissing
from caducee.model.codes import Code
from caducee.model.practice import Organisation, Practitioner
from caducee.terminology import TableName, Terminology

EMPLOYEE = "SECRETARIAT_MEDICAL"
DOCTOR = "10"


class Practitioners:
    """The resolved ``[practitioner.*]`` tables, by key."""

    def __init__(self, practitioners: Mapping[str, Practitioner], *, file: str = "caducee.toml") -> None:
        self._practitioners = dict(practitioners)
        self._file = file

    def practitioner(self, key: str) -> Practitioner:
        """Return the professional of ``[practitioner.KEY]``.

        Raises:
            ConfigError: there is none.
        """
        found = self._practitioners.get(key)
        if found is None:
            message = f"aucune table [practitioner.{key}] ; connus : {', '.join(self._practitioners) or 'aucun'}."
            raise ConfigError(
                (Finding(field=f"practitioner.{key}", rule="config.missing_key", message=message, source=self._file),)
            )
        return found


def resolve_practitioners(config: Config, terminology: Terminology | None = None) -> Practitioners:
    """Look every code of the ``[practitioner.*]`` tables up.

    Raises:
        ConfigError: every code that no table has, and a doctor without specialty, all at once.
    """
    place = Place(config.file, config.base).at("practitioner")
    resolution = _Resolution(terminology or Terminology.load())
    resolved = {
        key: _practitioner(resolution, practitioner, place.at(key)) for key, practitioner in config.practitioner.items()
    }
    if resolution.findings:
        raise ConfigError(tuple(resolution.findings))
    return Practitioners(resolved, file=config.file)


class _Coded(NamedTuple):
    table: TableName
    code: str
    place: Place


class _Resolution:
    """Look-ups that go on after a failure, and what failed."""

    def __init__(self, terminology: Terminology) -> None:
        self._terminology = terminology
        self.findings: list[Finding] = []

    def code(self, coded: _Coded) -> Code:
        try:
            return self._terminology.code(coded.table, coded.code)
        except TerminologyMissing:
            message = f"« {coded.code} » n'est pas un code de la table « {coded.table} »."
            self.findings.append(coded.place.finding("code_unknown", message))
            return Code(coded.code, "", "")

    def words(self, table: TableName, code: str) -> str:
        return self._terminology.code(table, code).display if self._terminology.knows(table, code) else ""


def _practitioner(resolution: _Resolution, config: PractitionerConfig, place: Place) -> Practitioner:
    table = TableName.AUTHOR_SPECIALTY if config.profession == EMPLOYEE else TableName.PROFESSION
    profession = resolution.code(_Coded(table, config.profession, place.at("profession")))
    specialty = None
    if config.specialty is not None:
        specialty = resolution.code(_Coded(TableName.SPECIALTY, config.specialty, place.at("specialty")))
    elif config.profession == DOCTOR:
        resolution.findings.append(
            place.at("specialty").finding("missing_key", "clé absente ; un médecin a toujours une spécialité.")
        )
    return Practitioner(
        identifier=config.identifier,
        family_name=config.family_name,
        given_name=config.given_name,
        title=config.title,
        profession=profession,
        specialty=specialty,
        author_specialty=_author_specialty(resolution, config, place),
        organisation=_organisation(resolution, config.structure, place.at("structure")),
    )


def _author_specialty(resolution: _Resolution, config: PractitionerConfig, place: Place) -> Code:
    """JDV_J01 joins both: ``G15_10/SM26``. A part that its own table lacks is already a finding."""
    if config.profession == EMPLOYEE:
        return resolution.code(_Coded(TableName.AUTHOR_SPECIALTY, EMPLOYEE, place.at("profession")))
    joined = f"G15_{config.profession}" + (f"/{config.specialty}" if config.specialty else "")
    known = len(resolution.findings)
    code = resolution.code(_Coded(TableName.AUTHOR_SPECIALTY, joined, place.at("specialty")))
    if any(finding.field.startswith(f"{place.key}.") for finding in resolution.findings[:known]):
        del resolution.findings[known:]
    return code if code.display else Code(code.code, code.system, _joined_words(resolution, config))


def _joined_words(resolution: _Resolution, config: PractitionerConfig) -> str:
    """The wording of JDV_J01 is that of its two parts: « Médecin - Qualifié en Médecine Générale (SM) »."""
    parts = [resolution.words(TableName.PROFESSION, config.profession)]
    if config.specialty is not None:
        parts.append(resolution.words(TableName.SPECIALTY, config.specialty))
    return " - ".join(filter(None, parts))


def _organisation(resolution: _Resolution, config: StructureConfig, place: Place) -> Organisation:
    return Organisation(
        identifier=config.identifier,
        name=config.name,
        sector=resolution.code(_Coded(TableName.FACILITY_TYPE, config.sector, place.at("sector"))),
        setting=resolution.code(_Coded(TableName.PRACTICE_SETTING, config.setting, place.at("setting"))),
        address=config.address,
        phone=config.phone,
    )
