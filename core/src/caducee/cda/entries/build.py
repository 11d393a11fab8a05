"""From problems, allergies, acts and habits of the model to what templates render. Pure."""

from __future__ import annotations

import re

import msgspec

from caducee.cda.entries import model as render
from caducee.cda.people import coded, nfc
from caducee.model.clinical.history import Allergy, FamilyHistory, Habit, Problem, ProblemStatus, Procedure, Severity
from caducee.model.codes import SNOMED_CT, Code
from caducee.rendering.datatypes import CD, II, PQ
from caducee.rendering.null_flavors import NullFlavor

_OVER = frozenset({ProblemStatus.ABORTED, ProblemStatus.COMPLETED})
_SEVERITIES = {Severity.MILD: "faible", Severity.MODERATE: "modéré", Severity.SEVERE: "sévère"}
_INDEX = re.compile(r"\[(\d+)\]")


class Naming(msgspec.Struct, frozen=True):
    """Names what a document holds by its path in the model, under the identifier of the document."""

    document_id: str

    def id(self, path: str, role: str = "") -> II:
        """Return an identifier that is the same whenever the same document is built."""
        return II(self.document_id, ref(path) + (f"-{role}" if role else ""))


def ref(path: str) -> str:
    """Return the identifier of the words of a value: ``problems[0]`` is ``problems-1``."""
    return _INDEX.sub(lambda found: f"-{int(found[1]) + 1}", path).replace(".", "-")


def time(date: str | None) -> render.Time:
    """Return a date as far as it is known, without its dashes."""
    return date.replace("-", "") if date else NullFlavor.UNKNOWN


def words(date: str | None) -> str:
    """Return a date as French prints it."""
    return "/".join(reversed(date.split("-"))) if date else ""


def span(since: str | None, until: str | None) -> str:
    """Return two ends as French prints them: « du … au … », « depuis le … »."""
    if since and until:
        return f"{words(since)} – {words(until)}"
    if since:
        return f"depuis {words(since)}"
    return f"jusqu'à {words(until)}" if until else ""


def optional(code: Code | None) -> CD | None:
    """Return a code that may be absent."""
    return coded(code) if code else None


def problem(naming: Naming, path: str, known: Problem) -> render.Problem:
    """Return one problem. Its end is written when it is over, known or not (E1)."""
    return render.Problem(
        ref=ref(path),
        concern=naming.id(path, "concern"),
        id=naming.id(path),
        kind=coded(known.kind),
        status=known.status.value,
        since=time(known.since),
        until=_until(known.status, known.until),
        label=nfc(known.label),
        value=optional(known.code),
        comment=nfc(known.comment) or None,
        dates=span(known.since, known.until),
    )


def allergy(naming: Naming, path: str, known: Allergy) -> render.Allergy:
    """Return one allergy."""
    severity = known.severity
    return render.Allergy(
        ref=ref(path),
        concern=naming.id(path, "concern"),
        id=naming.id(path),
        kind=coded(known.kind),
        status=known.status.value,
        since=time(known.since),
        until=_until(known.status, known.until),
        label=nfc(known.label),
        agent=optional(known.code),
        reaction=_reaction(naming, path, known),
        severity=CD(severity.value, SNOMED_CT, _SEVERITIES[severity]) if severity else None,
        dates=span(known.since, known.until),
    )


def procedure(naming: Naming, path: str, known: Procedure) -> render.Procedure:
    """Return one act."""
    return render.Procedure(
        ref=ref(path),
        id=naming.id(path),
        label=nfc(known.label),
        code=optional(known.code),
        at=time(known.date),
        date=words(known.date),
        reason=nfc(known.reason) or None,
    )


def habit(naming: Naming, path: str, known: Habit) -> render.Habit:
    """Return one habit."""
    return render.Habit(
        ref=ref(path),
        id=naming.id(path),
        kind=coded(known.kind),
        label=nfc(known.label),
        at=time(known.date),
        amount=PQ.of(known.amount, known.unit) if known.amount is not None else None,
        value=optional(known.value),
    )


def relative(naming: Naming, path: str, known: FamilyHistory) -> render.Relative:
    """Return one relative."""
    problems = tuple(problem(naming, f"{path}.problems[{at}]", one) for at, one in enumerate(known.problems))
    return render.Relative(ref=ref(path), relation=coded(known.relation), problems=problems)


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the lines of a text, as paragraphs."""
    return tuple(filter(None, (line.strip() for line in nfc(text).splitlines())))


def _until(status: ProblemStatus, until: str | None) -> render.Time | None:
    return time(until) if status in _OVER else None


def _reaction(naming: Naming, path: str, known: Allergy) -> render.Reaction | None:
    if not known.reaction:
        return None
    where = f"{path}.reaction"
    return render.Reaction(naming.id(where), ref(where), nfc(known.reaction), optional(known.reaction_code))
