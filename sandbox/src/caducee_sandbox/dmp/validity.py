"""When an assertion holds, by the clock of the DMP (SAML core 2.0, 2.5.1.2: the end is not of it)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from caducee_sandbox.clock import ServiceClock
from caducee_sandbox.namespaces import SAML
from caducee_sandbox.xml import Element, name

ALLOWED = timedelta(seconds=60)
"""How far an IssueInstant may be from the clock of the DMP once that is moved. Assumed: no public text says it."""
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z")


def out_of_its_time(assertion: Element, clock: ServiceClock) -> str:
    """Return what is wrong with the dates of an assertion; empty when nothing is."""
    conditions = assertion.find(name(SAML, "Conditions"))
    if conditions is not None and (wrong := _conditions(conditions, clock.now())):
        return wrong
    issued = _instant(assertion.get("IssueInstant"))
    if clock.shifted and (issued is None or abs(clock.now() - issued) > ALLOWED):
        return "IssueInstant hors de la tolérance"
    return ""


def _conditions(conditions: Element, now: datetime) -> str:
    since, until = (_instant(conditions.get(bound)) for bound in ("NotBefore", "NotOnOrAfter"))
    if since is None or until is None:
        return "Conditions: NotBefore et NotOnOrAfter attendus, en UTC"
    if now < since:
        return "Assertion pas encore valable"
    return "" if now < until else "Assertion expirée"


def _instant(written: str | None) -> datetime | None:
    if not _INSTANT.fullmatch(written or ""):
        return None
    try:
        return datetime.fromisoformat(written or "")
    except ValueError:
        return None
