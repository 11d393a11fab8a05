"""All rules on one document."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from caducee.cda.reading.elements import attribute, child
from caducee.cda.reading.parsing import clinical_document
from caducee.cda.rules.coding import run_coding
from caducee.cda.rules.dosing import run_dosing
from caducee.cda.rules.engine import run
from caducee.cda.rules.finding import RuleFinding, Severity
from caducee.cda.rules.hints import run_hints
from caducee.cda.rules.index import Index
from caducee.cda.rules.known import run_known
from caducee.cda.rules.structure import run_structure
from caducee.cda.rules.written import run_written
from caducee.model.environment import Environment
from caducee.terminology import Terminology


def check_document(
    content: bytes,
    *,
    on: date | None = None,
    environment: Environment = Environment.SANDBOX,
    terminology: Terminology | None = None,
) -> tuple[RuleFinding, ...]:
    """Return all that is wrong with a CDA, in the order of its lines; empty when nothing is.

    ``on`` is the day whose rules hold, that of the document unless said: some rules begin or end on a day. In
    production a professional's number must pass its check digit. ``terminology`` holds the value sets, the shipped ones
    unless said.

    Raises:
        DocumentUnreadable: not XML, a document type declaration, no ``ClinicalDocument``.
    """
    index = Index(clinical_document(content), terminology or Terminology.load())
    day = on or _day(attribute(child(index.document, "effectiveTime"), "value"))
    found = list(run(index, day))
    found.extend(run_structure(index))
    found.extend(run_written(index))
    found.extend(run_known(index, environment))
    found.extend(run_coding(index))
    found.extend(run_dosing(index))
    found.extend(run_hints(index))
    return tuple(sorted(_each_once(found), key=lambda one: one.line))


def _each_once(found: list[RuleFinding]) -> Iterable[RuleFinding]:
    """Several rules tell the same fault, of a template and of what it is made from: it is told once, as an error."""
    kept: dict[tuple[str, str], RuleFinding] = {}
    for one in found:
        first = kept.setdefault((one.xpath, one.message), one)
        if first.severity is Severity.WARNING and one.severity is Severity.ERROR:
            kept[one.xpath, one.message] = one
    return kept.values()


def _day(created: str) -> date:
    try:
        return date(int(created[:4]), int(created[4:6]), int(created[6:8]))
    except ValueError:
        return date.max
