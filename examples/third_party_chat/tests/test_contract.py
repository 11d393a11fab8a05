from __future__ import annotations

from caducee.testing.contract import DestinationContract, Subject
from third_party_chat import Chat, plugin
from third_party_chat.fake_server import FakeChat


class TestChat(DestinationContract):
    def subject(self) -> Subject:
        chat = FakeChat("equipe-soins")
        return Subject(
            plugin=plugin,
            name="chat",
            table=lambda url: {"url": url},
            codes=tuple(error.code for error in plugin.ERRORS),
            service=chat.service(),
            destination=Chat(room="equipe-soins"),
            held=lambda: len(chat.messages),
        )
