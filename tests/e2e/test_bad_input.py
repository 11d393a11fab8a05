"""Bad input: one typed error with a French explanation, nothing sent, nothing stored."""

from __future__ import annotations

from functools import partial
from typing import Any

import anyio
import msgspec
import pytest

from caducee.contracts.identity import IDENTITY
from caducee.errors import (
    CardAbsent,
    ConfigError,
    DocumentInvalid,
    DrainedElsewhere,
    IdempotencyConflict,
    PinWrong,
    RealmMixed,
    ServiceError,
)
from caducee.model.codes import LOINC, Code
from caducee.model.document import PdfBody
from caducee.model.environment import Environment
from caducee.outbox.contract import DeliveryState
from caducee_demo.practice import PINS, ROUX, Practice
from caducee_demo.sandbox import Control
from tests.e2e.desk import JEANNE, SECRETARY, letter, opened, publish, qualified

pytestmark = pytest.mark.anyio


async def refused_fields(practice: Practice, document: Any) -> set[str]:
    async with opened(practice) as kernel:
        with pytest.raises(DocumentInvalid) as caught:
            await publish(kernel, document)
        assert [event async for event in _events(kernel)] == []
    assert caught.value.explain().remedy
    return {finding.field for finding in caught.value.findings}


async def _events(kernel: Any) -> Any:
    with anyio.move_on_after(0.2):
        async for event in kernel.events():
            yield event


async def test_a_body_that_is_not_a_pdf_is_refused_at_the_desk(practice: Practice, sandbox: dict[str, Any]) -> None:
    document = letter(qualified(JEANNE, sandbox), pdf=b"PK\x03\x04 a word processor's file")
    assert any(field.startswith("body") for field in await refused_fields(practice, document))


async def test_a_body_over_the_limit_is_refused_at_the_desk(practice: Practice, sandbox: dict[str, Any]) -> None:
    config = practice.config
    config.write_text(config.read_text().replace("[documents]", "[documents]\nmax_bytes = 1000"))
    document = letter(qualified(JEANNE, sandbox), pdf=b"%PDF-1.4\n" + b"%" * 1000 + b"\n%%EOF\n")
    assert any(field.startswith("body") for field in await refused_fields(practice, document))


async def test_every_fault_of_a_document_is_said_at_once(practice: Practice, sandbox: dict[str, Any]) -> None:
    document = msgspec.structs.replace(
        letter(qualified(JEANNE, sandbox)),
        title=" ",
        created="20260230080000+0100",
        type=Code("99999-9", LOINC, "Inconnu"),
        body=PdfBody(b"nothing"),
    )
    fields = await refused_fields(practice, document)
    assert {"title", "created"} <= fields
    assert any(field.startswith("type") for field in fields)
    assert any(field.startswith("body") for field in fields)


async def test_a_birth_date_that_does_not_exist_is_refused(practice: Practice, sandbox: dict[str, Any]) -> None:
    patient = qualified(JEANNE, sandbox)
    traits = msgspec.structs.replace(patient.traits, birth_date="1975-02-30")
    document = letter(msgspec.structs.replace(patient, traits=traits))
    assert "patient.traits.birth_date" in await refused_fields(practice, document)


async def test_an_author_who_is_not_configured_is_refused(practice: Practice, sandbox: dict[str, Any]) -> None:
    document = letter(qualified(JEANNE, sandbox), author="nobody")
    assert await refused_fields(practice, document) == {"author"}


