"""The steps of the lane: what is hidden must be showable, and is shown once."""

from __future__ import annotations

import msgspec
import pytest

from caducee.contracts.delivery import Envelope
from caducee_dmp.config import IndirectConfig
from caducee_dmp.destination import Dmp, Step
from caducee_dmp.errors import CannotHide
from caducee_dmp.exchange import Exchange
from caducee_dmp.showing import DmpLane

from .conftest import FakeContext
from .scripted_dmp import ScriptedDmp, existence

pytestmark = pytest.mark.anyio
SEALED = IndirectConfig(authentication="auth", seal="seal", login="password")


def at(envelope: Envelope, step: Step) -> Envelope:
    return msgspec.structs.replace(envelope, destination=msgspec.json.encode(Dmp(step=step)))


async def test_the_seal_alone_hides_nothing_since_it_could_not_show_it(
    context: FakeContext, dmp: ScriptedDmp, envelope: Envelope
) -> None:
    context.config = msgspec.structs.replace(context.config, feed="indirect", indirect=SEALED)
    async with Exchange(context) as exchange:
        with pytest.raises(CannotHide):
            await DmpLane(context, exchange).prepare(at(envelope, Step.HIDDEN))
    assert dmp.received == []


@pytest.mark.parametrize("step", [Step.FEED, Step.HIDDEN])
async def test_a_document_that_the_author_s_card_hides_is_fed_as_any_other(
    context: FakeContext, dmp: ScriptedDmp, envelope: Envelope, step: Step
) -> None:
    dmp.answer("patients", existence())
    async with Exchange(context) as exchange:
        assert await DmpLane(context, exchange).prepare(at(envelope, step)) != b"show"


async def test_showing_signs_nothing_and_sends_nothing_of_the_document(
    context: FakeContext, dmp: ScriptedDmp, envelope: Envelope
) -> None:
    dmp.answer("patients", existence())
    async with Exchange(context) as exchange:
        assert await DmpLane(context, exchange).prepare(at(envelope, Step.SHOW)) == b"show"
    assert context.credentials.fake_signer.operations == []
