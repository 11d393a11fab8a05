"""A pytest plugin that keeps only the tests that prove a requirement: ``pytest -p tools.marked``."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out every test without the mark ``requirement``."""
    kept = [item for item in items if item.get_closest_marker("requirement") is not None]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept
