"""Sets of several documents, an employee's card, AIR, spellings and quirks: the plugin on the simulated DMP."""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from caducee.cda.seal import CdaSealer
from caducee.clock import SystemClock
from caducee.contracts.signer import Signer
from caducee.documents.ports import Identifiers
from caducee.drift import Drift
from caducee.errors import (
    CapabilityMissing,
    ClockDrift,
    DocumentInvalid,
    IdempotencyConflict,
    OutcomeUnknown,
    ServiceRejected,
)
from caducee.keys.software import SoftwareKey, SoftwareSigner
from caducee.keys.tls import client_context
from caducee.model.codes import Code
from caducee.model.document import CONSULTATION_REPORT, Document, PdfBody, Version
from caducee.model.entry import DocumentEntry
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST, Ins, InsStatus, Sex, Traits
from caducee.model.patient import Patient
from caducee.model.practice import Actor, Practitioner
from caducee.sharing.basis import ExplicitConsent
from caducee.terminology import Terminology
from caducee.testing.state import MemoryState
from caducee.wire.vihf import Software
from caducee_demo.sandbox import Control, running
from caducee_dmp.access import Access
from caducee_dmp.changes import Change
from caducee_dmp.config import DmpConfig, IndirectConfig, ReinforcedConfig, WebConfig
from caducee_dmp.errors import ModeRefused
from caducee_dmp.exchange import Exchange
from caducee_dmp.masks import Mask
from caducee_dmp.service import Consultation
from caducee_dmp.submissions import NewFolder, Submitted
from caducee_dmp.td09_web import Page

from .conftest import FakeOppositions

pytestmark = pytest.mark.anyio
ARC = "1.2.250.1.999.1.1"
BY: dict[str, Any] = {"practitioner": "roux", "acting": Actor.doctor("Dr Camille Roux")}
WHO: dict[str, Any] = {**BY, "access": Access(basis=ExplicitConsent(consultation="essai", how="de vive voix"))}
PDF = b"%PDF-1.4\n%%EOF\n"


class Keys:
    """What the practice's credentials are, from the files of the sandbox."""

    def __init__(self, described: dict[str, Any], practitioners: dict[str, Practitioner]) -> None:
        self._described, self._practitioners = described, practitioners

    def _key(self, name: str) -> SoftwareKey:
        files = self._described["credentials"][name]
        password = Path(files["password_file"]).read_bytes().strip()
        return SoftwareKey.from_pkcs12(Path(files["file"]).read_bytes(), password)

    def practitioner(self, key: str) -> Practitioner:
        return self._practitioners[key]

    async def signer(self, practitioner: str) -> Signer:
        return SoftwareSigner(self._key(f"{practitioner}_sign"))

    async def seal(self, credential: str) -> Signer:
        return SoftwareSigner(self._key(credential))

    def tls(self, credential: str) -> ssl.SSLContext:
        return client_context(self._key(credential), Path(self._described["authorities"]).read_text(encoding="ascii"))

    def tls_for(self, practitioner: str) -> ssl.SSLContext:
        return self.tls(f"{practitioner}_auth")

    async def subject_dn(self, practitioner: str) -> str:
        from caducee.wire.names import subject

        return subject(self._key(f"{practitioner}_auth").certificate.der)


class Context:
    """The plugin's context."""

    name = "dmp"
    environment = Environment.SANDBOX
    log = logging.getLogger("caducee.plugins.dmp")

    def __init__(self, config: DmpConfig, credentials: Keys) -> None:
        self.config: Any = config
        self.credentials: Any = credentials
        self.clock = SystemClock()
        self.state: Any = MemoryState()
        self.oppositions: Any = FakeOppositions()
        self.majority = 18
        self.drifts: list[tuple[str, Drift]] = []

    async def saw_drift(self, service: str, drift: Drift) -> None:
        self.drifts.append((service, drift))


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    with running(tmp_path_factory.mktemp("sandbox")) as said:
        yield said


@pytest.fixture
def control(described: dict[str, Any]) -> Iterator[Control]:
    levers = Control(described["control"])
    yield levers
    levers.clear()
    levers.record("quirks", on=[])


@pytest.fixture
def patient(described: dict[str, Any]) -> Patient:
    traits = Traits(
        birth_name="NESSI-TEST",
        given_names=("JEANNE", "MARIE"),
        sex=Sex.FEMALE,
        birth_date="1975-03-12",
        birth_place="63999",
    )
    ins = Ins(matricule=described["people"]["NESSI-TEST"], oid=INS_NIR_TEST, environment=Environment.SANDBOX)
    return Patient(local_id="P1", traits=traits, status=InsStatus.QUALIFIED, ins=ins)


