"""All rules of a document, all findings at once."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from caducee.cda.check.author import check_author
from caducee.cda.check.body import check_body
from caducee.cda.check.patient import check_patient
from caducee.cda.check.people import check_surroundings
from caducee.cda.check.report import Report, ValueSets
from caducee.cda.times import read_time
from caducee.errors import Finding, TerminologyMissing
from caducee.model.bodies import Annulment
from caducee.model.document import Document
from caducee.model.environment import Environment
from caducee.model.practice import Practitioner

_AT = re.compile(r"at `\$\.([^`]*)`$")
# msgspec learns a type when it first meets it, and two threads that do so at once end the process (0.22): it is learnt
# here, before any worker thread has a document to check.
_LEARNT = msgspec.json.Decoder(Document)


class CdaChecker:
    """Says what is wrong with a document before it is sealed.

    ``max_bytes`` is ``documents.max_bytes``. It also checks what the national test stack lets pass: code systems, the
    key of the INS, times without a zone, a body that is not the file it says.
    """

    def __init__(self, *, terminology: ValueSets, environment: Environment, max_bytes: int) -> None:
        self._terminology = terminology
        self._environment = environment
        self._max_bytes = max_bytes

    def check(self, document: Document, author: Practitioner) -> tuple[Finding, ...]:
        """Return every finding, each with the path of the field in ``document`` or in the author's configuration.

        A value that is not even of its type comes alone: no other rule can be tried.
        """
        made = read_time(document.created) if isinstance(document.created, str) else None
        report = Report(self._terminology, made.date() if made else None)
        if (mistyped := _mistyped(document)) is not None:
            report.add(mistyped, "value.type", "Cette valeur n'est pas du type attendu.", "caducee.model")
            return tuple(report.findings)
        report.printable(document)
        report.filled("local_id", document.local_id)
        report.filled("title", document.title)
        self._type(report, document)
        created = _times(report, document)
        today = created.date() if created else None
        check_patient(report, document.patient, environment=self._environment, today=today)
        check_author(report, author, f"practitioner.{document.author}", environment=self._environment)
        check_surroundings(report, document, environment=self._environment)
        if isinstance(document.body, Annulment) and document.replaces is None:
            report.add("replaces", "annulment.replaces", "Une annulation dit quelle version elle annule.")
        check_body(report, document.body, max_bytes=self._max_bytes, today=today)
        return tuple(report.findings)

    def _type(self, report: Report, document: Document) -> None:
        report.coded("type", document.type, "document_type")
        report.oid("type.system", document.type.system)
        if not self._terminology.knows("document_type", document.type.code):
            return
        try:
            self._terminology.associate("class_of_type", document.type.code)
        except TerminologyMissing as missing:
            message = f"La table « {missing.table} » ne donne pas la classe du type « {document.type.code} »."
            report.add("type.code", "type.class", message, "ANS, ASS_X16")


def _times(report: Report, document: Document) -> datetime | None:
    """Check the three times and return the instant of creation, when it exists."""
    created = _time(report, "created", document.created)
    start = _time(report, "service_start", document.service_start)
    stop = _time(report, "service_stop", document.service_stop) if document.service_stop is not None else None
    if start and stop and stop < start:
        report.add("service_stop", "time.order", "La fin de l'acte précède son début.")
    return created


def _time(report: Report, field: str, text: str) -> datetime | None:
    instant = read_time(text)
    if instant is None:
        message = "Cette date et heure n'existe pas, ou n'a pas ses secondes et son fuseau (20261125083000+0100)."
        report.add(field, "time.exact", message)
    return instant


def _mistyped(document: Document) -> str | None:
    """Return the path of a value that is not of its declared type: structs are not checked when they are made."""
    try:
        plain = msgspec.to_builtins(document, builtin_types=(bytes,))
        msgspec.convert(plain, Document, builtin_types=(bytes,))
    except msgspec.ValidationError as error:
        found = _AT.search(str(error))
        return found[1] if found else "document"
    except (TypeError, ValueError, OverflowError):
        return "document"
    return None
