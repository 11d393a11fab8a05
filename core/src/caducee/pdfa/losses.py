"""What a file loses by becoming PDF/A-1b although it is not on its pages, said in French."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from caducee.pdfa.fitness import annotations_of

_SIGNED = 1


def losses(pdf: Any, *, rasterized: bool, damaged: bool) -> Iterator[str]:
    """Yield the sentences; ``rasterized``: its pages became images, ``damaged``: it had to be put together again."""
    kinds = {str(annotation.get("/Subtype")) for annotation in annotations_of(pdf)}
    if "/EmbeddedFiles" in pdf.Root.get("/Names", {}) or "/AF" in pdf.Root or "/FileAttachment" in kinds:
        yield "Les fichiers joints au PDF n'ont pas été conservés."
    form = pdf.Root.get("/AcroForm", {})
    if int(form.get("/SigFlags", 0)) & _SIGNED or any(map(_is_signature, form.get("/Fields", []))):
        yield "La signature électronique du PDF n'a pas été conservée : gardez le fichier d'origine."
    if rasterized and any(_is_comment(annotation) for annotation in annotations_of(pdf)):
        yield "Le texte des commentaires qui s'ouvrent d'un clic n'a pas été conservé."
    if {"/Sound", "/Movie", "/Screen", "/RichMedia"} & kinds:
        yield "Les sons et les films n'ont pas été conservés."
    if pdf.is_encrypted:
        yield "Le PDF était protégé contre les modifications : cette protection a été retirée."
    if damaged:
        yield "La structure du fichier était abîmée : elle a été reconstruite, toutes ses pages y sont."


def _is_signature(field: Any) -> bool:
    return field.get("/FT") == "/Sig" and "/V" in field


def _is_comment(annotation: Any) -> bool:
    return annotation.get("/Subtype") == "/Text" and str(annotation.get("/Contents", "")) != ""
