"""The envelope of a call to the Assurance Maladie: addressing, the two contexts, what proves who calls, a body.

Source: service schemas of INSi, WSDL DESIR_ICIR_EXP 1.5.0 (06/11/2020); the services beside it (ADRi, appli carte
Vitale) use the same shape.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache

import msgspec

from caducee.rendering import Template

SERVICE = "insi"
_HEADER_END = b"</soap:Header>"
_BODY_END = b"</soap:Body>"


class Cover(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """Who is covered by whom, as the Vitale card says it. ``holder`` and ``beneficiary`` are 13 characters.

    ``birth_date`` is the one of the card, which may be lunar. ``holder_key`` and the three codes of the insurer are
    for ADRi.
    """

    holder: str
    birth_date: str
    rank: str
    beneficiary: str | None = None
    holder_key: str | None = None
    regime: str | None = None
    fund: str | None = None
    centre: str | None = None


class Bam(msgspec.Struct, frozen=True, array_like=True):
    """``ContexteBAM``: a fresh identifier, and the cover when the call is about a card."""

    id: str
    cover: Cover | None = None


class Heading(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What stands above the body. ``time`` is UTC with milliseconds; ids are fresh, except ``instance``.

    The appli carte Vitale takes no ``ContexteBAM``: ``bam`` is then absent.
    """

    action: str
    message_id: str
    lps_id: str
    time: str
    sender: str
    authorisation: str
    version: str
    instance: str
    name: str
    bam: Bam | None = None


@cache
def _template() -> Template:
    return Template.load("caducee_insi.messages", "envelope.xml", Heading)


def write(heading: Heading, body: bytes, *, security: bytes = b"") -> bytes:
    """Return the SOAP envelope; ``body`` and ``security`` were rendered by templates with their own namespaces."""
    shell = _template().render(heading)
    header, body_at = shell.rindex(_HEADER_END), shell.rindex(_BODY_END)
    return b"".join((shell[:header], security, shell[header:body_at], body, shell[body_at:]))


def instant(moment: datetime) -> str:
    """Return an aware UTC instant as the contexts carry it, with milliseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
