from __future__ import annotations

import base64

import msgspec
import pytest

from caducee.errors import InsNotQualified, ProtocolViolation, RealmMixed, ServiceRejected
from caducee.model.environment import Environment
from caducee.model.identity import Ins, InsStatus, Sex, Traits
from caducee.model.patient import Patient
from caducee.model.practice import Actor
from caducee_dmp.api import Existence
from caducee_dmp.exchange import Exchange
from caducee_dmp.service import Consultation

from .conftest import DOCUMENT, SHA1, FakeContext
from .scripted_dmp import ScriptedDmp, existence, listed

pytestmark = pytest.mark.anyio
ACTING = Actor.doctor("dr.roux")
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
        (entry,) = await service.find(PATIENT, practitioner="roux", acting=ACTING)
        assert entry.title == "Lettre"
        assert await service.retrieve(PATIENT, entry, practitioner="roux", acting=ACTING) == DOCUMENT
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
        (entry,) = await service.find(PATIENT, practitioner="roux", acting=ACTING)
        with pytest.raises(ProtocolViolation):
            await service.retrieve(PATIENT, entry, practitioner="roux", acting=ACTING)
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
            await Consultation(context, exchange).find(patient, practitioner="roux", acting=ACTING)
    assert dmp.received == []
