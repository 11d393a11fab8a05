"""The how-to of the followed record is run as it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from caducee.cda.reading import read_document
from caducee_demo.practice import Practice, set_up
from caducee_demo.sandbox import Control
from caducee_dmp import errors
from caducee_dmp.brief import PartName
from caducee_dmp.brief.words import TITLES
from tests.e2e.desk import CONSENTED, DOCTOR, JEANNE, letter, opened, publish, qualified

pytestmark = pytest.mark.anyio
DOCS = Path(__file__).parents[2] / "docs"
PACE = 20.0


def functions() -> dict[str, Any]:
    page = DOCS / "how-to/shared-record.md"
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(block, str(page), "exec"), names)
    return names


async def test_the_how_to_makes_the_page_tells_the_news_and_carries_the_record(
    practice: Practice, control: Control, sandbox: dict[str, Any], tmp_path: Path
) -> None:
    patient, how_to = qualified(JEANNE, sandbox), functions()
    async with opened(practice) as here:
        page = await how_to["before_the_visit"](here, patient, "Dr Roux", "de vive voix")
        for name in PartName:
            assert f'id="{name}"' in page
            assert TITLES[name] in page
        ticket = await publish(here, letter(patient))
        await ticket.settled()
        lines = await how_to["morning"](here, patient, "Dr Roux", CONSENTED)
        assert lines == ["Compte rendu de consultation: new"]
        assert await how_to["morning"](here, patient, "Dr Roux", CONSENTED) == []
        async with opened(set_up(tmp_path / "there", sandbox, pace=PACE)) as there:
            await how_to["carry"](here, there, patient, "Dr Roux")
            record = await there.records.export_record(patient, acting=DOCTOR)
    (document,) = record.sent
    assert read_document(document.content or b"").document_id == ticket.document_id


def test_the_reference_names_every_part_and_every_error() -> None:
    page = (DOCS / "reference/shared-record.md").read_text(encoding="utf-8")
    named = [errors.DocumentNotIndexed.code, errors.DocumentNotHad.code, *(name.upper() for name in PartName)]
    assert [name for name in named if f"`{name}" not in page] == []
