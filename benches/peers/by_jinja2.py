"""The report by a compiled jinja2 template with auto-escape."""

from __future__ import annotations

from pathlib import Path

import jinja2

from benches.document.model import Report

_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, keep_trailing_newline=False
)
_TEMPLATE = _ENVIRONMENT.get_template("report.j2")


def build(report: Report) -> bytes:
    """Return the document."""
    return _TEMPLATE.render(d=report).encode()
