"""A plugin that receives, good and bad."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import msgspec

from caducee import Kernel
from caducee.plugin_api import (
    HttpClient,
    Limits,
    PluginContext,
    ProtocolViolation,
    Received,
    Registrar,
    ServiceKey,
    State,
    StateSpec,
    hookimpl,
)
from caducee.testing import Answer, Request, ScriptedService
from caducee.testing.contract import InboxSample, StateSample, Subject

from .box import BoxConfig


class Mail:
    """Fetches what waits at the service."""

    def __init__(self, state: State, http: HttpClient) -> None:
        self._state = state
        self._http = http

    async def fetch(self) -> None:
        answer = await self._http.get("waiting")
        try:
            waiting = msgspec.json.decode(answer.body, type=dict[str, str])
        except msgspec.DecodeError:
            raise ProtocolViolation("mail", f"HTTP {answer.status}") from None
        for key, content in waiting.items():
            await self.file(key, content)

    async def file(self, key: str, content: str) -> None:
        await self.keep(key, content)
        await self.acknowledge(key)

    async def keep(self, key: str, content: str) -> None:
        async with self._state.transaction() as tx:
            await tx.receive(Received(key=key, kind="mail", content=content.encode()))

    async def acknowledge(self, key: str) -> None:
        await self._http.post("acknowledge", content_type="text/plain", content=[key.encode()], changes=True)


class AcknowledgesFirst(Mail):
    async def file(self, key: str, content: str) -> None:
        await self.acknowledge(key)
        await self.keep(key, content)


class NamesAnew(Mail):
    async def keep(self, key: str, content: str) -> None:
        await super().keep(str(uuid4()), content)


MAIL: ServiceKey[Mail] = ServiceKey("mail")


class MailPlugin:
    def __init__(self, mail: type[Mail] = Mail) -> None:
        self._mail = mail

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        registrar.config(BoxConfig)
        registrar.state(StateSpec())
        registrar.service(MAIL, self._open)

    @asynccontextmanager
    async def _open(self, context: PluginContext) -> AsyncIterator[Mail]:
        async with context.http(context.config.url, limits=Limits(answer=0.3, largest_answer=100_000)) as http:
            yield self._mail(context.state, http)


class Post:
    """The service: what waits, what was acknowledged."""

    def __init__(self) -> None:
        self.waiting: dict[str, str] = {}
        self.acknowledged: set[str] = set()

    def offer(self) -> None:
        self.waiting[str(uuid4())] = "Suivi canari"

    def answer(self, request: Request) -> Answer:
        if request.method == "POST":
            self.waiting.pop(request.body.decode(), None)
            self.acknowledged.add(request.body.decode())
            return Answer()
        return Answer.of_json(self.waiting)


async def fetch(kernel: Kernel) -> None:
    async with kernel.use(MAIL) as mail:
        await mail.fetch()


async def nothing(state: State) -> None:
    """The plugin keeps nothing beside the inbox."""


def mail_subject(plugin: object) -> Subject:
    post = Post()
    return Subject(
        plugin=plugin,
        name="mail",
        table=lambda url: {"url": url},
        codes=(),
        service=ScriptedService(post.answer, writes=lambda request: request.method == "POST"),
        services={MAIL: lambda mail: mail.fetch()},
        state=StateSample(version=1, write=nothing, check=nothing),
        inbox=InboxSample(offer=post.offer, fetch=fetch, acknowledged=lambda: len(post.acknowledged)),
        patience=1.0,
    )
