"""The directory held against the contract that every plugin keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from caducee.contracts.directory import DIRECTORY, Directory
from caducee.testing import Answer, FakeCard, Request, ScriptedService
from caducee.testing.contract import ServiceContract, Subject
from caducee_annuaire import plugin
from caducee_annuaire.errors import OWN

from .scripted import KEY, page
from .test_service import ROUX

CARD = FakeCard()


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANNUAIRE_TEST_KEY", KEY)


def table(url: str) -> Mapping[str, Any]:
    key = {"env": "ANNUAIRE_TEST_KEY"}
    return {
        "url": f"{url}/fhir/v2",
        "credential": "annuaire",
        "api_key": key,
        "fresh_hours": 0,
        "kept_answers": 0,
        "patience": 0.1,
        "answer_timeout": 0.5,
    }


def found(request: Request) -> Answer:
    return Answer.of_json(page(ROUX))


async def ask(directory: Directory) -> object:
    entries = await directory.professional("899700000017")
    assert [entry.display_name for entry in entries] == ["Camille ROUX"]
    return entries


class TestAnnuaire(ServiceContract):
    def subject(self) -> Subject:
        return Subject(
            plugin=plugin,
            name="annuaire",
            table=table,
            codes=tuple(error.code for error in OWN),
            service=ScriptedService(found, writes=lambda request: False, tls=CARD.authority.server),
            services={DIRECTORY: ask},
            credentials=CARD,
            secrets=(KEY,),
            patience=3.0,
        )
