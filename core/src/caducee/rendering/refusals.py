"""What the native side refuses, as errors of Caducée."""

from __future__ import annotations

import msgspec

from caducee.errors import CaduceeError, DocumentInvalid, Finding
from caducee.model.texts import texts
from caducee_native import NativeError

_SURROGATES = range(0xD800, 0xE000)


class TemplateError(CaduceeError):
    """A template file, or the struct given to it, is wrong: a defect of the program, found when it is loaded.

    ``file`` and ``line`` say where, when the file is at fault.
    """

    code = "template.invalid"

    def __init__(self, detail: str, *, file: str = "", line: int = 0) -> None:
        self.file = file
        self.line = line
        super().__init__(detail)


def refused(error: NativeError) -> CaduceeError:
    """Return the error of Caducée that says the same."""
    if error.code == "model.character":
        return _invalid(
            error.path, "xml.character", "Ce texte contient un caractère invisible interdit.", "XML 1.0, 2.2"
        )
    if error.code == "model.time":
        return _invalid(error.path, "hl7.time", "Cette date ou cette heure n'existe pas.", "HL7 v3 Data Types, TS")
    return TemplateError(str(error), file=error.file, line=error.line)


def not_unicode(model: msgspec.Struct) -> DocumentInvalid:
    """Return the error for a text that holds half a character (a lone surrogate)."""
    message = "Ce texte contient un caractère incomplet."
    broken = (path for path, text in texts(model) if any(ord(character) in _SURROGATES for character in text))
    return _invalid(next(broken, ""), "xml.character", message, "XML 1.0, 2.2")


def _invalid(field: str, rule: str, message: str, source: str) -> DocumentInvalid:
    return DocumentInvalid((Finding(field=field, rule=rule, message=message, source=source),))
