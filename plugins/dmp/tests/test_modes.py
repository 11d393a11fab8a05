"""What each authentication mode may ask, refused here before anything is sent."""

from __future__ import annotations

import msgspec
import pytest

from caducee.errors import CapabilityMissing
from caducee_dmp.errors import ModeRefused, explain
from caducee_dmp.exchange import Call, Exchange
from caducee_dmp.modes import MAY, Mode, Right

from .conftest import INS, FakeContext
from .scripted_dmp import ScriptedDmp

pytestmark = pytest.mark.anyio
FORBIDDEN = [
    *(
        (Mode.INDIRECT, right)
        for right in (
            Right.AUTHORISE,
            Right.WEB,
            Right.AUTHORISED,
            Right.LIST,
            Right.READ,
            Right.MASK,
            Right.SHOW,
            Right.ARCHIVE,
        )
    ),
    (Mode.REINFORCED, Right.FEED),
]


def call(right: Right) -> Call:
    return Call(right=right, endpoint="registry", action="urn:a", body=b"<q></q>")


@pytest.mark.requirement("DMP-MODE-INDIRECTE")
@pytest.mark.parametrize(("mode", "right"), FORBIDDEN)
async def test_what_a_mode_never_allows_is_refused_and_nothing_is_sent(
    context: FakeContext, dmp: ScriptedDmp, mode: Mode, right: Right
) -> None:
    async with Exchange(context) as exchange:
        with pytest.raises(ModeRefused, match=f"{right} in {mode}"):
            await exchange.call(call(right), practitioner="roux", patient=INS, mode=mode)
    assert dmp.received == []
    assert context.credentials.asked == []


def test_no_other_pair_is_refused_here() -> None:
    refused = {(mode, right) for mode in Mode for right in Right if right not in MAY[mode]}
    assert refused == set(FORBIDDEN)


async def test_air_needs_its_table(context: FakeContext, dmp: ScriptedDmp) -> None:
    async with Exchange(context) as exchange:
        with pytest.raises(CapabilityMissing, match="INDIRECTE_RENFORCEE"):
            await exchange.call(call(Right.READ), practitioner="roux", patient=INS, mode=Mode.REINFORCED)
    assert dmp.received == []


@pytest.mark.parametrize("feed", ["indirect", "direct_else_indirect"])
def test_feeding_by_the_seal_needs_its_table(context: FakeContext, feed: str) -> None:
    with pytest.raises(ValueError, match=r"\[plugins\.dmp\.indirect\]"):
        msgspec.structs.replace(context.config, feed=feed)


def test_the_refusal_of_a_mode_is_explained_in_french() -> None:
    found = explain(ModeRefused.code)
    assert found is not None
    assert found.sentence == ModeRefused.sentence
