"""A real operator for all tests of one process, and the client's side of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))

if TYPE_CHECKING:
    from mail_rig.servers.operator import Operator


@pytest.fixture(scope="session")
def operator() -> Iterator[Operator]:
    from mail_rig.servers.operator import running_operator

    with running_operator() as running:
        yield running
