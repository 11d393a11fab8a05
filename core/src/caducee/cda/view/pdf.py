"""A document on paper: PDF/A-1b, by typst. Every word of the document is data, never markup."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from itertools import groupby
from typing import Any

from caducee.cda.reading.files import is_pdf
from caducee.cda.reading.model import PDF_MEDIA_TYPE, ReadDocument, Section
from caducee.cda.view.facts import Facts, head, patient, plain_lines
from caducee.cda.view.flow import SUBSTITUTE, Flow
from caducee.paper.refusal import PaperInvalid
from caducee.paper.typesetting import NotLaidOut, compiled, layout_finding

# The tags that say the structure (for reading by ear) overflow PDF/A-1 in a paragraph of hundreds of pages; then layout
# does, in tables of tables.
_ATTEMPTS = ((False, True), (False, False), (True, False))
_LONGEST_OF_FACTS = 20
_UNSEEN = "Fichiers joints non reproduits ici"


def to_pdf(document: ReadDocument) -> bytes:
    """Return the document as a PDF that a person hands over (PDF/A-1b where it is made here).

    A document that is a PDF comes as it is; one that brings its PDF copy still comes from its sections. The head says
    the type, the title, the date, the author and the organisation (MSSanté, ECO.2.1.5). Pictures (PNG, JPEG, GIF) are
    drawn where Pillow is installed (``caducee[pdfa]``). A character that the fonts cannot draw becomes « □ », and the
    first page says so; so it does of files and pictures that are not shown, and of a layout that no page can hold.

    Raises:
        CapabilityMissing: typst is not installed (``caducee[paper]``).
        PaperInvalid: not even its words make pages (a million lines).
    """
    if document.body is not None and document.media_type == PDF_MEDIA_TYPE and is_pdf(document.body):
        return document.body
    for plain, tags in _ATTEMPTS:
        try:
            return _laid_out(_words(document, plain=plain), tags=tags)
        except NotLaidOut:
            continue
    raise PaperInvalid((layout_finding("document"),))


def _laid_out(words: dict[str, Any], *, tags: bool) -> bytes:
    source = files("caducee.cda.view").joinpath("document.typ").read_bytes()
    return compiled(source, {"document": words}, format="pdf", pdf_standards=["a-1b"], pdf_tags=tags)


def _words(document: ReadDocument, *, plain: bool) -> dict[str, Any]:
    flow = Flow(document, plain=plain)
    title = flow.said(document.title or (document.type.display if document.type else "") or "Document médical")
    facts = _facts(head(document), flow)
    who = _facts(patient(document.header.patient), flow)
    sections = _sections(document, flow)
    day = _day(document.header.created)
    return {
        "title": title,
        "date": [day.year, day.month, day.day],
        "facts": facts,
        "patient": who,
        "sections": sections,
        "notes": _notes(document, flow, plain=plain),
    }


def _facts(facts: Facts, flow: Flow) -> list[list[str]]:
    return [[label, flow.said(words, longest=_LONGEST_OF_FACTS)] for label, words in facts]


def _sections(document: ReadDocument, flow: Flow) -> list[dict[str, Any]]:
    made = [part for section in document.sections for part in _section(section, 1, flow)]
    body: list[Any] = []
    if lines := plain_lines(document):
        body = [part for line in lines for part in flow.of((line,))]
    elif document.body is not None:
        body = flow.picture(document.attachments[0])
    return [{"level": 1, "title": "", "runs": _runs(body)}, *made] if body else made


def _section(section: Section, level: int, flow: Flow) -> list[dict[str, Any]]:
    title = section.title or (section.code.display if section.code else "") or "Section sans titre"
    own = {"level": level, "title": flow.said(title), "runs": _runs(flow.of(section.narrative))}
    return [own, *(part for inner in section.sections for part in _section(inner, level + 1, flow))]


def _runs(content: list[Any]) -> list[dict[str, Any]]:
    """Part what stands upright from what needs a page on its side."""
    groups = groupby(content, key=lambda item: bool(item.get("turned")))
    return [{"turned": turned, "items": list(items)} for turned, items in groups]


def _notes(document: ReadDocument, flow: Flow, *, plain: bool) -> list[str]:
    """What the first page says of what is not on the pages."""
    notes = []
    if any(one.loss for one in document.warnings):
        notes.append("Ce document présente des anomalies ; il est peut-être incomplet.")
    unseen = [one for one in document.attachments if id(one) not in flow.shown and one.media_type != "text/plain"]
    if unseen:
        kinds = ", ".join(dict.fromkeys(flow.said(one.media_type) for one in unseen))
        notes.append(f"{_UNSEEN} : {len(unseen)} ({kinds}).")
    if flow.substituted:
        notes.append(f"Certains caractères ne peuvent pas être imprimés ; ils sont remplacés par « {SUBSTITUTE} ».")
    if plain:
        notes.append("La mise en forme de ce document ne tient pas sur des pages ; seul son texte est repris.")
    return notes


def _day(created: str | None) -> date:
    """The date of the document is the date of its print: the same document gives the same bytes."""
    try:
        return date(int((created or "")[:4]), int((created or "")[4:6]), int((created or "")[6:8]))
    except ValueError:
        return date(1970, 1, 1)
