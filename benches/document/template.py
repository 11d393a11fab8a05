"""The report's template, compiled when it is first asked for."""

from __future__ import annotations

from functools import cache

from benches.document.model import Report
from caducee.cda.header import PRELUDES
from caducee.rendering import Template


@cache
def report_template() -> Template:
    """Return the compiled template of the report."""
    return Template.load("benches.document", "report.xml", Report, PRELUDES)
