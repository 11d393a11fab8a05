"""What the desk reads of a delivery that waits for its author's card."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from caducee.documents.sentences import explain_row
from caducee.errors import Explanation
from caducee.outbox.contract import DeliveryRow, DeliveryState

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 2, tzinfo=UTC)


async def nothing(_: str) -> Explanation | None:
    return None


def waiting(code: str) -> DeliveryRow:
    return DeliveryRow(
        delivery_id="d",
        document_id="1.2.3",
        kind="dmp",
        reference="",
        series="s",
        author="roux",
        state=DeliveryState.BLOCKED,
        why="card",
        attempts=1,
        created=NOW,
        due=NOW,
        code=code,
        service_code="",
        service_text="",
        receipt=None,
        prepared=False,
    )


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("card.module_failed", "pilote"),
        ("card.other", "pas celle de l'auteur"),
        ("card.ambiguous", "Plusieurs cartes"),
        ("card.too_old", "trop ancienne"),
        ("pin.blocked", "bloquée"),
        ("pin.last_try", "un essai"),
    ],
)
async def test_who_has_the_card_in_the_reader_is_not_told_to_insert_it(code: str, word: str) -> None:
    told = await explain_row(waiting(code), nothing)
    assert word in told.sentence
    assert told.sentence != (await explain_row(waiting("card.absent"), nothing)).sentence


@pytest.mark.parametrize("code", ["card.absent", "card.removed", "pin.required"])
async def test_who_has_no_open_card_there_is_told_to_insert_it(code: str) -> None:
    told = await explain_row(waiting(code), nothing)
    assert told.sentence == "Le document attend la carte CPS de son auteur."
