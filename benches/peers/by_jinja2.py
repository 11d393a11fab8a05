"""The report by a compiled jinja2 template with auto-escape."""

from __future__ import annotations

import base64
from pathlib import Path

import jinja2

from benches.document.model import Report
from caducee.cda.header import N1

_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, keep_trailing_newline=False
)
_TEMPLATE = _ENVIRONMENT.get_template("report.j2")


def build(report: Report) -> bytes:
    """Return the document."""
    return _TEMPLATE.render(d=report).encode()


def build_letter(letter: N1) -> bytes:
    """Return a document of level 1."""
    return _TEMPLATE.render(d=letter, pdf=base64.b64encode(letter.body).decode()).encode()
