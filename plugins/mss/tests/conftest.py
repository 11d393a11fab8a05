"""A real operator for all tests of one process, and the client's side of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .servers.operator import Operator, running_operator


@pytest.fixture(scope="session")
def operator() -> Iterator[Operator]:
    with running_operator() as running:
        yield running
