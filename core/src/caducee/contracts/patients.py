"""The patients of the practice, as plugins may look them up: offered by the practice's own software."""

from __future__ import annotations

from typing import Protocol

from caducee.model.identity import Traits
from caducee.model.patient import Patient
from caducee.services import ServiceKey


class PatientIndex(Protocol):
    """Look-ups in the practice's own records. Nothing is kept of the answers."""

    async def by_ins(self, matricule: str, oid: str) -> tuple[Patient, ...]:
        """Return the records that hold this matricule under this OID; several when the practice has duplicates."""
        ...

    async def by_traits(self, traits: Traits) -> tuple[Patient, ...]:
        """Return the records that look like these traits: for a person to choose from, never to file by."""
        ...

    async def by_local_id(self, local_id: str) -> Patient | None:
        """Return one record."""
        ...


PATIENT_INDEX: ServiceKey[PatientIndex] = ServiceKey("patient_index")
