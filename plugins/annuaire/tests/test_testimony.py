from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from caducee.config import Secret
from caducee.contracts.plugin import Inquiry
from caducee.model.agreement import Source, Statement
from caducee.testing import AUTHOR
from caducee_annuaire import testimony
from caducee_annuaire.config import AnnuaireConfig
from caducee_annuaire.extraction.building import import_extraction

from .conftest import doctor, extraction

pytestmark = pytest.mark.anyio
ROUX = msgspec.structs.replace(AUTHOR, identifier="899700000017")


async def said(index: Path | None, **changes: str) -> Statement | None:
    practitioner = msgspec.structs.replace(ROUX, **changes)
    online = {"url": "https://annuaire.invalid/v2", "credential": "trust", "api_key": Secret(env="UNUSED")}
    config = AnnuaireConfig(index=index) if index else AnnuaireConfig(**online)  # type: ignore[arg-type]
    return await testimony.testify(Inquiry(key="roux", practitioner=practitioner, config=config, state=None))


async def test_specialties_and_structures_of_all_places_are_told_with_their_prefix(tmp_path: Path, place: Path) -> None:
    lines = [
        doctor("ROUX", "Camille", "c.roux@essai.mssante.fr", specialty="SM26", structure="499700000017001"),
        doctor("ROUX", "Camille", "c.roux@autre.mssante.fr", specialty="SM26", structure="010000017"),
        doctor("ROUX", "Camille", "c.roux@siret.mssante.fr", specialty="SM54", structure="38000000000017"),
    ]
    import_extraction(extraction(tmp_path / "bal.txt", lines), place)
    statement = await said(place)
    assert statement is not None
    assert (statement.source, statement.identifier) == (Source.DIRECTORY, "899700000017")
    assert set(statement.specialties) == {"SM26", "SM54"}
    assert set(statement.structures) == {"499700000017001", "1010000017", "338000000000017"}


async def test_somebody_without_a_box_a_missing_index_and_no_index_say_nothing(tmp_path: Path, place: Path) -> None:
    line = doctor("ROUX", "Camille", "c.roux@essai.mssante.fr")
    import_extraction(extraction(tmp_path / "bal.txt", [line]), place)
    assert await said(place, identifier="899700000025") is None
    assert await said(tmp_path / "nowhere.sqlite") is None
    assert await said(None) is None
