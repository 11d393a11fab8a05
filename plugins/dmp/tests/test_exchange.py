from __future__ import annotations

import logging

import msgspec
import pytest

from caducee.errors import ProtocolViolation
from caducee.wire.soap import Exchanged
from caducee_dmp.exchange import COLLECTION, Call, Exchange
from caducee_dmp.modes import Right

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
