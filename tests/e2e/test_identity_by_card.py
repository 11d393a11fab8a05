"""INSi by the professional's card: one PIN, one operation of the card, the identity found."""

from __future__ import annotations

import json

import anyio
import pytest

from caducee.contracts.identity import IDENTITY, InsOutcome
from caducee_demo.people import JEANNE
from caducee_demo.practice import Practice
from caducee_demo.sandbox import Control
from tests.e2e.desk import SECRETARY, opened

pytestmark = pytest.mark.anyio


def by_card(practice: Practice) -> None:
    text = practice.config.read_text(encoding="utf-8")
    text = text.replace(f'url = "{practice.sandbox["insi"]}"', f'url = "{practice.sandbox["insi_card"]}"')
    lines = text.replace('credential = "org_insi"', 'credential = "insurance"').splitlines()
    at = lines.index("[plugins.insi]") + 1
    lines[at:at] = ['access = "card"', 'practitioner = "roux"', 'billing = { identifier = "1", specialty = "01" }']
    trust = [
        "[credentials.insurance]",
        'kind = "trust"',
        f"authorities = {json.dumps(practice.sandbox['authorities'])}",
    ]
    practice.config.write_text("\n".join([*lines, "", *trust, ""]), encoding="utf-8")


async def test_a_search_costs_one_signature_of_the_card(practice: Practice, control: Control) -> None:
    by_card(practice)
    before = (await anyio.to_thread.run_sync(control.card_operations))["sign"]
    async with opened(practice) as kernel, kernel.use(IDENTITY) as insi:
        for local_id in ("P1", "P2"):
            answer = await insi.search(JEANNE.traits, local_id=local_id, acting=SECRETARY)
            assert answer.outcome is InsOutcome.FOUND
    assert (await anyio.to_thread.run_sync(control.card_operations))["sign"] == before + 1
