"""A document as one page: every text escaped, nothing fetched, readable by ear and on paper."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from html import escape

from caducee.cda.reading.model import Attachment, ReadDocument, Section
from caducee.cda.view.facts import Facts, head, patient, plain_lines
from caducee.cda.view.narrative import PICTURES, Passages, figure

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"
_DEEPEST = 6
_STYLE = """
:root{color-scheme:light}
body{font:16px/1.5 system-ui,sans-serif;color:#1f2937;max-width:72rem;margin:0 auto;padding:1.5rem;background:#fff}
h1{font-size:1.6rem;color:#1d4e6f;margin:0 0 1rem}
h2,h3,h4,h5,h6{color:#1d4e6f;margin:1.6rem 0 .4rem;line-height:1.25}
h2{font-size:1.25rem;border-bottom:2px solid #1d4e6f;padding-bottom:.2rem}h3{font-size:1.1rem}h4,h5,h6{font-size:1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:0}
dt{color:#4b5563}dd{margin:0;overflow-wrap:anywhere}
.heads{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:1rem 2rem}
.heads{border-left:4px solid #1d4e6f;padding-left:1rem}
.patient dd:first-of-type{font-weight:bold}
table{border-collapse:collapse;margin:.5rem 0;width:100%;font-size:.9rem}
caption{text-align:left;font-weight:bold}
th,td{overflow-wrap:break-word;border:1px solid #c5ccd3;padding:.3rem .5rem;text-align:left;vertical-align:top}
thead th{background:#eef3f6}
.wide{overflow-x:auto}
.bold{font-weight:bold}.italics{font-style:italic}.underline{text-decoration:underline}.emphasis{font-style:italic}
.arabic{list-style:decimal}.big-alpha{list-style:upper-alpha}.little-alpha{list-style:lower-alpha}
.big-roman{list-style:upper-roman}.little-roman{list-style:lower-roman}
.revised-del{text-decoration:line-through}.revised-ins{text-decoration:underline}
.warnings{border:2px solid #9a3412;padding:.5rem 1rem;margin:1rem 0;color:#7c2d12}
img{max-width:100%}figure{margin:.5rem 0}
@media (max-width:45rem){.heads{grid-template-columns:1fr}}
@media print{@page{size:A4;margin:18mm}@page turned{size:A4 landscape}body{font-size:10pt;max-width:none;padding:0}
.heads,tr,figure{break-inside:avoid}h2,h3,h4{break-after:avoid}
table{font-size:8.5pt}.many table{font-size:6.5pt}.turned table{font-size:7.5pt}.turned{page:turned}
th,td{padding:.8mm}.wide{overflow:visible}
a{color:inherit}}
"""


def to_html(document: ReadDocument, *, embed_files: bool = True) -> str:
    """Return a page that shows the document: safe, self-contained, printable on A4.

    No script, nothing from elsewhere, no markup from the document: its texts are escaped. Pictures that it holds
    (PNG, JPEG, GIF) are in the page; other files are listed, and can be saved from it unless ``embed_files`` is false.
    """
    title = escape(document.title or (document.type.display if document.type else "") or "Document médical")
    passages = Passages(document)
    body = "".join(_body(document, passages, embed_files=embed_files))
    return (
        '<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>\n"
    )


def _body(document: ReadDocument, passages: Passages, *, embed_files: bool) -> Iterator[str]:
    yield (
        f'<div class="heads"><div class="patient">{_facts(patient(document.header.patient))}</div>'
        f"<div>{_facts(head(document))}</div></div>"
    )
    losses = [one for one in document.warnings if one.loss]
    if losses:
        said = dict.fromkeys(escape(one.message) for one in losses)
        items = "".join(f"<li>{message}</li>" for message in said)
        yield (
            '<div class="warnings" role="note"><p>Ce document présente des anomalies ; il est peut-être incomplet.</p>'
            f"<ul>{items}</ul></div>"
        )
    for section in document.sections:
        yield from _section(section, passages, level=2)
    if document.body is not None and document.media_type in PICTURES:
        yield figure(document.attachments[0])
    yield "".join(f"<p>{escape(line)}</p>" for line in plain_lines(document))
    yield from _files(document, embed_files=embed_files)


def _facts(facts: Facts) -> str:
    return "<dl>" + "".join(f"<dt>{escape(label)}</dt><dd>{escape(words)}</dd>" for label, words in facts) + "</dl>"


def _section(section: Section, passages: Passages, *, level: int) -> Iterator[str]:
    heading = f"h{min(level, _DEEPEST)}"
    title = section.title or (section.code.display if section.code else "") or "Section sans titre"
    yield f"<section><{heading}>{escape(title)}</{heading}>{passages.html(section.narrative)}"
    for inner in section.sections:
        yield from _section(inner, passages, level=level + 1)
    yield "</section>"


def _files(document: ReadDocument, *, embed_files: bool) -> Iterator[str]:
    files = [one for one in document.attachments if one.media_type != "text/plain"]
    if not files:
        return
    whole = document.body is not None
    items = "".join(
        _file(number, one, whole=whole, embed_files=embed_files) for number, one in enumerate(files, start=1)
    )
    yield f"<section><h2>Fichiers joints</h2><ul>{items}</ul></section>"


def _file(number: int, attachment: Attachment, *, whole: bool, embed_files: bool) -> str:
    label = ("Document" if whole else "Copie du document") if attachment.is_copy else f"Fichier {number}"
    said = f"{label} ({escape(attachment.media_type)}, {max(1, len(attachment.content) // 1024)} Kio)"
    # Only a PDF can be saved: a page that carries what a browser would run must not offer it.
    if not embed_files or attachment.media_type != "application/pdf":
        return f"<li>{said}</li>"
    data = base64.b64encode(attachment.content).decode("ascii")
    name = escape(attachment.name or f"document-{number}.pdf")
    return f'<li><a download="{name}" href="data:application/pdf;base64,{data}">{said}</a></li>'