@pytest.fixture
def people(practitioner: Practitioner) -> dict[str, Practitioner]:
    employee = msgspec.structs.replace(
        practitioner,
        identifier="699700000017/0001",
        family_name="BLANC",
        given_name="Sacha",
        profession=Code("SECRETARIAT_MEDICAL", "1.2.250.1.213.1.1.4.6", "Secrétariat médical"),
        specialty=None,
        author_specialty=Code("SECRETARIAT_MEDICAL", "1.2.250.1.213.1.1.4.6", "Secrétariat médical"),
    )
    return {"roux": practitioner, "blanc": employee}


@pytest.fixture
def config(described: dict[str, Any]) -> DmpConfig:
    return DmpConfig(
        url=described["dmp"],
        lps=Software(id="01.00", name="LGC", version="1.0", homologation="NUMHOMOLSIMU", oid=ARC),
        indirect=IndirectConfig(authentication="org_auth", seal="org_sign", login="password"),
        reinforced=ReinforcedConfig(authentication="org_auth", seal="org_sign", login="mobile"),
        web=WebConfig(url="https://web.example"),
    )


@pytest.fixture
def service(described: dict[str, Any], people: dict[str, Practitioner], config: DmpConfig) -> Any:
    @asynccontextmanager
    async def opened(**changes: Any) -> AsyncIterator[Consultation]:
        context = Context(msgspec.structs.replace(config, **changes), Keys(described, people))
        async with Exchange(context) as exchange:
            yield Consultation(context, exchange)

    return opened


def sealed(
    patient: Patient, author: Practitioner, *, replaces: str = "", masks: frozenset[Mask] = frozenset()
) -> Submitted:
    """A letter sealed as the kernel does."""
    now = datetime.now(UTC).strftime("%Y%m%d%H%M%S+0000")
    letter = Document(
        local_id=f"L-{uuid4()}",
        patient=patient,
        author="roux",
        type=CONSULTATION_REPORT,
        title="Lettre",
        body=PdfBody(PDF),
        created=now,
        service_start=now,
        replaces=Version(document_id=replaces, series=f"{ARC}.7", version=1) if replaces else None,
    )
    named = Identifiers(
        document_id=f"{ARC}.{uuid4().int}", series=f"{ARC}.7", version=2 if replaces else 1, set_id="", signature_id=""
    )
    sealer = CdaSealer(oid_root="1.2.250.1.999.1", terminology=Terminology.load(), copyist=None)  # type: ignore[arg-type]
    made = sealer.seal(letter, author, named)
    return Submitted(content=made.document, entry=msgspec.json.decode(made.entry, type=DocumentEntry), masks=masks)


async def test_several_documents_arrive_in_one_signed_set(
    service: Any, control: Control, patient: Patient, practitioner: Practitioner
) -> None:
    hidden = sealed(patient, practitioner, masks=frozenset({Mask.PATIENT}))
    documents = (sealed(patient, practitioner), hidden)
    before = control.held()["submissions"]
    async with service() as dmp:
        receipt = await dmp.submit(patient, documents, idempotency_key="lot-1", **BY)
        again = await dmp.submit(patient, documents, idempotency_key="lot-1", **BY)
        whole = await dmp.registry.set_contents(patient, unique_id=receipt.set_id, **WHO)
        came = await dmp.retrieve_several(patient, whole.entries[:2], **WHO)
        assert await dmp.update(patient, hidden.entry.document_id, Change.SHOW_PATIENT, **WHO)
        (shown,) = await dmp.registry.entries(patient, (hidden.entry.document_id,), **WHO)
    assert control.held()["submissions"] == before + 2  # the set and the change
    assert (receipt.found, again.found, again.set_id) == (False, True, receipt.set_id)
    assert [link.type for link in whole.links].count("HasMember") == 3
    assert [document.content for document in came.documents] == [one.content for one in documents]
    assert [code.code for code in shown.confidentiality] == ["N"]


