"""Rules on the author and their structure, as the configuration gives them."""

from __future__ import annotations

from caducee.cda.check.patient import check_address, check_phone
from caducee.cda.check.report import Report
from caducee.cda.people import PREFIXES, SUFFIXES
from caducee.model.environment import Environment
from caducee.model.practice import Organisation, Practitioner
from caducee.model.rpps import has_check_digit, is_professional, is_structure

_SOURCES = "ANS, sources des données personnes et structures"


def check_author(report: Report, author: Practitioner, path: str, *, environment: Environment) -> None:
    """Check a practitioner; ``path`` is their table in the configuration (``practitioner.roux``).

    Numbers that fail their check digit are refused in production only: invented people have such numbers.
    """
    check_practitioner(report, author, path, structure="structure", environment=environment)


def check_practitioner(
    report: Report, author: Practitioner, path: str, *, structure: str, environment: Environment
) -> None:
    """Check a professional; ``structure`` is the name of the field of their structure."""
    report.printable(author, path)
    report.filled(f"{path}.family_name", author.family_name)
    report.filled(f"{path}.given_name", author.given_name)
    identifier = f"{path}.identifier"
    if not is_professional(author.identifier):
        message = "L'identifiant du professionnel est « 8 » suivi du RPPS, ou « 0 » suivi de l'ADELI."
        report.add(identifier, "ps.form", message, _SOURCES)
    elif environment is Environment.PRODUCTION and not has_check_digit(author.identifier):
        report.add(identifier, "ps.key", "Le numéro RPPS est faux (clé de contrôle).", _SOURCES)
    report.coded(f"{path}.author_specialty", author.author_specialty, "author_specialty")
    if author.title is not None and author.title not in PREFIXES | SUFFIXES:
        allowed = ", ".join(sorted(PREFIXES | SUFFIXES))
        report.add(f"{path}.title", "title.unknown", f"Le titre est l'un de : {allowed}.")
    check_organisation(report, author.organisation, f"{path}.{structure}")


def check_organisation(report: Report, structure: Organisation, path: str) -> None:
    """Check a structure."""
    report.require(
        holds=is_structure(structure.identifier),
        field=f"{path}.identifier",
        rule="structure.form",
        message="L'identifiant de la structure commence par le chiffre de son registre (FINESS, SIRET, RPPS-rang…).",
        source=_SOURCES,
    )
    report.filled(f"{path}.name", structure.name)
    report.coded(f"{path}.sector", structure.sector, "facility_type")
    report.coded(f"{path}.setting", structure.setting, "practice_setting")
    check_phone(report, f"{path}.phone", structure.phone)
    check_address(report, f"{path}.address", structure.address)