async def test_names_with_accents_and_apostrophes_go_through(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = msgspec.structs.replace(qualified(JEANNE, sandbox), used_name="D’HÉRŒÇÀŸ-L'ÉTÉ", used_given_name="Zoé")
    async with opened(practice) as kernel:
        ticket = await publish(kernel, letter(patient))
        (delivery,) = await ticket.settled()
    assert delivery.state is DeliveryState.DELIVERED


async def test_another_content_under_the_same_key_is_refused(practice: Practice, sandbox: dict[str, Any]) -> None:
    document = letter(qualified(JEANNE, sandbox))
    async with opened(practice) as kernel:
        await publish(kernel, document)
        with pytest.raises(IdempotencyConflict):
            await publish(kernel, msgspec.structs.replace(document, title="Autre titre"))


async def test_an_identity_of_another_environment_is_refused(practice: Practice, sandbox: dict[str, Any]) -> None:
    patient = qualified(JEANNE, sandbox)
    assert patient.ins is not None
    foreign = msgspec.structs.replace(patient.ins, environment=Environment.PRODUCTION)
    async with opened(practice) as kernel:
        with pytest.raises(RealmMixed):
            await publish(kernel, letter(msgspec.structs.replace(patient, ins=foreign)))


async def test_a_wrong_pin_is_presented_once_and_says_the_tries_left(practice: Practice, control: Control) -> None:
    async with opened(practice, pin_prompt=None) as kernel:
        before = await anyio.to_thread.run_sync(control.card_operations)
        for _ in range(3):
            with pytest.raises(PinWrong) as caught:
                await kernel.card.open("9999")
        after = await anyio.to_thread.run_sync(control.card_operations)
        assert after["login_refused"] - before["login_refused"] == 1
        assert caught.value.tries_left == 2
        assert "2" in caught.value.explain().sentence
        assert "9999" not in str(caught.value)
        await kernel.card.open(PINS[ROUX])


async def test_no_card_is_said_as_such(practice: Practice, control: Control) -> None:
    await anyio.to_thread.run_sync(control.card, "remove")
    async with opened(practice) as kernel:
        with pytest.raises(CardAbsent):
            await kernel.card.holder()


async def test_nothing_is_sent_to_a_server_of_another_authority(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    config = practice.config
    config.write_text(config.read_text().replace(sandbox["authorities"], sandbox["other_authorities"]))
    async with opened(practice) as kernel:
        ticket = await publish(kernel, letter(qualified(JEANNE, sandbox)))
        (delivery,) = await ticket.reached(DeliveryState.BLOCKED)
    assert (delivery.why, delivery.row.code) == ("operator", "certificate.untrusted")
    assert delivery.row.attempts == 0


async def test_an_expired_certificate_holds_the_letter_and_sends_nothing(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    config, expired = practice.config, sandbox["credentials"]["expired"]
    current = sandbox["credentials"]["org_auth"]
    text = config.read_text().replace(current["file"], expired["file"]).replace('feed = "direct"', 'feed = "indirect"')
    config.write_text(text.replace(current["password_file"], expired["password_file"]))
    async with opened(practice) as kernel:
        ticket = await publish(kernel, letter(qualified(JEANNE, sandbox)))
        (delivery,) = await ticket.reached(DeliveryState.BLOCKED)
    assert delivery.why == "operator"
    assert delivery.row.code in {"certificate.expired", "certificate.untrusted"}


async def test_a_second_program_that_would_send_is_told_who_does(practice: Practice) -> None:
    async with opened(practice):
        with pytest.raises(DrainedElsewhere) as caught:
            async with opened(practice):
                pass
    assert caught.value.owner


async def test_a_typo_in_the_configuration_names_file_and_key(practice: Practice) -> None:
    config = practice.config
    config.write_text(config.read_text().replace("environment =", "enviroment ="))
    with pytest.raises(ConfigError) as caught:
        async with opened(practice):
            pass
    (finding,) = caught.value.findings
    assert finding.field == "kernel.enviroment"
    assert "caducee.toml" in str(caught.value)


@pytest.mark.parametrize("fault", ["soap_fault", "http500", "html", "down"])
async def test_a_failing_insi_is_a_typed_error_and_changes_nothing(
    practice: Practice, control: Control, fault: str
) -> None:
    await anyio.to_thread.run_sync(partial(control.fault, "insi", fault))
    async with opened(practice) as kernel, kernel.use(IDENTITY) as insi:
        with pytest.raises(ServiceError) as caught:
            await insi.search(JEANNE.traits, local_id="P1", acting=SECRETARY)
    assert caught.value.explain().remedy
    assert JEANNE.traits.birth_name not in str(caught.value)
    assert fault != "soap_fault" or caught.value.service_code
