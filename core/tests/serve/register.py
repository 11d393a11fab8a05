"""A service of a stranger's plugin that takes and gives structures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from caducee.contracts.plugin import PluginContext
from caducee.model.identity import Traits
from caducee.services import ServiceKey


class Said(msgspec.Struct, frozen=True):
    said: str


class Shelf:
    async def count(self, shelf: str) -> int:
        return len(shelf)


class Register:
    def __init__(self) -> None:
        self.shelf = Shelf()
        self.title = "registre"

    async def name(self, traits: Traits) -> Said:
        return Said(" ".join((*traits.given_names, traits.birth_name)))


REGISTER: ServiceKey[Register] = ServiceKey("register")


@asynccontextmanager
async def register(context: PluginContext) -> AsyncIterator[Register]:
    yield Register()
