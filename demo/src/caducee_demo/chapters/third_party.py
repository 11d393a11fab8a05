"""A plugin that somebody else wrote: one letter, two destinations."""

from __future__ import annotations

from pathlib import Path

import anyio

import caducee
from caducee import Audience
from caducee.documents.ticket import DeliveryStatus
from caducee.outbox.contract import DeliveryState
from caducee.testing import Outage
from caducee_demo.chapters.letter import qualified_jeanne
from caducee_demo.practice import Practice
from caducee_demo.stage import DOCTOR, Stage, told
from caducee_dmp import Dmp
from third_party_chat import Chat
from third_party_chat.fake_server import FakeChat

NAME = "messagerie-tierce"
TITLE = "10. Un module écrit par un tiers : une messagerie d'équipe"
ROOM = "equipe-soins"


async def play(stage: Stage) -> None:
    """Allow the plugin, publish to the DMP and to the chat, lose the chat's answer on the way."""
    patient = await qualified_jeanne(stage)
    chat = FakeChat(ROOM)
    with chat.service() as service:
        with stage.story.step("Le module du tiers est autorisé dans la configuration") as telling:
            config = _allowing_chat(stage.practice, service.url)
            telling.say("Installé depuis son dossier ; sans cette ligne il n'est jamais chargé.")
        async with caducee.open_kernel(config, pin_prompt=stage.pin) as kernel:
            with stage.story.step("Une lettre, deux destinations : le DMP et la messagerie") as telling:
                service.inflict(Outage.LOST, times=1)
                document = await stage.letter(kernel, patient, about="coordination des soins")
                ticket = await kernel.documents.publish(
                    document,
                    audience=Audience(Dmp(), Chat(room=ROOM)),
                    acting=DOCTOR,
                    idempotency_key=document.local_id,
                    validated_by=document.author,
                )
                with anyio.fail_after(60):
                    deliveries = await ticket.settled()
                telling.say(" ".join(_told(delivery) for delivery in deliveries))
                _must_have_arrived(deliveries, chat)
    stage.show(document, deliveries[0])


def _allowing_chat(practice: Practice, url: str) -> Path:
    """Write the configuration of the practice again, with the plugin allowed and its table."""
    text = practice.config.read_text(encoding="utf-8")
    allowed = text.replace('plugins = ["insi", "dmp"]', 'plugins = ["insi", "dmp", "chat"]')
    config = practice.folder / "caducee-chat.toml"
    config.write_text(f'{allowed}\n[plugins.chat]\nurl = "{url}"\n', encoding="utf-8")
    return config


def _told(delivery: DeliveryStatus) -> str:
    receipt = delivery.row.receipt
    asked = " (réponse perdue : le service a été interrogé)" if receipt is not None and receipt.found_by_probe else ""
    return f"{told(delivery)}{asked}"


def _must_have_arrived(deliveries: tuple[DeliveryStatus, ...], chat: FakeChat) -> None:
    if any(delivery.state is not DeliveryState.DELIVERED for delivery in deliveries):
        raise AssertionError(", ".join(f"{d.row.kind}: {d.state}({d.why}) {d.row.code}" for d in deliveries))
    if len(chat.messages) != 1:
        raise AssertionError(f"the chat holds {len(chat.messages)} messages")
