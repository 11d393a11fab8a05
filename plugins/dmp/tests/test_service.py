from __future__ import annotations

import base64

import msgspec
import pytest

from caducee.errors import (
    ConsentMissing,
    InsNotQualified,
    PatientOpposed,
    ProtocolViolation,
    RealmMixed,
    ServiceRejected,
)
from caducee.model.environment import Environment
from caducee.model.identity import Ins, InsStatus, Sex, Traits
from caducee.model.patient import Patient
from caducee.model.practice import Actor
from caducee.sharing.basis import AccessBasis, CareTeam, ExplicitConsent
from caducee.sharing.fact_kind import FactKind
from caducee.sharing.opposition import Scope
from caducee.wire.xds.found import FoundEntry
from caducee_dmp.access import Access, AccessMode
from caducee_dmp.errors import ReasonMissing
from caducee_dmp.exchange import Exchange
from caducee_dmp.existence import Existence
from caducee_dmp.service import Consultation

from .conftest import DOCUMENT, NOW, SHA1, FakeContext
from .scripted_dmp import ScriptedDmp, existence, listed

pytestmark = pytest.mark.anyio
ACTING = Actor.doctor("dr.roux")
TEAM = CareTeam(episode="E1", informed_by="Dr Roux", when=NOW, text="first_access")
INFORMED = Access(basis=TEAM)
PATIENT = Patient(
    local_id="P1",
    traits=Traits(birth_name="NESSI-TEST", given_names=("JEANNE",), sex=Sex.FEMALE, birth_date="1975-03-12"),
    status=InsStatus.QUALIFIED,
    ins=Ins(matricule="275036399900105", oid="1.2.250.1.213.1.4.10", environment=Environment.SANDBOX),
)
FOUND = listed(("1.2.3", SHA1.hexdigest(), len(DOCUMENT)))


def retrieved(content: bytes, unique_id: str = "1.2.3") -> bytes:
    return f"""<x:RetrieveDocumentSetResponse xmlns:x="urn:ihe:iti:xds-b:2007">
      <r:RegistryResponse xmlns:r="urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"
       status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"/><x:DocumentResponse>
      <x:DocumentUniqueId>{unique_id}</x:DocumentUniqueId><x:Document>{base64.b64encode(content).decode()}</x:Document>
      </x:DocumentResponse></x:RetrieveDocumentSetResponse>""".encode()


LISTED = FoundEntry(
    document_id="1.2.3",
    entry_uuid="urn:uuid:1",
    title="Lettre",
    status="Approved",
    type=None,
    format=None,
    confidentiality=(),
    authors=(),
    created_utc="",
    service_start_utc="",
    mime_type="text/xml",
    repository="",
)


DETAIL = "<acknowledgementDetail><code code='X'/><text>non</text></acknowledgementDetail>"


async def test_existence_and_authorisation_are_told_and_audited(context: FakeContext, dmp: ScriptedDmp) -> None:
    dmp.answer("patients", existence())
    async with Exchange(context) as exchange:
        answer = await Consultation(context, exchange).exists(PATIENT, practitioner="roux", acting=ACTING)
    assert answer == Existence(exists=True, active=True, authorisation="VALIDE", attending=False, attached=True)
    assert [line[:4] for line in context.state.audit] == [("consult", "doctor:dr.roux", "P1", "dmp TD0.2")]


async def test_the_list_then_the_very_bytes(context: FakeContext, dmp: ScriptedDmp) -> None:
    dmp.answer("registry", FOUND)
    dmp.answer("repository", retrieved(DOCUMENT))
    async with Exchange(context) as exchange:
        service = Consultation(context, exchange)
        (entry,) = await service.find(PATIENT, practitioner="roux", acting=ACTING, access=INFORMED)
        assert entry.title == "Lettre"
        assert await service.retrieve(PATIENT, entry, practitioner="roux", acting=ACTING, access=INFORMED) == DOCUMENT
    assert dmp.received[0].all("Value")[0].text == "'275036399900105^^^&1.2.250.1.213.1.4.10&ISO^NH'"
    assert dmp.received[1].text("RepositoryUniqueId") == "1.2.250.1.213.4.1.1.1.2"
    assert [line.detail for line in context.state.audit] == ["dmp TD3.1", "dmp TD3.2 1.2.3"]


