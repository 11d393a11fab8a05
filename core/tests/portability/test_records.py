from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from caducee import Actor, Audience, Kernel
from caducee.contracts.portability import KeptDocument
from caducee.errors import ActorRefused, RecordUnreadable, TraitsMismatch
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST, Ins, Sex
from caducee.model.patient import Patient
from caducee.portability.json import from_json, to_json
from caducee.portability.model import PortableRecord
from caducee.testing import kernel_for
from core.tests.kernel.strangers import Box, BoxPlugin, a_letter

from .keeping import Shelf

pytestmark = pytest.mark.anyio
DOCTOR = Actor.doctor("Dr Roux")
PATIENT = a_letter().patient
RECEIVED = KeptDocument(
    document_id="1.2.3", holder="roux", title="Lettre", mime_type="text/xml", description="{}", content=b"<a/>"
)


async def sent_and_received(kernel: Kernel) -> None:
    for name in ("L1", "L2"):
        letter = a_letter(name)
        ticket = await kernel.documents.publish(
            letter, audience=Audience(Box()), acting=DOCTOR, idempotency_key=letter.local_id
        )
        await ticket.settled()
    other = msgspec.structs.replace(a_letter("L3"), patient=msgspec.structs.replace(PATIENT, local_id="P2"))
    await kernel.documents.publish(other, audience=Audience(Box()), acting=DOCTOR, idempotency_key="L3")


def same(record: PortableRecord) -> PortableRecord:
    """A record without what it says of its own export: when it was made, and the lines of the trail."""
    return msgspec.structs.replace(record, made=PLAIN.made, audit=())


PLAIN = msgspec.json.decode(
    msgspec.json.encode({"patient": msgspec.to_builtins(PATIENT), "made": "2026-01-05T08:00:00Z"}), type=PortableRecord
)


async def test_a_record_has_what_was_sent_and_received_with_receipts_and_trail(tmp_path: Path) -> None:
    async with kernel_for({"box": BoxPlugin(), "shelf": Shelf(RECEIVED)}, folder=tmp_path) as kernel:
        await sent_and_received(kernel)
        record = await kernel.records.export_record(PATIENT, acting=DOCTOR)
        assert [document.idempotency_key for document in record.sent] == ["L1", "L2"]
        assert [document.content for document in record.sent] == [
            await kernel.documents.sealed_bytes(document.document_id) for document in record.sent
        ]
    for document in record.sent:
        (delivery,) = document.deliveries
        assert (delivery.state, delivery.receipt and delivery.receipt.service) == ("delivered", "box")
        assert msgspec.json.decode(document.model)["title"] == "Compte rendu"
        assert msgspec.json.decode(document.entry)["document_id"] == document.document_id
    assert record.kept["shelf"].documents == (RECEIVED,)
    assert [(item.kind, item.content, item.state) for item in record.items] == [("mail", b"a mail", "waiting")]
    assert [line.action for line in record.audit][-1] == "record.export"
    assert {"publish", "feed"} <= {line.action for line in record.audit}


async def test_a_record_taken_in_elsewhere_is_the_same_record(tmp_path: Path) -> None:
    async with kernel_for({"box": BoxPlugin(), "shelf": Shelf(RECEIVED)}, folder=tmp_path / "a") as kernel:
        await sent_and_received(kernel)
        record = await kernel.records.export_record(PATIENT, acting=DOCTOR)
    async with kernel_for({"box": BoxPlugin(), "shelf": Shelf()}, folder=tmp_path / "b") as kernel:
        for _ in range(2):
            await kernel.records.import_record(from_json(to_json(record)), into=PATIENT, acting=DOCTOR)
        again = await kernel.records.export_record(PATIENT, acting=DOCTOR)
    assert same(again) == same(record)
    assert again.audit[: len(record.audit)] == record.audit
    assert [line.action for line in again.audit[len(record.audit) :]] == ["record.import"] * 2 + ["record.export"]


async def test_a_record_brought_back_to_where_it_came_from_says_nothing_twice(tmp_path: Path) -> None:
    async with kernel_for({"box": BoxPlugin(), "shelf": Shelf(RECEIVED)}, folder=tmp_path) as kernel:
        await sent_and_received(kernel)
        record = await kernel.records.export_record(PATIENT, acting=DOCTOR)
        await kernel.records.import_record(record, into=PATIENT, acting=DOCTOR)
        again = await kernel.records.export_record(PATIENT, acting=DOCTOR)
    assert same(again) == same(record)
    assert len(again.audit) == len(record.audit) + 2


async def test_nothing_of_a_record_taken_in_is_sent_again(tmp_path: Path) -> None:
    async with kernel_for({"box": BoxPlugin()}, folder=tmp_path / "a") as kernel:
        await sent_and_received(kernel)
        record = await kernel.records.export_record(PATIENT, acting=DOCTOR)
    box = BoxPlugin()
    async with kernel_for({"box": box}, folder=tmp_path / "b") as kernel:
        await kernel.records.import_record(record, into=PATIENT, acting=DOCTOR)
        assert await kernel._store.deliveries() == ()
    assert box.received == []


