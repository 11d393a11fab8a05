"""Rules on who and what surrounds a document."""

from __future__ import annotations

from datetime import datetime

from caducee.cda.check.author import check_organisation, check_practitioner
from caducee.cda.check.patient import check_address, check_phone
from caducee.cda.check.report import Report
from caducee.cda.times import read_time
from caducee.model.document import Document, Version
from caducee.model.encounter import Encounter, People, Relative
from caducee.model.environment import Environment

_TIME = "Cette date et heure n'existe pas, ou n'a pas ses secondes et son fuseau (20261125083000+0100)."


def check_surroundings(report: Report, document: Document, *, environment: Environment) -> None:
    """Check the people, the encounter, the act and the version before."""
    _people(report, document.people, environment)
    _encounter(report, document.encounter)
    report.concept("act", document.act)
    if document.confidentiality not in ("N", "R", "V"):
        report.add("confidentiality", "code.unknown", "La confidentialité est N, R ou V.")
    if document.replaces is not None:
        _version(report, document.replaces)


def _people(report: Report, people: People, environment: Environment) -> None:
    known = [(f"people.{name}", getattr(people, name)) for name in ("authenticator", "replaced", "treating_doctor")]
    for name in ("co_authors", "recipients"):
        known.extend((f"people.{name}[{at}]", one) for at, one in enumerate(getattr(people, name)))
    known.extend(
        (f"people.correspondents[{at}].practitioner", one.practitioner) for at, one in enumerate(people.correspondents)
    )
    for field, practitioner in known:
        if practitioner is not None:
            check_practitioner(report, practitioner, field, structure="organisation", environment=environment)
    for at, one in enumerate(people.correspondents):
        _correspondence(report, f"people.correspondents[{at}]", one.kind, one.since)
        if one.function is not None:
            report.coded(f"people.correspondents[{at}].function", one.function, "function")
    for at, relative in enumerate(people.relatives):
        _relative(report, f"people.relatives[{at}]", relative)
    if people.secretary is not None:
        report.filled("people.secretary.identifier", people.secretary.identifier)
        report.filled("people.secretary.family_name", people.secretary.family_name)
        _time(report, "people.secretary.time", people.secretary.time)
    if people.custodian is not None:
        check_organisation(report, people.custodian, "people.custodian")


def _correspondence(report: Report, field: str, kind: str, since: str | None) -> None:
    if not report.terminology.knows("participant_type", kind):
        report.add(f"{field}.kind", "code.unknown", f"Le code « {kind} » n'est pas dans la table « participant_type ».")
    _time(report, f"{field}.since", since)


def _relative(report: Report, field: str, relative: Relative) -> None:
    report.filled(f"{field}.family_name", relative.family_name)
    if relative.link is not None:
        report.coded(f"{field}.link", relative.link, "family_link")
    check_phone(report, f"{field}.phone", relative.phone)
    check_address(report, f"{field}.address", relative.address)


def _encounter(report: Report, encounter: Encounter) -> None:
    if encounter.code is not None:
        report.coded("encounter.code", encounter.code, "encounter")
    start = _time(report, "encounter.start", encounter.start)
    stop = _time(report, "encounter.stop", encounter.stop)
    if start and stop and stop < start:
        report.add("encounter.stop", "time.order", "La fin de la rencontre précède son début.")
    if encounter.stop and not encounter.start:
        report.add("encounter.start", "value.empty", "Une rencontre qui a une fin a un début.")
    if encounter.place is not None:
        check_organisation(report, encounter.place, "encounter.place")


def _version(report: Report, before: Version) -> None:
    report.oid("replaces.document_id", before.document_id)
    report.oid("replaces.series", before.series)
    message = "Une version est au moins 1."
    report.count("replaces.version", before.version, least=1, rule="version.number", message=message)


def _time(report: Report, field: str, text: str | None) -> datetime | None:
    instant = read_time(text) if text is not None else None
    if text is not None and instant is None:
        report.add(field, "time.exact", _TIME)
    return instant