@pytest.mark.parametrize("answer", [retrieved(DOCUMENT + b" "), retrieved(DOCUMENT, "1.2.4")])
async def test_other_bytes_are_not_given_and_the_attempt_is_audited(
    context: FakeContext, dmp: ScriptedDmp, answer: bytes
) -> None:
    dmp.answer("registry", FOUND)
    dmp.answer("repository", answer)
    async with Exchange(context) as exchange:
        service = Consultation(context, exchange)
        (entry,) = await service.find(PATIENT, practitioner="roux", acting=ACTING, access=INFORMED)
        with pytest.raises(ProtocolViolation):
            await service.retrieve(PATIENT, entry, practitioner="roux", acting=ACTING, access=INFORMED)
    assert context.state.audit[-1].detail == "dmp TD3.2 1.2.3: service.protocol_violation"


@pytest.mark.parametrize(
    "acknowledgement",
    [
        f"<acknowledgement typeCode='AE'>{DETAIL}</acknowledgement>",
        f"<acknowledgement><typeCode code='AE'/>{DETAIL}</acknowledgement>",
    ],
)
async def test_a_refused_question_keeps_the_services_words(
    context: FakeContext, dmp: ScriptedDmp, acknowledgement: str
) -> None:
    dmp.answer("patients", existence(acknowledgement=acknowledgement))
    async with Exchange(context) as exchange:
        with pytest.raises(ServiceRejected) as caught:
            await Consultation(context, exchange).exists(PATIENT, practitioner="roux", acting=ACTING)
    assert (caught.value.service_code, caught.value.service_text) == ("X", "non")


PROVISIONAL = msgspec.structs.replace(PATIENT, status=InsStatus.PROVISIONAL)
RETRIEVED = msgspec.structs.replace(PATIENT, status=InsStatus.RETRIEVED)
ELSEWHERE = msgspec.structs.replace(
    PATIENT, ins=Ins(matricule="275036399900105", oid="1.2.250.1.213.1.4.10", environment=Environment.INTEGRATION)
)
REAL = msgspec.structs.replace(
    PATIENT, ins=Ins(matricule="275036399900105", oid="1.2.250.1.213.1.4.8", environment=Environment.SANDBOX)
)


@pytest.mark.requirement("RNIV-qualified-only")
@pytest.mark.parametrize(
    ("patient", "error"),
    [(PROVISIONAL, InsNotQualified), (RETRIEVED, InsNotQualified), (ELSEWHERE, RealmMixed), (REAL, RealmMixed)],
)
async def test_an_identity_that_may_not_leave_is_refused_before_anything_is_sent(
    context: FakeContext, dmp: ScriptedDmp, patient: Patient, error: type[Exception]
) -> None:
    async with Exchange(context) as exchange:
        with pytest.raises(error):
            await Consultation(context, exchange).find(patient, practitioner="roux", acting=ACTING, access=INFORMED)
    assert dmp.received == []


@pytest.mark.parametrize(
    "basis",
    [
        None,
        CareTeam(episode=" ", informed_by="Dr Roux", when=NOW, text="first_access"),
        CareTeam(episode="E1", informed_by="", when=NOW, text="first_access"),
        CareTeam(episode="E1", informed_by="Dr Roux", when=NOW.replace(tzinfo=None), text="first_access"),
        ExplicitConsent(consultation="", how="de vive voix"),
        ExplicitConsent(consultation="C1", how=" "),
    ],
)
@pytest.mark.requirement("DMP-CONSULT-BASIS")
async def test_without_a_basis_nothing_is_read_and_nothing_is_sent(
    context: FakeContext, dmp: ScriptedDmp, basis: AccessBasis | None
) -> None:
    access = Access(basis=basis)
    async with Exchange(context) as exchange:
        service = Consultation(context, exchange)
        with pytest.raises(ConsentMissing):
            await service.find(PATIENT, practitioner="roux", acting=ACTING, access=access)
        with pytest.raises(ConsentMissing):
            await service.retrieve(PATIENT, LISTED, practitioner="roux", acting=ACTING, access=access)
        with pytest.raises(ConsentMissing):
            await service.retrieve_several(PATIENT, (LISTED,), practitioner="roux", acting=ACTING, access=access)
        with pytest.raises(ConsentMissing):
            await service.registry.entries(PATIENT, ("1.2.3",), practitioner="roux", acting=ACTING, access=access)
    assert dmp.received == []
    assert context.state.audit == []


