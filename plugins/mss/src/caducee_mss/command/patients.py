"""The patients of a JSON list, to see where documents would go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from caducee.errors import ConfigError, Finding
from caducee.model.patient import Patient
from caducee_mss.reading import Filed
from caducee_mss.reading.matching import plain


class ListedPatients:
    """Patients held in memory; no document is known to be filed."""

    def __init__(self, patients: tuple[Patient, ...]) -> None:
        self._patients = patients

    @classmethod
    def of(cls, path: Path) -> ListedPatients:
        """Read a JSON list of patients.

        Raises:
            ConfigError: the file cannot be read, or is no such list.
        """
        try:
            return cls(msgspec.json.decode(path.read_bytes(), type=tuple[Patient, ...]))
        except (OSError, msgspec.DecodeError):
            message = "ce n'est pas une liste de patients en JSON"
            raise ConfigError((Finding(field="--patients", rule="patients", message=message),)) from None

    def with_ins(self, matricule: str, oid: str) -> Sequence[Patient]:
        """Return the records that hold this INS."""
        return [one for one in self._patients if one.ins and (one.ins.matricule, one.ins.oid) == (matricule, oid)]

    def with_traits(self, birth_name: str, birth_date: str) -> Sequence[Patient]:
        """Return the records of that birth name and date."""
        wanted = (plain(birth_name), birth_date)
        return [one for one in self._patients if (plain(one.traits.birth_name), one.traits.birth_date) == wanted]

    def filed(self, document_id: str) -> Filed | None:  # noqa: ARG002 (the protocol's)
        """Return nothing: a list of patients knows no document."""
        return None
