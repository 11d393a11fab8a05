"""What patients are told about their data: dated French texts, and the sheet to hand over."""

from __future__ import annotations

from datetime import date
from html import escape
from pathlib import Path
from typing import Literal

import msgspec

from caducee.errors import ConfigError, Finding
from caducee.sharing.dated import holds, read_rows

Confidence = Literal["official", "secondary", "to_check", "written_here"]


class Information(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One text. ``key`` is what a ``CareTeam`` names it by; ``confidence`` says how far its wording is sure."""

    key: str
    since: date
    title: str
    paragraphs: tuple[str, ...]
    source: str
    confidence: Confidence
    until: date | None = None


def informations(*, own: Path | None = None) -> tuple[Information, ...]:
    """Return every text, of every date; ``own`` is the vendor's file.

    Raises:
        ConfigError: it cannot be read.
    """
    return read_rows("information", Information, own=own)


def information(key: str, *, on: date, own: Path | None = None) -> Information:
    """Return the text of that key that holds on that day: the latest one.

    Raises:
        ConfigError: there is none.
    """
    found = [one for one in informations(own=own) if one.key == key and holds(on, one.since, one.until)]
    if found:
        return max(found, key=lambda one: one.since)
    message = f"Aucun texte d'information « {key} » n'est en vigueur à cette date."
    raise ConfigError((Finding(field="sharing.information", rule="sharing.information", message=message),))


def to_page(text: Information, *, practice: str = "") -> str:
    """Return a text as one HTML page for paper: no script, no picture, nothing from elsewhere."""
    body = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in text.paragraphs)
    head = f"<p class='practice'>{escape(practice)}</p>" if practice else ""
    return f"""<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(text.title)}</title><style>{_STYLE}</style></head>
<body><main>{head}<h1>{escape(text.title)}</h1>
{body}
<p class="edition">Édition du {text.since:%d/%m/%Y}. {escape(text.source)}.</p></main></body></html>
"""


_STYLE = (
    "body{font:1.1rem/1.6 system-ui,sans-serif;color:#1c2430;margin:0}main{max-width:40rem;margin:2rem auto;"
    "padding:0 1.25rem}h1{font-size:1.6rem;line-height:1.25}.practice{font-weight:600}.edition{margin-top:2.5rem;"
    "font-size:.85rem;color:#4a5563;border-top:1px solid #c6ccd4;padding-top:.75rem}@page{margin:20mm}"
    "@media print{main{margin:0;max-width:none}}"
)