async def test_a_document_of_a_set_takes_the_place_of_an_earlier_one(
    service: Any, control: Control, patient: Patient, practitioner: Practitioner
) -> None:
    first = sealed(patient, practitioner)
    second = sealed(patient, practitioner, replaces=first.entry.document_id)
    async with service() as dmp:
        await dmp.submit(patient, (first,), idempotency_key="lot-a", **BY)
        await dmp.submit(patient, (second, sealed(patient, practitioner)), idempotency_key="lot-b", **BY)
        old, new = await dmp.registry.entries(patient, (first.entry.document_id, second.entry.document_id), **WHO)
        links = await dmp.registry.links(patient, (new.entry_uuid,), **WHO)
    assert (old.status, new.status) == ("Deprecated", "Approved")
    assert [link.target for link in links if link.type == "RPLC"] == [old.entry_uuid]
    assert old.logical_id != new.logical_id


async def test_a_set_whose_answer_was_lost_is_found_by_the_same_call(
    service: Any, control: Control, patient: Patient, practitioner: Practitioner
) -> None:
    documents = (sealed(patient, practitioner), sealed(patient, practitioner))
    async with service() as dmp:
        control.fault("dmp", "lose_answer", transaction="TD2.1", times=1)
        with pytest.raises(OutcomeUnknown):
            await dmp.submit(patient, documents, idempotency_key="perdu", **BY)
        assert (await dmp.submit(patient, documents, idempotency_key="perdu", **BY)).found
        with pytest.raises(IdempotencyConflict):
            await dmp.submit(patient, documents[:1], idempotency_key="perdu", **BY)


async def test_a_set_opens_a_folder_once_the_configuration_says_so(
    service: Any, control: Control, patient: Patient, practitioner: Practitioner
) -> None:
    folder = NewFolder(title="Grossesse", code=Code("SUIVI", "1.2.250.1.999.1.9", "Suivi"))
    documents = (sealed(patient, practitioner), sealed(patient, practitioner))
    async with service() as dmp:
        with pytest.raises(CapabilityMissing):
            await dmp.submit(patient, documents, idempotency_key="dossier", folder=folder, **BY)
    async with service(folders=True) as dmp:
        receipt = await dmp.submit(patient, documents, idempotency_key="dossier", folder=folder, **BY)
        whole = await dmp.registry.set_contents(patient, unique_id=receipt.set_id, **WHO)
    (held,), (opened,) = whole.sets, whole.folders
    assert (opened.title, opened.code) == ("Grossesse", folder.code)
    inside = [link.target for link in whole.links if link.source == opened.entry_uuid]
    assert inside == [entry.entry_uuid for entry in whole.entries[:2]]
    assert held.unique_id == receipt.set_id


async def test_a_set_of_nothing_or_of_two_patients_is_refused_before_it_is_signed(
    service: Any, control: Control, patient: Patient, practitioner: Practitioner
) -> None:
    one = sealed(patient, practitioner)
    entry = msgspec.structs.replace(one.entry, patient_id=msgspec.structs.replace(one.entry.patient_id, oid="1.2"))
    other = msgspec.structs.replace(one, entry=entry)
    async with service() as dmp:
        for documents in ((), (one, other)):
            with pytest.raises(DocumentInvalid):
                await dmp.submit(patient, documents, idempotency_key="x", **BY)


async def test_an_employee_feeds_by_their_own_card_and_lists_nothing(
    service: Any, control: Control, patient: Patient, practitioner: Practitioner
) -> None:
    by = {"practitioner": "blanc", "acting": Actor.doctor("Dr Camille Roux")}
    document = sealed(patient, practitioner)
    async with service() as dmp:
        receipt = await dmp.submit(patient, (document,), idempotency_key="cpe", **by)
        assert await dmp.registry.references(patient, (document.entry.document_id,), **by, access=WHO["access"])
        with pytest.raises(ServiceRejected) as caught:
            await dmp.find(patient, **by, access=WHO["access"])
    assert receipt.mode == "DIRECTE"
    assert caught.value.service_code == "DMPAccessDeniedByRightsService"


async def test_a_strong_login_reads_and_never_feeds(
    service: Any, control: Control, patient: Patient, practitioner: Practitioner
) -> None:
    document = sealed(patient, practitioner)
    async with service() as dmp:
        await dmp.submit(patient, (document,), idempotency_key="air", **BY)
    async with service(consult="reinforced") as dmp:
        (entry,) = await dmp.registry.entries(patient, (document.entry.document_id,), **WHO)
        assert await dmp.retrieve(patient, entry, **WHO) == document.content
        page = await dmp.authorisations.web(Page.RECORD, patient, **WHO)
    assert page.form is not None
    assert 'action="https://web.example/AccesDirect/DossierPatient/' in page.form


