"""What cannot be printed."""

from __future__ import annotations

from caducee.errors import Finding, WithFindings
from caducee.model.texts import texts
from caducee.paper.letter_view import LetterView
from caducee.paper.printable import unprintable


class PaperInvalid(WithFindings):
    """The page cannot be printed; nothing was. ``findings`` names the texts and the positions in them."""

    code = "paper.invalid"
    sentence = "La lettre ne peut pas être mise en page."
    remedy = "Retirez les caractères inhabituels (émojis, symboles), puis recommencez."


def findings(words: LetterView) -> tuple[Finding, ...]:
    """Return every text of the page that holds a character which no font of the page can draw."""
    return tuple(
        Finding(
            field=field,
            rule="paper.character",
            message=f"Caractère qui ne s'imprime pas, en position {', '.join(map(str, places))}.",
        )
        for field, text in texts(words, "letter")
        if (places := unprintable(text))
    )
