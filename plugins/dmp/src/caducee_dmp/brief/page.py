"""The brief as one page: every text escaped, nothing fetched, no script, printable on A4."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.resources import files

from caducee_dmp.brief import words
from caducee_dmp.brief.model import Answer, Brief, Part, PartName, Passage, Piece, TreatmentLine, WriterKind

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
_MANY = 60
_REFUSED = "L'accès à ce dossier a été refusé lors de la dernière demande. Ce qui suit a été récupéré avant."
_FILTERED = "Seuls certains types de documents sont suivis pour ce patient : cette page ne montre pas tout le dossier."


def to_page(brief: Brief, *, patient: str) -> str:
    """Return the page. ``patient`` is how the practice names the patient: nothing of it comes from the DMP."""
    title = f"Avant la consultation : {escape(patient)}"
    style = files("caducee_dmp.brief").joinpath("page.css").read_text(encoding="utf-8")
    body = "".join(_body(brief))
    return (
        '<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{style}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>\n"
    )


def _body(brief: Brief) -> Iterator[str]:
    asked = f"DMP consulté le {words.instant(brief.asked)}" if brief.asked else "DMP jamais consulté pour ce patient"
    yield f'<p class="asked">{escape(asked)}. Page établie le {words.instant(brief.made)}.</p>'
    for said in (_REFUSED if brief.refused else "", _FILTERED if brief.filtered else ""):
        yield f'<p class="warning" role="note">{escape(said)}</p>' if said else ""
    yield f'<nav aria-label="Parties"><ul>{"".join(map(_entry, brief.parts))}</ul></nav>'
    for part in brief.parts:
        yield from _part(part)


def _entry(part: Part) -> str:
    count = len(part.treatments) or len(part.pieces)
    said = words.ANSWERS.get(part.answer) or str(count)
    return (
        f'<li class="{part.answer}"><a href="#{part.name}">{escape(words.TITLES[part.name])}</a>'
        f" <span>{escape(said)}</span></li>"
    )


def _part(part: Part) -> Iterator[str]:
    yield f'<section id="{part.name}" class="{part.answer}"><h2>{escape(words.TITLES[part.name])}</h2>'
    if part.sentence:
        yield f'<p class="sentence">{escape(part.sentence)}</p>'
    if part.name is PartName.TREATMENTS and part.pieces:
        yield f'<p class="sentence">{escape(words.FROM_INSURANCE)}</p>'
    if part.treatments:
        yield _treatments(part.treatments)
    for piece in part.pieces:
        if not (part.treatments and piece.answer is Answer.SHOWN and not piece.passages and not piece.incomplete):
            yield from _piece(piece)
    if part.others:
        many = "autres documents plus anciens" if part.others > 1 else "autre document plus ancien"
        yield f'<p class="sentence">{part.others} {many} dans le dossier.</p>'
    yield "</section>"


def _piece(piece: Piece) -> Iterator[str]:
    by_patient = piece.writer.kind is WriterKind.PATIENT
    title = piece.title or (piece.type.display if piece.type is not None else "") or "Document"
    written = words.OF_THE_PATIENT if by_patient else piece.writer.said
    yield (
        f'<article class="{"patient" if by_patient else piece.writer.kind}"><h3>{escape(title)}</h3>'
        f'<p class="written">{escape(words.day(piece.date))} · {escape(written)}</p>'
    )
    said = words.of_piece(piece)
    yield f'<p class="{"warning" if piece.incomplete else "sentence"}">{escape(said)}</p>' if said else ""
    for passage in piece.passages:
        yield _passage(passage)
    yield "</article>"


def _passage(passage: Passage) -> str:
    title = f"<h4>{escape(passage.title)}</h4>" if passage.title else ""
    items = "".join(f"<li>{escape(line)}</li>" for line in passage.lines)
    lines = "lignes" if passage.more > 1 else "ligne"
    more = f'<p class="sentence">… {passage.more} {lines} de plus dans le document.</p>' if passage.more else ""
    return f"{title}<ul>{items}</ul>{more}"


def _treatments(lines: tuple[TreatmentLine, ...]) -> str:
    heads = "".join(f'<th scope="col">{h}</th>' for h in ("Délivré le", "Médicament", "Qté", "Prescrit par", "Par"))
    rows = "".join(map(_row, lines[:_MANY]))
    left = len(lines) - _MANY
    older = "délivrances plus anciennes" if left > 1 else "délivrance plus ancienne"
    more = f'<p class="sentence">… {left} {older}.</p>' if left > 0 else ""
    return f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{more}'


def _row(line: TreatmentLine) -> str:
    group = next((code.display for code in line.codes[1:] if code.display), "")
    name = f"{escape(line.name)}<br><small>{escape(group)}</small>" if group else escape(line.name)
    cells = (words.day(line.date), line.quantity, line.prescribed_by, line.dispensed_by)
    date, quantity, prescribed, dispensed = map(escape, cells)
    return f"<tr><td>{date}</td><td>{name}</td><td>{quantity}</td><td>{prescribed}</td><td>{dispensed}</td></tr>"