async def test_the_seal_deletes_a_document_of_its_structure_and_changes_nothing_else(
    service: Any, control: Control, patient: Patient, practitioner: Practitioner
) -> None:
    document = sealed(patient, practitioner)
    async with service(feed="indirect") as dmp:
        receipt = await dmp.submit(patient, (document,), idempotency_key="org", **BY)
        with pytest.raises(ModeRefused):
            await dmp.update(patient, document.entry.document_id, Change.MASK, **WHO)
        assert await dmp.update(patient, document.entry.document_id, Change.DELETE, **WHO)
    held = {one["uniqueId"]: one["status"] for one in control.held()["documents"]}
    assert receipt.mode == "INDIRECTE"
    assert held[document.entry.document_id].endswith(":Deleted")


async def test_version_and_spelling_of_the_assertion_follow_the_configuration(
    service: Any, control: Control, config: DmpConfig, patient: Patient
) -> None:
    control.record("quirks", on=["version_4_only", "capital_spelling_only"])
    async with service() as dmp:
        with pytest.raises(ServiceRejected):
            await dmp.exists(patient, **BY)
    vihf = msgspec.structs.replace(config.vihf, version="4.0", mode_attribute="Authentification_Mode")
    async with service(vihf=vihf) as dmp:
        assert (await dmp.exists(patient, **BY)).active


@pytest.mark.parametrize(
    "quirk", ["prefixes", "mtom_registry", "acknowledgement_element", "latin1", "plain_content_id"]
)
async def test_an_answer_in_another_form_says_the_same(
    service: Any, control: Control, patient: Patient, practitioner: Practitioner, quirk: str
) -> None:
    document = sealed(patient, practitioner)
    async with service() as dmp:
        await dmp.submit(patient, (document,), idempotency_key=quirk, **BY)
        control.record("quirks", on=[quirk])
        assert (await dmp.exists(patient, **BY)).active
        (entry,) = await dmp.registry.entries(patient, (document.entry.document_id,), **WHO)
        assert await dmp.retrieve(patient, entry, **WHO) == document.content


async def test_the_secret_connection_is_off_until_it_is_switched_on(
    service: Any, control: Control, config: DmpConfig, patient: Patient
) -> None:
    secret = msgspec.structs.replace(WHO["access"], secret=True)
    patient = msgspec.structs.replace(patient, traits=msgspec.structs.replace(patient.traits, birth_date="2014-05-02"))
    async with service() as dmp:
        with pytest.raises(CapabilityMissing):
            await dmp.exists(patient, **BY, access=secret)
    async with service(vihf=msgspec.structs.replace(config.vihf, secret_connection=True)) as dmp:
        assert (await dmp.exists(patient, **BY, access=secret)).active


async def test_with_a_card_the_web_site_is_opened_by_its_address(
    service: Any, control: Control, patient: Patient
) -> None:
    async with service() as dmp:
        page = await dmp.authorisations.web(Page.VACCINATIONS, patient, **WHO)
        board = await dmp.authorisations.web(Page.DASHBOARD, **WHO)
        with pytest.raises(ValueError, match="about a patient"):
            await dmp.authorisations.web(Page.RECORD, **WHO)
    assert patient.ins is not None
    assert page.form is None
    assert page.address.endswith(f"/CarnetVaccination/{patient.ins.matricule}")
    assert board.address == "https://web.example/AccesDirect/TableauDeBord"
    assert patient.ins.matricule not in repr(page)


@pytest.mark.parametrize("ahead", [90, -3900])
async def test_a_dmp_that_refuses_the_hour_of_the_desk_is_told_as_a_clock_that_is_wrong(
    service: Any, control: Control, patient: Patient, ahead: int
) -> None:
    control.clock(ahead)
    async with service() as dmp:
        with pytest.raises(ClockDrift) as caught:
            await dmp.exists(patient, **BY)
        assert caught.value.seconds == pytest.approx(-ahead, abs=30)
        assert caught.value.service_code == "DMPInvalidVIHF"
        control.clock(0)
        assert (await dmp.exists(patient, **BY)).active


async def test_conditions_that_begin_before_the_hour_of_the_desk_are_taken_by_a_dmp_that_is_late(
    service: Any, control: Control, patient: Patient, config: DmpConfig
) -> None:
    control.clock(-45)
    for tolerance, taken in ((60.0, True), (0.0, False)):
        vihf = msgspec.structs.replace(config.vihf, validity=300.0, tolerance=tolerance)
        async with service(vihf=vihf) as dmp:
            if taken:
                assert (await dmp.exists(patient, **BY)).active
            else:
                with pytest.raises(ServiceRejected, match="DMPInvalidVIHF"):
                    await dmp.exists(patient, **BY)
