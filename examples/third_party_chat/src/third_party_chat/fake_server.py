"""A chat server that lives in memory: what its script answers, and what it holds."""

from __future__ import annotations

import msgspec

from caducee.testing import Answer, Request, ScriptedService


class FakeChat:
    """``rooms`` that exist; ``messages`` by identifier, as they were posted."""

    def __init__(self, *rooms: str) -> None:
        self.rooms = rooms
        self.messages: dict[str, dict[str, str]] = {}

    def service(self) -> ScriptedService:
        """Return the server: ``with chat.service() as service`` runs it on loopback."""
        return ScriptedService(self.answer, writes=lambda request: request.method == "POST")

    def answer(self, request: Request) -> Answer:
        """Answer one request."""
        if request.method == "POST" and request.path == "/messages":
            return self._post(msgspec.convert(request.json(), dict[str, str]))
        held = self.messages.get(request.path.rpartition("/")[2])
        if held is None:
            return Answer.of_json({"error": "no_such_message"}, status=404)
        return Answer.of_json({"id": held["id"], "sha256": held["sha256"]})

    def _post(self, message: dict[str, str]) -> Answer:
        if message["room"] not in self.rooms:
            return Answer.of_json({"error": "no_such_room"}, status=404)
        if message["id"] in self.messages:
            return Answer.of_json({"error": "exists"}, status=409)
        self.messages[message["id"]] = message
        return Answer.of_json({"id": message["id"]}, status=201)
