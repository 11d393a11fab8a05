"""Structured documents and their next versions, from the desk to the record and back."""

from __future__ import annotations

from typing import Any

import anyio
import msgspec
import pytest

from caducee import Code, Document
from caducee.cda.reading import read_document
from caducee.clinical import (
    AdmissionLetter,
    Allergy,
    BiologyPrescription,
    ImagingAct,
    ImagingRequest,
    MedicalSummary,
    Medicine,
    MedicinePrescription,
    Posology,
    Prescription,
    Problem,
    Vaccination,
    VaccinationNote,
    Version,
)
from caducee.model.document import OF_THE_BODY
from caducee.outbox.contract import DeliveryState
from caducee.terminology import Terminology
from caducee_demo.practice import Practice
from caducee_demo.sandbox import Control
from caducee_dmp import DMP
from tests.e2e.desk import CONSENTED, DOCTOR, JEANNE, letter, opened, publish, qualified

pytestmark = pytest.mark.anyio
T = Terminology.load()
MEDICINE = Medicine(name="PARACÉTAMOL EXEMPLE 500 mg")
VACCINE = Medicine(
    name="VACCIN EXEMPLE",
    code=Code("69999999", "1.2.250.1.213.2.3.1", "VACCIN EXEMPLE"),
    atc=Code("J07AM", "2.16.840.1.113883.6.73", "vaccins tétaniques"),
    lot="L42",
)
BODIES = {
    "summary": MedicalSummary(problems=(Problem(label="Asthme"),), allergies=(Allergy(label="Arachide"),)),
    "prescription": Prescription(
        medicines=(MedicinePrescription(medicine=MEDICINE, posology=Posology(text="1 comprimé si douleur")),)
    ),
    "biology": BiologyPrescription(exams=("NFS",)),
    "imaging": ImagingRequest(
        acts=(
            ImagingAct(
                modality=T.code("imaging_modality", "MR"),
                site=Code("361291001", "2.16.840.1.113883.6.96", "région entière du genou"),
            ),
        ),
        justification="Gonalgie",
    ),
    "admission": AdmissionLetter(reason="Dyspnée"),
    "vaccination": VaccinationNote(vaccination=Vaccination(vaccine=VACCINE, date="2026-11-01")),
}


def of_kind(kind: str, sandbox: dict[str, Any], **changes: Any) -> Document:
    fresh = letter(qualified(JEANNE, sandbox))
    return msgspec.structs.replace(fresh, body=BODIES[kind], type=OF_THE_BODY, title="", **changes)


@pytest.mark.parametrize("kind", BODIES)
async def test_a_document_of_any_kind_reaches_the_record_and_comes_back(
    practice: Practice, sandbox: dict[str, Any], control: Control, kind: str
) -> None:
    document = of_kind(kind, sandbox)
    async with opened(practice) as kernel:
        ticket = await publish(kernel, document)
        (delivery,) = await ticket.settled()
        assert delivery.state is DeliveryState.DELIVERED, delivery.row
        async with kernel.use(DMP) as dmp:
            entries = await dmp.find(document.patient, practitioner="roux", acting=DOCTOR, access=CONSENTED)
            (entry,) = [entry for entry in entries if entry.document_id == ticket.document_id]
            received = await dmp.retrieve(document.patient, entry, practitioner="roux", acting=DOCTOR, access=CONSENTED)
    assert entry.type == document.type
    assert read_document(received).title == document.title


async def test_the_next_version_replaces_the_one_before_in_the_record(
    practice: Practice, sandbox: dict[str, Any], control: Control
) -> None:
    async with opened(practice) as kernel:
        first = await publish(kernel, of_kind("summary", sandbox))
        await first.settled()
        sealed = read_document(await kernel.documents.sealed_bytes(first.document_id) or b"")
        before = Version(document_id=sealed.document_id, series=sealed.series or "", version=sealed.version or 0)
        second = await publish(kernel, of_kind("summary", sandbox, replaces=before))
        (delivery,) = await second.settled()
    assert delivery.state is DeliveryState.DELIVERED, delivery.row
    held = await anyio.to_thread.run_sync(control.held)
    status = {one["uniqueId"]: one["status"].rpartition(":")[2] for one in held["documents"]}
    assert (status[first.document_id], status[second.document_id]) == ("Deprecated", "Approved")


async def test_a_version_of_what_is_not_in_the_record_is_refused_and_says_so(
    practice: Practice, sandbox: dict[str, Any], control: Control
) -> None:
    before = Version(document_id="1.2.250.1.999.9.1", series="1.2.250.1.999.9.2", version=1)
    async with opened(practice) as kernel:
        ticket = await publish(kernel, of_kind("summary", sandbox, replaces=before))
        (delivery,) = await ticket.settled()
    assert delivery.state is DeliveryState.REJECTED
    assert "remplacer" in delivery.explanation.sentence
