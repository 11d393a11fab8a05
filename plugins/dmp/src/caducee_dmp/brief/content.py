"""What is read in a document for the brief: its passages line by line, its lines of treatment."""

from __future__ import annotations

from collections.abc import Iterator

from caducee.cda.reading import ReadDocument
from caducee.cda.reading.model import Block, Entry, Party, Section
from caducee_dmp.brief.model import Passage, TreatmentLine

_LINE = frozenset({"paragraph", "item", "tr", "br", "table", "list", "thead", "tbody", "tfoot", "caption"})
_MOST_LINES = 40
_TEXT = "text/plain"


def passages_of(document: ReadDocument, *, most: int = _MOST_LINES) -> tuple[Passage, ...]:
    """Return the sections of a structured document, or the text of one that is a text; empty for a file.

    A section shows ``most`` lines, and says how many it has beyond.
    """
    if document.body is not None and document.media_type == _TEXT:
        lines = [line.strip() for line in document.body.decode("utf-8", errors="replace").splitlines()]
        return (_passage("", [line for line in lines if line], most),)
    found = (passage for section in document.sections for passage in _section(section, most))
    return tuple(passage for passage in found if passage.lines)


def _section(section: Section, most: int) -> Iterator[Passage]:
    title = section.title or (section.code.display if section.code is not None else "")
    yield _passage(title, lines_of(section.narrative), most)
    for inner in section.sections:
        yield from _section(inner, most)


def _passage(title: str, lines: list[str], most: int) -> Passage:
    return Passage(title=title, lines=tuple(lines[:most]), more=max(0, len(lines) - most))


def lines_of(narrative: tuple[str | Block, ...]) -> list[str]:
    """Return a narrative as lines: a paragraph, an item or a row each, the cells of a row apart."""
    lines: list[str] = [""]
    _write(narrative, lines)
    return [line for line in (" ".join(line.split()).removesuffix(" ·") for line in lines) if line]


def _write(narrative: tuple[str | Block, ...], lines: list[str]) -> None:
    for one in narrative:
        if isinstance(one, str):
            lines[-1] += one
        elif one.name in ("td", "th"):
            _cell(one, lines)
        elif one.name in _LINE:
            lines.append("")
            _write(one.content, lines)
            lines.append("")
        else:
            _write(one.content, lines)


def _cell(cell: Block, lines: list[str]) -> None:
    """A cell stays on the line of its row."""
    inner = lines_of(cell.content)
    if inner:
        lines[-1] += f"{' · ' if lines[-1].strip() else ''}{', '.join(inner)}"


def treatments_of(document: ReadDocument, *, document_id: str) -> tuple[TreatmentLine, ...]:
    """Return the medicines of a document on reimbursements, in its order."""
    entries = (entry for section in _all(document.sections) for entry in section.entries)
    return tuple(_treatment(entry, document_id) for entry in entries if _is_treatment(entry) and _named(entry))


def _is_treatment(entry: Entry) -> bool:
    """What is said not to have been given is none."""
    return entry.kind == "substanceAdministration" and not entry.negated


def _all(sections: tuple[Section, ...]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _all(section.sections)


def _named(entry: Entry) -> str:
    return entry.product or next((code.display or code.code for code in entry.product_codes), "")


def _treatment(entry: Entry, document_id: str) -> TreatmentLine:
    supply = next((inner for inner in entry.entries if inner.kind == "supply"), entry)
    performer = next((one for one in supply.participants if one.kind == "PRF"), None)
    author = next((one for one in supply.participants if one.kind == "AUT"), None)
    times = [one.time for one in (performer, author) if one is not None and one.time]
    times += [timing.low for timing in entry.times if timing.low]
    return TreatmentLine(
        date=times[0][:8] if times else "",
        name=_named(entry),
        quantity=next((dose.text for dose in supply.doses if dose.text), ""),
        codes=entry.product_codes,
        prescribed_by=_said(author),
        dispensed_by=_said(performer),
        document_id=document_id,
    )


def _said(party: Party | None) -> str:
    return "" if party is None else party.name or party.organisation
