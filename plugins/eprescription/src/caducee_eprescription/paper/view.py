"""What stands on the page, worded in French: the data that the page template receives, as JSON."""

from __future__ import annotations

from datetime import date

import msgspec

from caducee.errors import Finding
from caducee.model import bodies
from caducee.model.document import Document
from caducee.model.environment import Environment
from caducee.model.practice import Practitioner
from caducee.model.texts import texts
from caducee.paper.letter_view import LetterView, author_name, french_date, view
from caducee.paper.prescription import heading, zones
from caducee.paper.printable import unprintable
from caducee_eprescription import qr
from caducee_eprescription.message import lines, valid_until
from caducee_eprescription.numbers import shown

ACCESS = (
    "Ordonnance numérique : ce code donne accès à la prescription enregistrée dans la base nationale."
    " Les professionnels qui l'exécutent y inscrivent ce qu'ils délivrent."
    " Vous pouvez vous opposer à ce que le prescripteur le consulte."
)
OPPOSED = "Le patient s'est opposé à ce que le prescripteur consulte les délivrances."
WITHOUT_CODE = (
    "Ordonnance remise sans code : elle n'est pas enregistrée dans la base nationale des ordonnances numériques."
)
SIMULATED = "SPÉCIMEN — service et numéro simulés : cette ordonnance n'est enregistrée dans aucune base nationale."
DUPLICATE = "DUPLICATA"
_SUBTYPES = {
    "MED-1097": "Médicaments d'exception",
    "MED-1098": "Ordonnance sécurisée : quantités en toutes lettres",
    "MED-1132": "Grand appareillage",
    "MED-1094": "Exécution à domicile",
    "MED-1095": "Exécution urgente",
    "MED-1159": "Affection militaire",
}


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """``letter`` is the head and the zones, as on every paper. ``code`` is SVG, empty without a number."""

    letter: LetterView
    code: str
    number: str
    mentions: tuple[str, ...]
    marks: tuple[str, ...]
    duplicate: str
    count: str


def page(
    document: Document, author: Practitioner, *, environment: Environment, number: str, simulated: bool, duplicate: bool
) -> Page:
    """Word a prescription. ``number`` is empty when it has no code."""
    specimen = Environment.SANDBOX if simulated else environment
    return Page(
        letter=view(heading(document, author), specimen, zones(document)),
        code=qr.svg(number) if number else "",
        number=shown(number) if number else "",
        mentions=_mentions(document, number=number, simulated=simulated),
        marks=_marks(document),
        duplicate=DUPLICATE if duplicate else "",
        count=_count(len(lines(document.body))),
    )


def unprintables(words: Page) -> tuple[Finding, ...]:
    """Return every text of the page that holds a character which no font of the page can draw."""
    shown_texts = [*texts(words.letter, "paper"), *texts(words.marks, "paper.marks")]
    return tuple(
        Finding(
            field=field,
            rule="paper.character",
            message=f"Caractère qui ne s'imprime pas, en position {', '.join(map(str, places))}.",
        )
        for field, text in shown_texts
        if (places := unprintable(text))
    )


def _mentions(document: Document, *, number: str, simulated: bool) -> tuple[str, ...]:
    until = f"Valable jusqu'au {french_date(date.fromisoformat(valid_until(document)))}."
    opposed = OPPOSED if number and getattr(document.body, "follow_opposed", False) else ""
    said = (ACCESS if number else WITHOUT_CODE, opposed, until, SIMULATED if simulated else "")
    return tuple(filter(None, said))


def _marks(document: Document) -> tuple[str, ...]:
    replaced = document.people.replaced
    stands_in = (f"En remplacement de {author_name(replaced)}",) if replaced else ()
    body = document.body
    if not isinstance(body, bodies.Prescription):
        return stands_in
    return (*stands_in, *(_SUBTYPES[kind.code] for kind in body.kinds if kind.code in _SUBTYPES))


def _count(count: int) -> str:
    return "1 ligne prescrite" if count == 1 else f"{count} lignes prescrites"
