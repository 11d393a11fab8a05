"""docs/requirements.toml and the tests point at each other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
MARK = re.compile(r"mark\.requirement\(\s*\"([^\"]+)\"")


def listed() -> list[dict[str, str]]:
    found: list[dict[str, str]] = tomllib.loads((ROOT / "docs/requirements.toml").read_text())["requirement"]
    return found


def proven() -> set[str]:
    folders = ("core/tests", "plugins", "sandbox/tests", "demo/tests", "tests")
    return {
        identifier
        for folder in folders
        for path in (ROOT / folder).rglob("test_*.py")
        for identifier in MARK.findall(path.read_text())
    }


def test_every_requirement_names_its_source_and_edition() -> None:
    for requirement in listed():
        assert requirement["id"]
        assert requirement["text"]
        assert requirement["source"]
        assert requirement["edition"]


def test_no_requirement_is_listed_twice() -> None:
    identifiers = [requirement["id"] for requirement in listed()]
    assert sorted(identifiers) == sorted(set(identifiers))


def test_every_marker_names_a_listed_requirement() -> None:
    assert proven() <= {requirement["id"] for requirement in listed()}


def test_every_listed_requirement_has_a_test() -> None:
    assert {requirement["id"] for requirement in listed()} <= proven()
