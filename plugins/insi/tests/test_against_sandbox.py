from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from caducee.contracts.identity import InsOutcome
from caducee.errors import CaduceeError, CertificateUntrusted, ConnectFailed, ProtocolViolation, ServiceUnavailable
from caducee.model.identity import INS_NIR_TEST, InsStatus, Sex, Traits
from caducee.model.patient import Patient
from caducee.model.practice import Actor
from caducee.testing.state import MemoryState
from caducee_insi import Evidence
from caducee_insi.access import ByCertificate
from caducee_insi.certificate import InsiCertificateWrong
from caducee_insi.config import InsiConfig
from caducee_insi.courier import Courier
from caducee_insi.desk import Desk
from caducee_insi.exchange import open_channel
from caducee_insi.faults import InsiRefused, InsiUnavailable
from caducee_insi.nir import key_holds
from caducee_insi.opening import open_desk, open_identity
from caducee_insi.service import InsiService

from .sandbox_process import Context, OneCertificate, Sandbox
from .scripted import StillClock

pytestmark = pytest.mark.anyio
SECRETARY, DOCTOR = Actor.secretary("accueil"), Actor.doctor("Dr Camille Roux")

JEANNE = Traits(
    birth_name="NESSI-TEST",
    given_names=("JEANNE", "MARIE"),
    sex=Sex.FEMALE,
    birth_date="1975-03-12",
    birth_place="63999",
)
PAUL = Traits(
    birth_name="DURAND-ESSAI", given_names=("PAUL", "HENRI"), sex=Sex.MALE, birth_date="1962-07-04", birth_place="63998"
)
LUCIE = Traits(
    birth_name="MARTIN-FICTIF", given_names=("LUCIE",), sex=Sex.FEMALE, birth_date="1988-11-23", birth_place="63997"
)
FAULTY = Traits(birth_name="D'ERREUR-ESSAI", given_names=("EVE",), sex=Sex.FEMALE, birth_date="1990-02-02")
Opening = Callable[..., AbstractAsyncContextManager[tuple[InsiService, Desk]]]


@pytest.fixture
def opening(sandbox: Sandbox, config: InsiConfig, clock: StillClock, state: MemoryState) -> Opening:
    @asynccontextmanager
    async def opened(
        *, credential: str = "insi_manu", authorities: str = "authorities", **changes: object
    ) -> AsyncIterator[tuple[InsiService, Desk]]:
        here = msgspec.structs.replace(config, **{"url": sandbox.url, "pause": 0.0, **changes})
        trusted = Path(sandbox.described[authorities]).read_text(encoding="ascii")
        context = Context(here, OneCertificate(sandbox.credential(credential), trusted), clock, state)
        async with open_identity(context) as service, open_desk(context) as desk:
            yield service, desk

    return opened


async def test_a_patient_known_by_five_traits_is_found_and_qualified(opening: Opening) -> None:
    async with opening() as (insi, desk):
        answer = await insi.search(JEANNE, local_id="P1", acting=SECRETARY)
        patient = Patient(local_id="P1", traits=JEANNE)
        qualified = await desk.qualify(patient, answer, evidence=Evidence.PASSPORT, acting=DOCTOR)
    assert (answer.outcome, answer.calls) == (InsOutcome.FOUND, 1)
    assert qualified.status is InsStatus.QUALIFIED
    assert qualified.ins is not None
    assert qualified.ins.oid == INS_NIR_TEST
    assert key_holds(qualified.ins.matricule)


async def test_two_namesakes_are_told_apart_by_their_birth_place(opening: Opening, state: MemoryState) -> None:
    async with opening() as (insi, _):
        answer = await insi.search(PAUL, local_id="P2", acting=SECRETARY)
    assert (answer.outcome, answer.calls) == (InsOutcome.FOUND, 3)
    assert answer.traits is not None
    assert answer.traits.birth_place == "63998"
    assert [line[3].split()[0] for line in state.audit] == ["outcome=02", "outcome=02", "outcome=00"]


async def test_a_married_name_typed_as_birth_name_finds_nobody_until_it_is_corrected(opening: Opening) -> None:
    async with opening() as (insi, _):
        wrong = await insi.search(LUCIE, local_id="P3", acting=SECRETARY)
        corrected = msgspec.structs.replace(LUCIE, birth_name="Bernard-Fictif")
        right = await insi.search(corrected, local_id="P3", acting=SECRETARY)
    assert (wrong.outcome, wrong.calls, wrong.label) == (InsOutcome.NOT_FOUND, 1, "Aucune identite trouvee")
    assert right.outcome is InsOutcome.FOUND


