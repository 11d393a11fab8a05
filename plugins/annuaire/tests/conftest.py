from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from caducee_annuaire.extraction.columns import HEADER


def line(**cells: str) -> str:
    """A line of the extraction; cells by the names of ``Box``."""
    places = {
        "kind": 0,
        "address": 1,
        "identifier": 4,
        "structure": 6,
        "service": 7,
        "title": 8,
        "family_name": 9,
        "given_name": 10,
        "profession": 13,
        "profession_words": 14,
        "specialty": 15,
        "specialty_words": 16,
        "digitization": 17,
        "structure_name": 18,
        "city": 27,
        "postal_code": 28,
    }
    written = [""] * len(HEADER)
    for name, value in cells.items():
        written[places[name]] = value
    return "|".join(written)


def doctor(family: str, given: str, address: str, **more: str) -> str:
    said = {"kind": "PER", "identifier": "899700000017", "profession": "10", "profession_words": "Médecin"}
    return line(**{**said, "family_name": family, "given_name": given, "address": address, **more})


def extraction(path: Path, lines: Iterable[str], *, header: str = "|".join(HEADER), end: str = "\n") -> Path:
    path.write_bytes("".join(f"{one}{end}" for one in (header, *lines)).encode())
    return path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "annuaire.sqlite"
