"""Level 1: the header and one file."""

from __future__ import annotations

from functools import cache

from caducee.cda.header import N1, PRELUDES, Header
from caducee.cda.oids import PDF_MEDIA_TYPE, TEXT_MEDIA_TYPE
from caducee.cda.volets.parts import whole
from caducee.model.bodies import TextBody
from caducee.rendering import Template


@cache
def template() -> Template:
    """Return the compiled template."""
    return Template.load("caducee.cda", "templates/n1.xml", N1, PRELUDES)


def pdf(header: Header, content: bytes) -> N1:
    """Return a document that carries a PDF."""
    return whole(N1, header, media_type=PDF_MEDIA_TYPE, body=content)


def text(header: Header, body: TextBody) -> N1:
    """Return a document that carries a text, in UTF-8."""
    return whole(N1, header, media_type=TEXT_MEDIA_TYPE, body=body.content.encode())