async def test_what_no_plugin_takes_is_kept_for_the_next_export(tmp_path: Path) -> None:
    async with kernel_for({"shelf": Shelf(RECEIVED)}, folder=tmp_path / "a") as kernel:
        record = await kernel.records.export_record(PATIENT, acting=DOCTOR)
    async with kernel_for({}, folder=tmp_path / "b") as kernel:
        await kernel.records.import_record(record, into=PATIENT, acting=DOCTOR)
        again = await kernel.records.export_record(PATIENT, acting=DOCTOR)
    assert again.kept == record.kept


async def test_a_record_is_taken_in_under_the_identifier_of_the_practice(tmp_path: Path) -> None:
    here = msgspec.structs.replace(PATIENT, local_id="DOSSIER-9")
    async with kernel_for({"shelf": Shelf(RECEIVED)}, folder=tmp_path / "a") as kernel:
        record = await kernel.records.export_record(PATIENT, acting=DOCTOR)
    async with kernel_for({"shelf": Shelf()}, folder=tmp_path / "b") as kernel:
        await kernel.records.import_record(record, into=here, acting=DOCTOR)
        assert (await kernel.records.export_record(here, acting=DOCTOR)).kept == record.kept
        assert (await kernel.records.export_record(PATIENT, acting=DOCTOR)).kept == {}


@pytest.mark.parametrize(
    "differs",
    [
        {"birth_name": "AUTRE-TEST"},
        {"given_names": ("AUTRE", *PATIENT.traits.given_names)},
        {"birth_date": "1931-01-01"},
        {"sex": Sex.MALE if PATIENT.traits.sex is Sex.FEMALE else Sex.FEMALE},
        {"birth_place": "99999"},
    ],
)
async def test_the_record_of_somebody_else_is_refused_and_nothing_is_kept(
    tmp_path: Path, differs: dict[str, object]
) -> None:
    traits = msgspec.structs.replace(PATIENT.traits, birth_place="75056")
    other = Patient(local_id="P2", traits=msgspec.structs.replace(traits, **differs))
    async with kernel_for({"shelf": Shelf(RECEIVED)}, folder=tmp_path) as kernel:
        record = await kernel.records.export_record(msgspec.structs.replace(PATIENT, traits=traits), acting=DOCTOR)
        with pytest.raises(TraitsMismatch):
            await kernel.records.import_record(record, into=other, acting=DOCTOR)
        assert (await kernel.records.export_record(other, acting=DOCTOR)).kept == {}


@pytest.mark.parametrize(
    ("known", "differs"),
    [
        (True, {"birth_name": "NOM-CORRIGE"}),
        (False, {"given_names": (PATIENT.traits.given_names[0], "AUTRE")}),
        (False, {"birth_place": "75056"}),
        (False, {}),
    ],
)
async def test_one_matricule_or_the_same_traits_as_far_as_they_are_known_are_one_person(
    tmp_path: Path, differs: dict[str, object], *, known: bool
) -> None:
    ins = Ins(matricule="275036399900106", oid=INS_NIR_TEST, environment=Environment.SANDBOX) if known else None
    given = msgspec.structs.replace(PATIENT, ins=ins)
    here = msgspec.structs.replace(given, traits=msgspec.structs.replace(PATIENT.traits, **differs))
    async with kernel_for({}, folder=tmp_path) as kernel:
        record = await kernel.records.export_record(given, acting=DOCTOR)
        await kernel.records.import_record(record, into=here, acting=DOCTOR)
        assert (await kernel.records.export_record(here, acting=DOCTOR)).patient == here


async def test_another_matricule_does_not_make_another_person_of_the_same_traits(tmp_path: Path) -> None:
    first, second = (
        msgspec.structs.replace(
            PATIENT, ins=Ins(matricule=matricule, oid=INS_NIR_TEST, environment=Environment.SANDBOX)
        )
        for matricule in ("275036399900106", "275036399900205")
    )
    async with kernel_for({}, folder=tmp_path) as kernel:
        record = await kernel.records.export_record(first, acting=DOCTOR)
        await kernel.records.import_record(record, into=second, acting=DOCTOR)


async def test_a_part_that_its_plugin_cannot_take_refuses_the_record(tmp_path: Path) -> None:
    async with kernel_for({"shelf": Shelf(RECEIVED)}, folder=tmp_path / "a") as kernel:
        record = await kernel.records.export_record(PATIENT, acting=DOCTOR)
    later = {"shelf": msgspec.structs.replace(record.kept["shelf"], state="later")}
    async with kernel_for({"shelf": Shelf()}, folder=tmp_path / "b") as kernel:
        with pytest.raises(RecordUnreadable):
            await kernel.records.import_record(msgspec.structs.replace(record, kept=later), into=PATIENT, acting=DOCTOR)
        assert (await kernel.records.export_record(PATIENT, acting=DOCTOR)).kept == {}


async def test_an_automaton_gives_and_takes_no_record(tmp_path: Path) -> None:
    robot = Actor.automaton("nuit")
    async with kernel_for({}, folder=tmp_path) as kernel:
        with pytest.raises(ActorRefused):
            await kernel.records.export_record(PATIENT, acting=robot)
        with pytest.raises(ActorRefused):
            await kernel.records.import_record(PLAIN, into=PATIENT, acting=robot)