async def test_the_service_accepts_every_request_that_was_sent(opening: Opening, sandbox: Sandbox) -> None:
    before = len(sandbox.ledger())
    async with opening() as (insi, _):
        for traits in (JEANNE, PAUL, LUCIE):
            await insi.search(traits, local_id="P", acting=SECRETARY)
    made = sandbox.ledger()[before:]
    assert [line["verdict"] for line in made] == ["accepted"] * 5


async def test_a_technical_fault_is_asked_twice_and_told_with_its_codes(opening: Opening, state: MemoryState) -> None:
    async with opening() as (insi, _):
        with pytest.raises(InsiUnavailable) as caught:
            await insi.search(FAULTY, local_id="P9", acting=SECRETARY)
    assert caught.value.service_code == "siram_40/insi_102"
    assert len(state.audit) == 2


async def test_an_unknown_software_is_told_so_once(opening: Opening, config: InsiConfig, state: MemoryState) -> None:
    software = msgspec.structs.replace(config.software, authorisation="INCONNU")
    async with opening(software=software) as (insi, _):
        with pytest.raises(InsiRefused) as caught:
            await insi.search(JEANNE, local_id="P1", acting=SECRETARY)
    assert "desir_550" in caught.value.service_code
    assert "autorisation" in caught.value.explain().sentence
    assert len(state.audit) == 1


async def test_a_certificate_of_another_name_is_refused_before_anything_is_sent(
    opening: Opening, sandbox: Sandbox
) -> None:
    before = len(sandbox.ledger())
    with pytest.raises(InsiCertificateWrong):
        async with opening(credential="insi_wrong_cn"):
            raise AssertionError("opened")
    assert len(sandbox.ledger()) == before


async def test_the_service_itself_refuses_a_certificate_of_another_name(
    sandbox: Sandbox, config: InsiConfig, clock: StillClock, state: MemoryState
) -> None:
    authorities = Path(sandbox.described["authorities"]).read_text(encoding="ascii")
    wrong = OneCertificate(sandbox.credential("insi_wrong_cn"), authorities)
    here = msgspec.structs.replace(config, url=sandbox.url)
    async with open_channel(here, wrong.tls("x")) as channel:
        courier = Courier(config=here, channel=channel, clock=clock, state=state, authenticator=ByCertificate("x"))
        insi = InsiService(config=here, environment=Context.environment, courier=courier, clock=clock, state=state)
        with pytest.raises(InsiRefused, match="desir_560"):
            await insi.search(JEANNE, local_id="P1", acting=SECRETARY)


async def test_a_server_of_another_authority_is_not_spoken_to(opening: Opening, sandbox: Sandbox) -> None:
    before = len(sandbox.ledger())
    async with opening(authorities="other_authorities") as (insi, _):
        with pytest.raises(CertificateUntrusted):
            await insi.search(JEANNE, local_id="P1", acting=SECRETARY)
    assert [line for line in sandbox.ledger()[before:] if line["verdict"] == "accepted"] == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("down", ConnectFailed),
        ("http500", ServiceUnavailable),
        ("html", ProtocolViolation),
        ("truncated", CaduceeError),
        ("soap_fault", InsiUnavailable),
    ],
)
async def test_each_failure_is_one_typed_error_and_the_next_search_works(
    opening: Opening, sandbox: Sandbox, fault: str, error: type[CaduceeError]
) -> None:
    async with opening() as (insi, _):
        sandbox.fault(fault, times=2)
        with pytest.raises(error) as caught:
            await insi.search(JEANNE, local_id="P1", acting=SECRETARY)
        sandbox.clear()
        answer = await insi.search(JEANNE, local_id="P1", acting=SECRETARY)
    assert caught.value.explain().sentence.endswith(".")
    assert answer.outcome is InsOutcome.FOUND


async def test_a_failure_that_passes_is_not_seen_by_the_caller(opening: Opening, sandbox: Sandbox) -> None:
    sandbox.fault("http500", times=1)
    async with opening() as (insi, _):
        answer = await insi.search(JEANNE, local_id="P1", acting=SECRETARY)
    assert (answer.outcome, answer.calls) == (InsOutcome.FOUND, 2)


async def test_a_service_that_is_too_slow_is_given_up(opening: Opening, sandbox: Sandbox) -> None:
    sandbox.fault("slow", times=1, seconds=1)
    async with opening(answer_timeout=0.3, tries=1) as (insi, _):
        with pytest.raises(ServiceUnavailable):
            await insi.search(JEANNE, local_id="P1", acting=SECRETARY)
