from __future__ import annotations

from pathlib import Path

import anyio
import pytest

from caducee.documents.showing import Showing
from caducee.events import Bell
from caducee.outbox.stores.sqlite import open_store
from caducee.testing import MovingClock

pytestmark = pytest.mark.anyio


async def test_it_looks_again_when_something_may_have_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("caducee.documents.showing._LOOK_AGAIN", 3600.0)
    bell, looks = Bell(), [anyio.Event(), anyio.Event()]
    remaining = iter(looks)

    class Watched(Showing):
        async def look(self) -> bool:
            next(remaining).set()
            return await super().look()

    async with (
        open_store(tmp_path, tenant="t", key=bytes(32), clock=MovingClock()) as store,
        anyio.create_task_group() as group,
    ):
        group.start_soon(Watched(store, bell=bell).run)
        with anyio.fail_after(5):
            await looks[0].wait()
            bell.ring()
            await looks[1].wait()
        group.cancel_scope.cancel()
