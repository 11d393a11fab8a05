from __future__ import annotations

import logging

import msgspec
import pytest

from caducee.clock import SystemClock
from caducee.contracts.delivery import Failure, VerdictKind
from caducee.errors import ClockDrift, ProtocolViolation, ServiceRejected
from caducee.wire.soap import Exchanged
from caducee_dmp.exchange import COLLECTION, Call, Exchange
from caducee_dmp.modes import Right
from caducee_dmp.policy import classify

from .conftest import INS, FakeContext
from .scripted_dmp import ScriptedDmp, registry

pytestmark = pytest.mark.anyio
CALL = Call(right=Right.REFERENCE, endpoint="registry", action="urn:a", body=b"<q></q>")


async def test_one_connection_serves_one_professional(context: FakeContext, dmp: ScriptedDmp) -> None:
    dmp.answer("registry", registry())
    async with Exchange(context) as exchange:
        for _ in range(3):
            await exchange.call(CALL, practitioner="roux", patient=INS)
    assert len(dmp.received) == 3
    assert len({received.peer for received in dmp.received}) == 1


async def test_each_call_has_its_own_assertion_about_the_patient(context: FakeContext, dmp: ScriptedDmp) -> None:
    dmp.answer("registry", registry())
    async with Exchange(context) as exchange:
        for _ in range(2):
            await exchange.call(CALL, practitioner="roux", patient=INS)
    assert len({received.all("Assertion")[0].get("ID") for received in dmp.received}) == 2
    values = [value.text for value in dmp.received[0].all("AttributeValue")]
    assert f"{INS.identifier}^^^&{INS.oid}&ISO^NH" in values


@pytest.mark.parametrize(("choice", "written"), [("url", True), ("empty", False)])
async def test_the_to_header_is_the_address_or_empty(
    context: FakeContext, dmp: ScriptedDmp, choice: str, written: bool
) -> None:
    context.config = msgspec.structs.replace(context.config, wsa_to=choice)
    dmp.answer("registry", registry())
    async with Exchange(context) as exchange:
        await exchange.call(CALL, practitioner="roux", patient=INS)
    assert dmp.received[0].text("To") == (f"{dmp.url}/registry" if written else "")


async def test_an_answer_that_is_not_understood_is_kept_and_not_logged(
    context: FakeContext, dmp: ScriptedDmp, caplog: pytest.LogCaptureFixture
) -> None:
    dmp.answer("registry", b"surprise")
    with caplog.at_level(logging.DEBUG):
        async with Exchange(context) as exchange:
            with pytest.raises(ProtocolViolation):
                await exchange.call(CALL, practitioner="roux", patient=INS)
    ((collection, key),) = context.state.values
    kept = msgspec.msgpack.decode(context.state.values[collection, key], type=Exchanged)
    assert (collection, kept.answer.body, kept.answer.status) == (COLLECTION, b"surprise", 200)
    assert INS.identifier.encode() in kept.request
    assert key in caplog.text
    assert INS.identifier not in caplog.text
    assert "surprise" not in caplog.text


FAULT = b"""<f:Fault xmlns:f="http://www.w3.org/2003/05/soap-envelope"><f:Code><f:Value>f:Sender</f:Value><f:Subcode>
<f:Value xmlns:d="urn:d">d:DMPInvalidVIHF</f:Value></f:Subcode></f:Code><f:Reason><f:Text xml:lang="fr">hors de la
 marge</f:Text></f:Reason></f:Fault>"""


async def test_an_assertion_refused_by_a_dmp_whose_clock_is_far_from_ours_is_a_matter_of_the_clock(
    context: FakeContext, dmp: ScriptedDmp
) -> None:
    dmp.answer("registry", FAULT)
    async with Exchange(context) as exchange:
        with pytest.raises(ClockDrift) as caught:
            await exchange.call(CALL, practitioner="roux", patient=INS)
    ((service, drift),) = context.drifts
    assert (service, drift.seconds) == ("dmp", caught.value.seconds)
    assert len(dmp.received) == 1
    verdict = classify(Failure.of(caught.value, "send"))
    assert verdict is not None
    assert (verdict.kind, verdict.why) == (VerdictKind.BLOCKED, "operator")


async def test_the_same_refusal_stays_the_dmp_s_when_the_clocks_agree(context: FakeContext, dmp: ScriptedDmp) -> None:
    context.clock = SystemClock()
    dmp.answer("registry", FAULT)
    async with Exchange(context) as exchange:
        with pytest.raises(ServiceRejected) as caught:
            await exchange.call(CALL, practitioner="roux", patient=INS)
    assert (caught.value.code, caught.value.service_code) == ("service.rejected", "DMPInvalidVIHF")
