"""Collects findings; the rules that several parts of a document share."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Protocol

import msgspec

from caducee.cda.seal import Codes
from caducee.errors import Finding, TerminologyMissing
from caducee.model.codes import Code
from caducee.model.texts import texts

CI_SIS = "CI-SIS, structuration minimale"
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_INVISIBLE_OF_A_BODY = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_PARTIAL = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
_OID = re.compile(r"[0-2](\.(0|[1-9]\d*))+", re.ASCII)
_HL7 = "HL7 v3 Data Types"
# What is written of a number and read again: nine figures before the comma; the first other than zero within six after.
_MOST_FIGURES, _MOST_ZEROS = 9, 6


class ValueSets(Codes, Protocol):
    """What the rules ask of the terminology: ``caducee.terminology.Terminology`` has it."""

    def knows(self, table: str, code: str) -> bool:
        """Say whether a value set has a code."""
        ...

    def valid(self, table: str, code: str, on: date) -> bool:
        """Say whether a code is in use on a day."""
        ...


class Report:
    """The findings of one document, in the order of the rules."""

    def __init__(self, terminology: ValueSets, day: date | None = None) -> None:
        self.terminology = terminology
        self.day = day
        self.findings: list[Finding] = []

    def add(self, field: str, rule: str, message: str, source: str = CI_SIS) -> None:
        """Add one finding."""
        self.findings.append(Finding(field=field, rule=rule, message=message, source=source))

    def require(self, *, holds: bool, field: str, rule: str, message: str, source: str = CI_SIS) -> None:
        """Add a finding unless ``holds``."""
        if not holds:
            self.add(field, rule, message, source)

    def filled(self, field: str, value: str) -> None:
        """A value that must hold something."""
        self.require(
            holds=bool(value.strip()), field=field, rule="value.empty", message="Cette valeur doit être renseignée."
        )

    def printable(self, value: msgspec.Struct, path: str = "") -> None:
        """Texts without a character that nobody sees and XML may not carry; those of a body may have several lines."""
        if not any(_hides(getattr(value, name), _forbidden(path or name)) for name in value.__struct_fields__):
            return  # a long prescription has thousands of values: their paths are spelled where one is wrong
        for field, text in texts(value, path):
            if _forbidden(field).search(text):
                message = (
                    "Ce texte contient un caractère invisible (tabulation, saut de ligne, caractère de contrôle…)."
                )
                self.add(field, "text.invisible", message, "XML 1.0, 2.2")

    def coded(self, field: str, value: Code, table: str) -> None:
        """A code of a value set, with the system and the French text that the set gives it."""
        try:
            known = self.terminology.code(table, value.code)
        except TerminologyMissing:
            message = f"Le code « {value.code} » n'est pas dans la table « {table} »."
            self.add(f"{field}.code", "code.unknown", message)
            return
        self.require(
            holds=self.day is None or self.terminology.valid(table, value.code, self.day),
            field=f"{field}.code",
            rule="code.date",
            message=f"Le code « {value.code} » n'est pas en usage à la date du document.",
        )
        self.require(
            holds=value.system == known.system,
            field=f"{field}.system",
            rule="code.system",
            message=f"Le système du code « {value.code} » est {known.system}.",
        )
        self.require(
            holds=value.display == known.display if known.display else bool(value.display.strip()),
            field=f"{field}.display",
            rule="code.display",
            message=f"Le libellé du code « {value.code} » est « {known.display} ».",
        )

    def concept(self, field: str, value: Code | None) -> None:
        """A code of any system: both are there, and the system is an OID. Whether it exists is not known here."""
        if value is None:
            return
        self.filled(f"{field}.code", value.code)
        self.oid(f"{field}.system", value.system)

    def oid(self, field: str, value: str) -> None:
        """An OID."""
        holds = _OID.fullmatch(value) is not None
        self.require(holds=holds, field=field, rule="hl7.oid", message="Ce n'est pas un OID (1.2.250…).", source=_HL7)

    def placed(self, field: str, name: str, value: str, root: str) -> None:
        """A number given by somebody else: it comes with the OID of who gave it, or not at all."""
        if value or root:
            self.filled(f"{field}.{name}", value)
            self.oid(f"{field}.{name}_root", root)

    def amount(self, field: str, value: Decimal, *, rule: str, what: str, source: str) -> None:
        """A number above zero that can be written: ``what`` (« Une dose ») begins the sentence."""
        if not value.is_finite() or value <= 0:
            self.add(field, rule, f"{what} est plus grande que zéro.", source)
        elif not -_MOST_ZEROS <= value.adjusted() < _MOST_FIGURES:
            self.add(field, "number.size", _TOO_LARGE, source)

    def count(self, field: str, value: int, *, least: int, rule: str, message: str, source: str = CI_SIS) -> None:
        """A whole number that is at least ``least`` and can be written."""
        if value < least:
            self.add(field, rule, message, source)
        elif value >= 10**_MOST_FIGURES:
            self.add(field, "number.size", _TOO_LARGE, source)

    def partial_date(self, field: str, value: str | None) -> str | None:
        """A date as far as it is known; return it when it exists."""
        if value is None:
            return None
        if _PARTIAL.fullmatch(value) is not None and _exists(value):
            return value
        self.add(field, "date.exists", "Cette date n'existe pas (AAAA, AAAA-MM ou AAAA-MM-JJ).", _HL7)
        return None

    def interval(self, field: str, since: str | None, until: str | None) -> None:
        """Two dates as far as they are known, in their order."""
        start, end = self.partial_date(f"{field}.since", since), self.partial_date(f"{field}.until", until)
        if start and end:
            length = min(len(start), len(end))
            if end[:length] < start[:length]:
                self.add(f"{field}.until", "time.order", "La fin précède le début.")

    def whole_date(self, field: str, value: str | None) -> date | None:
        """A whole date; return it when it exists."""
        if value is None:
            return None
        if len(value) == len("YYYY-MM-DD") and _PARTIAL.fullmatch(value) is not None and _exists(value):
            return date.fromisoformat(value)
        self.add(field, "date.exists", "Cette date n'existe pas (forme attendue : AAAA-MM-JJ).", _HL7)
        return None

    def whole_interval(self, field: str, start: str | None, end: str | None) -> None:
        """Two whole dates in their order."""
        first, last = self.whole_date(f"{field}.start", start), self.whole_date(f"{field}.end", end)
        if first and last and last < first:
            self.add(f"{field}.end", "time.order", "La fin précède le début.")


_TOO_LARGE = "Ce nombre est hors de toute mesure : au plus 999 999 999, et au moins 0,000001 s'il n'est pas entier."


def _exists(text: str) -> bool:
    try:
        date.fromisoformat(text + "-01-01"[len(text) - len("YYYY") :])
    except ValueError:
        return False
    return True


def _forbidden(field: str) -> re.Pattern[str]:
    return _INVISIBLE_OF_A_BODY if field.startswith("body") else _INVISIBLE


def _hides(value: object, forbidden: re.Pattern[str]) -> bool:
    """Say whether a text of a value, however deep, has such a character."""
    if isinstance(value, str):
        return forbidden.search(value) is not None
    if isinstance(value, msgspec.Struct):
        return any(_hides(getattr(value, name), forbidden) for name in value.__struct_fields__)
    return isinstance(value, list | tuple) and any(_hides(item, forbidden) for item in value)
