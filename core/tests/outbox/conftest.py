from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from caducee.outbox.contract import Store

from .publications import ManualClock, opened


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(params=["sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> AsyncIterator[Store]:
    """Every store that there is, behind the one contract."""
    async with opened(tmp_path / "data", clock) as made:
        yield made
