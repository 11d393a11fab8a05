"""The practice's own records, lent to plugins."""

from __future__ import annotations

from pathlib import Path

import pytest

from caducee import serve_patients
from caducee.contracts.patients import PATIENT_INDEX, PatientIndex
from caducee.model.identity import Sex, Traits
from caducee.model.patient import Patient
from caducee.testing import kernel_for

pytestmark = pytest.mark.anyio
JEANNE = Patient(
    local_id="P1",
    traits=Traits(birth_name="NESSI-TEST", given_names=("JEANNE",), sex=Sex.FEMALE, birth_date="1975-03-12"),
)


class Records:
    async def by_ins(self, matricule: str, oid: str) -> tuple[Patient, ...]:
        return ()

    async def by_traits(self, traits: Traits) -> tuple[Patient, ...]:
        return (JEANNE,)

    async def by_local_id(self, local_id: str) -> Patient | None:
        return JEANNE if local_id == "P1" else None


async def test_the_records_of_the_practice_are_a_service_like_any_other(tmp_path: Path) -> None:
    records: PatientIndex = Records()
    offered = {"patients": serve_patients(records)}
    async with kernel_for(offered, folder=tmp_path) as kernel, kernel.use(PATIENT_INDEX) as index:
        assert await index.by_local_id("P1") == JEANNE
        assert await index.by_local_id("P2") is None
