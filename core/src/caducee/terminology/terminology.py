"""Look-ups in the tables, each loaded the first time it is asked."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Protocol

from caducee.errors import TerminologyMissing
from caducee.model.codes import Code
from caducee.terminology.table import (
    Association,
    Certainty,
    Edition,
    TableName,
    ValueSet,
    load_association,
    load_value_set,
)

_ASSOCIATIONS = frozenset({TableName.CLASS_OF_TYPE})


class Terminology:
    """The shipped tables, and those of a folder of the vendor's in their place. ``Terminology.load()`` makes one."""

    @staticmethod
    @cache
    def load(folder: Path | None = None) -> Terminology:
        """Return the tables; nothing is read before the first look-up."""
        return Terminology(folder)

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._value_sets: dict[str, ValueSet] = {}
        self._associations: dict[str, Association] = {}

    def code(self, table: str, code: str) -> Code:
        """Return the concept: code, system and French display.

        Raises:
            TerminologyMissing: the table is not shipped, or has no such code.
        """
        entry = self._value_set(table, code).entries.get(code)
        if entry is None:
            raise TerminologyMissing(table, code)
        return entry.code

    def knows(self, table: str, code: str) -> bool:
        """Say whether the value set has this code."""
        return code in self._value_set(table, code).entries

    def valid(self, table: str, code: str, on: date) -> bool:
        """Say whether a code that the value set has is in use on a day."""
        entry = self._value_set(table, code).entries.get(code)
        if entry is None:
            return False
        return (entry.since is None or entry.since <= on) and (entry.until is None or on <= entry.until)

    def associate(self, table: str, code: str) -> Code:
        """Return the concept that an association gives for ``code``, from its target table.

        Raises:
            TerminologyMissing: the association is not shipped or has no such code.
        """
        association = self._association(table, code)
        pair = association.pairs.get(code)
        if pair is None:
            raise TerminologyMissing(table, code)
        return self.code(association.target, pair.target)

    def certainty(self, table: str, code: str) -> Certainty:
        """Say how far one row is known.

        Raises:
            TerminologyMissing: no such row.
        """
        rows = self._association(table, code).pairs if table in _ASSOCIATIONS else self._value_set(table, code).entries
        if code not in rows:
            raise TerminologyMissing(table, code)
        return rows[code].certainty

    def editions(self) -> tuple[Edition, ...]:
        """List every shipped table with its edition, source and certainty."""
        return tuple(
            (self._association(name, "") if name in _ASSOCIATIONS else self._value_set(name, "")).edition
            for name in TableName
        )

    def _value_set(self, table: str, code: str) -> ValueSet:
        if table not in self._value_sets:
            if table in _ASSOCIATIONS or table not in set(TableName):
                raise TerminologyMissing(table, code)
            self._value_sets[table] = load_value_set(table, self._folder)
        return self._value_sets[table]

    def _association(self, table: str, code: str) -> Association:
        if table not in self._associations:
            if table not in _ASSOCIATIONS:
                raise TerminologyMissing(table, code)
            self._associations[table] = load_association(table, self._folder)
        return self._associations[table]


class _Configured(Protocol):
    @property
    def base(self) -> Path: ...
    @property
    def documents(self) -> _Documents: ...


class _Documents(Protocol):
    @property
    def terminology(self) -> Path | None: ...


def terminology_of(config: _Configured) -> Terminology:
    """Return the tables of a configuration: those of ``documents.terminology`` where it has them, else the shipped."""
    folder = config.documents.terminology
    return Terminology.load(config.base / folder if folder is not None else None)
