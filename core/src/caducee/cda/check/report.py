"""Collects findings; the rules that several parts of a document share."""

from __future__ import annotations

import unicodedata
from typing import Protocol

import msgspec

from caducee.cda.seal import Codes
from caducee.errors import Finding, TerminologyMissing
from caducee.model.codes import Code
from caducee.model.texts import texts

CI_SIS = "CI-SIS, structuration minimale"
_INVISIBLE = frozenset({"Cc", "Cs"})
_NOT_CHARACTERS = frozenset({"\ufffe", "\uffff"})


class ValueSets(Codes, Protocol):
    """What the rules ask of the terminology: ``caducee.terminology.Terminology`` has it."""

    def knows(self, table: str, code: str) -> bool:
        """Say whether a value set has a code."""
        ...


class Report:
    """The findings of one document, in the order of the rules."""

    def __init__(self, terminology: ValueSets) -> None:
        self.terminology = terminology
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
        """Texts of one line, without a character that nobody sees and XML may not carry."""
        for field, text in texts(value, path):
            if any(unicodedata.category(c) in _INVISIBLE or c in _NOT_CHARACTERS for c in text):
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
            holds=value.system == known.system,
            field=f"{field}.system",
            rule="code.system",
            message=f"Le système du code « {value.code} » est {known.system}.",
        )
        self.require(
            holds=value.display == known.display,
            field=f"{field}.display",
            rule="code.display",
            message=f"Le libellé du code « {value.code} » est « {known.display} ».",
        )
