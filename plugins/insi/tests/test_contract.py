"""INSi held against the contract that every plugin keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caducee.contracts.identity import IDENTITY, Identity
from caducee.contracts.rights import RIGHTS
from caducee.contracts.state import State
from caducee.model.practice import Actor
from caducee.testing import PATIENT, Answer, FakeCard, Request, ScriptedService
from caducee.testing.contract import ServiceContract, StateContract, StateSample, Subject
from caducee_insi import BATCH, DESK, INSI, plugin

from .conftest import INSTANCE
from .scripted import individual, result

CARD = FakeCard(certificates={"org_insi": "INSI-MANU"})


def table(url: str) -> Mapping[str, Any]:
    software = {"name": "DEMOLGC", "version": "1.0", "authorisation": "NUMAUTOSIMU1", "instance": INSTANCE}
    return {
        "url": f"{url}/lps",
        "credential": "org_insi",
        "software": software,
        "tries": 2,
        "pause": 0.01,
        "answer_timeout": 0.5,
    }


def found(request: Request) -> Answer:
    answer = result("00", individual())
    return Answer(answer.body, answer.status, answer.content_type)


async def search(insi: Identity) -> object:
    return await insi.search(PATIENT.traits, local_id=PATIENT.local_id, acting=Actor.secretary("accueil"))


async def write(state: State) -> None:
    async with state.transaction() as tx:
        await tx.put("exchange", "uuid:1", b"an exchange")


async def check(state: State) -> None:
    assert await state.get("exchange", "uuid:1") == b"an exchange"


class TestInsi(ServiceContract, StateContract):
    def subject(self) -> Subject:
        return Subject(
            plugin=plugin,
            name="insi",
            table=table,
            codes=tuple(error.code for error in plugin.ERRORS),
            service=ScriptedService(found, writes=lambda request: False, tls=CARD.authority.server),
            services={IDENTITY: search, DESK: None, INSI: None, RIGHTS: None, BATCH: None},
            state=StateSample(version=1, write=write, check=check),
            credentials=CARD,
            patience=3.0,
        )