async def test_a_consent_of_this_consultation_opens_the_record_and_the_trail_says_so(
    context: FakeContext, dmp: ScriptedDmp
) -> None:
    dmp.answer("registry", FOUND)
    consent = ExplicitConsent(consultation="C1", how="de vive voix")
    async with Exchange(context) as exchange:
        await Consultation(context, exchange).find(
            PATIENT, practitioner="roux", acting=ACTING, access=Access(basis=consent)
        )
    assert context.state.audit[-1].reason == "explicit_consent C1: de vive voix"


@pytest.mark.parametrize("mode", [AccessMode.BREAK_GLASS, AccessMode.CENTRE_15])
@pytest.mark.requirement("DMP-BRIS-DE-GLACE")
async def test_an_emergency_brings_its_reason_instead_of_a_basis(
    context: FakeContext, dmp: ScriptedDmp, mode: AccessMode
) -> None:
    dmp.answer("registry", FOUND)
    context.oppositions.scopes = {Scope.CONSULT}
    async with Exchange(context) as exchange:
        service = Consultation(context, exchange)
        with pytest.raises(ReasonMissing):
            await service.find(PATIENT, practitioner="roux", acting=ACTING, access=Access(mode=mode, basis=TEAM))
        assert dmp.received == []
        await service.find(
            PATIENT, practitioner="roux", acting=ACTING, access=Access(mode=mode, reason="Patient inconscient")
        )
    assert context.state.audit[-1].reason == "Patient inconscient"


async def test_a_patient_who_is_against_consultation_is_not_read(context: FakeContext, dmp: ScriptedDmp) -> None:
    context.oppositions.scopes = {Scope.CONSULT}
    async with Exchange(context) as exchange:
        with pytest.raises(PatientOpposed):
            await Consultation(context, exchange).find(PATIENT, practitioner="roux", acting=ACTING, access=INFORMED)
    assert dmp.received == []


async def test_another_opposition_does_not_close_consultation(context: FakeContext, dmp: ScriptedDmp) -> None:
    dmp.answer("registry", FOUND)
    context.oppositions.scopes = set(Scope) - {Scope.CONSULT}
    async with Exchange(context) as exchange:
        service = Consultation(context, exchange)
        assert await service.find(PATIENT, practitioner="roux", acting=ACTING, access=INFORMED)


def test_before_a_first_access_the_answer_says_that_the_patient_will_see_it() -> None:
    assert "verra" in Existence(exists=True, authorisation="NON_EXISTE").notice
    assert Existence(exists=True, authorisation="VALIDE").notice == ""
    assert Existence(exists=False).notice == ""


async def test_who_is_told_to_be_the_attending_doctor_attends_the_patient(
    context: FakeContext, dmp: ScriptedDmp
) -> None:
    dmp.answer("patients", existence())
    async with Exchange(context) as exchange:
        service = Consultation(context, exchange)
        await service.exists(PATIENT, practitioner="roux", acting=ACTING)
        assert context.state.noted == []
        yes = existence().replace(b'code="STATUT_MT"/><value value="false"', b'code="STATUT_MT"/><value value="true"')
        dmp.answer("patients", yes)
        await service.exists(PATIENT, practitioner="roux", acting=ACTING)
    assert context.state.noted == [(FactKind.ATTENDING, "", "P1")]


async def test_who_declares_or_gives_up_to_be_the_attending_doctor_is_noted(
    context: FakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def said(*args: object, **more: object) -> str:
        return ""

    async with Exchange(context) as exchange:
        authorisations = Consultation(context, exchange).authorisations
        monkeypatch.setattr(authorisations._asking, "audited", said)
        for change in (authorisations.add, authorisations.remove):
            await change(PATIENT, practitioner="roux", acting=ACTING)
            await change(PATIENT, practitioner="roux", acting=ACTING, attending=True)
    assert [kind for kind, _, _ in context.state.noted] == [FactKind.ATTENDING, FactKind.ATTENDING_ENDED]
