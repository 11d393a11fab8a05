"""What a plugin says of itself when it registers: nonsense refuses it by name."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from caducee.contracts.plugin import Prerequisite
from caducee.contracts.state import Parcel
from caducee.errors import IdempotencyConflict, PluginRefused
from caducee.model.destination import Destination
from caducee.plugins.registration import Registration
from caducee.testing.state import MemoryState


class Box(Destination, frozen=True):
    kind: ClassVar[str] = "box"


def factory(context: Any) -> Any:
    raise NotImplementedError


def test_a_placeholder_that_is_no_pattern_refuses_the_plugin_and_names_the_key() -> None:
    wrong = Prerequisite(key="dmp.id", what="w", who="a", placeholder="(")
    with pytest.raises(PluginRefused, match=r"dmp\.id"):
        Registration("odd").requires(wrong)


@pytest.mark.parametrize("at_once", [0, -1])
def test_a_destination_that_bears_no_delivery_at_all_refuses_the_plugin(at_once: int) -> None:
    with pytest.raises(PluginRefused, match="at once"):
        Registration("odd").destination(Box, factory, at_once=at_once)


def test_a_destination_bears_one_delivery_unless_it_says_more() -> None:
    registration = Registration("two")
    registration.destination(Box, factory)
    assert registration.at_once == {"box": 1}


@pytest.mark.anyio
async def test_a_parcel_of_a_known_key_with_another_content_is_a_conflict_in_the_memory_too() -> None:
    state = MemoryState()
    async with state.transaction() as tx:
        await tx.deliver(Parcel(key="k", kind="box", payload=b"one"))
    async with state.transaction() as tx:
        await tx.deliver(Parcel(key="k", kind="box", payload=b"one"))
    with pytest.raises(IdempotencyConflict):
        async with state.transaction() as tx:
            await tx.deliver(Parcel(key="k", kind="box", payload=b"two"))
