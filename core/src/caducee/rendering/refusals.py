"""What the native side refuses, as errors of Caducée."""

from __future__ import annotations

import msgspec

from caducee.errors import CaduceeError, DocumentInvalid, Finding
from caducee.model.texts import texts
from caducee_native import NativeError

_FORMS = {
    "model.time": ("hl7.time", "Cette date ou cette heure n'existe pas.", "HL7 v3 Data Types, TS"),
    "model.date": ("hl7.date", "Cette date n'existe pas (attendu : AAAAMMJJ).", "HL7 v3 Data Types, TS"),
    "model.decimal": ("xml.decimal", "Ce n'est pas un nombre décimal (attendu : 5 ou 5.00).", "XML Schema 2, decimal"),
    "model.bool": ("xml.boolean", "Attendu : true ou false.", "XML Schema 2, boolean"),
    "model.oid": ("hl7.oid", "Ce n'est pas un OID (attendu : 1.2.250…, 64 caractères au plus).", "HL7 v3, OID"),
    "model.uuid": ("hl7.uuid", "Ce n'est pas un UUID.", "RFC 9562"),
    "model.code": ("hl7.code", "Un code n'est pas vide et n'a pas d'espace.", "HL7 v3 Data Types, CS"),
    "model.name": (
        "xml.name",
        "Attendu : une lettre, puis des lettres, des chiffres, « . », « - » ou « _ ».",
        "XML 1.0",
    ),
    "model.narrative": (
        "cda.narrative",
        "Cet élément du texte lisible n'est pas permis à cette place.",
        "CDA R2, 4.3.5",
    ),
}
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
    if error.code in _FORMS:
        return _invalid(error.path, *_FORMS[error.code])
    return TemplateError(str(error), file=error.file, line=error.line)


def not_unicode(model: msgspec.Struct) -> DocumentInvalid:
    """Return the error for a text that holds half a character (a lone surrogate)."""
    message = "Ce texte contient un caractère incomplet."
    broken = (path for path, text in texts(model) if any(ord(character) in _SURROGATES for character in text))
    return _invalid(next(broken, ""), "xml.character", message, "XML 1.0, 2.2")


def _invalid(field: str, rule: str, message: str, source: str) -> DocumentInvalid:
    return DocumentInvalid((Finding(field=field, rule=rule, message=message, source=source),))
