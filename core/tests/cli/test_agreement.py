"""What the doctor says when card, log-in and settings do not tell the same of a professional."""

from __future__ import annotations

from pathlib import Path

import pytest

from caducee.assembly import survey
from caducee.cli.agreement import examine_agreement
from caducee.cli.checks import Level
from caducee.config import load_config
from caducee.contracts.credentials import CardHolder
from caducee.contracts.plugin import Inquiry, Registrar
from caducee.contracts.state import StateSpec
from caducee.errors import PluginRefused
from caducee.hooks import hookimpl
from caducee.model.agreement import Source, Statement
from caducee.plugins.registration import Registration

from .practice import CONFIG, set_up

pytestmark = pytest.mark.anyio
ROUX, LENOIR = "899700000017", "899700000025"
TABLE = """
[practitioner.{key}]
identifier = "{identifier}"
family_name = "ROUX"
given_name = "Camille"
profession = "10"
specialty = "{specialty}"
[practitioner.{key}.structure]
identifier = "499700000017001"
name = "Cabinet"
sector = "SA07"
setting = "AMBULATOIRE"
"""


class Register:
    """A plugin that knows one thing of everybody, or nothing."""

    def __init__(self, said: Statement | None) -> None:
        self._said = said
        self.asked: list[str] = []

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        registrar.state(StateSpec())
        registrar.testifies(self.testify)

    async def testify(self, inquiry: Inquiry) -> Statement | None:
        assert inquiry.state is not None
        assert await inquiry.state.get("anything", inquiry.key) is None
        self.asked.append(inquiry.key)
        return self._said


def practice(folder: Path, *tables: str) -> Path:
    file = set_up(folder)
    file.write_text(CONFIG.replace("plugins = []", 'plugins = ["register"]') + "".join(tables), encoding="utf-8")
    return file


def table(key: str = "roux", identifier: str = ROUX, specialty: str = "SM26") -> str:
    return TABLE.format(key=key, identifier=identifier, specialty=specialty)


def holder(identifier: str) -> CardHolder:
    return CardHolder(
        serial="1",
        label="CPS",
        identifier=identifier,
        family_name="R",
        given_name="C",
        profession="10",
        not_after="2030-01-01",
    )


async def checks(file: Path, said: Statement | None = None, card: CardHolder | None = None) -> list[tuple[str, Level]]:
    config = load_config(file)
    loading = await survey(config, {"register": Register(said)})
    return [(check.name, check.level) for check in await examine_agreement(config, loading.loaded, card)]


def session(**more: object) -> Statement:
    return Statement(source=Source.SESSION, identifier=ROUX, **more)  # type: ignore[arg-type]


async def test_sources_that_agree_are_well(tmp_path: Path) -> None:
    found = await checks(practice(tmp_path, table()), session(specialties=("SM26",)), holder(ROUX))
    assert found == [("professional roux", Level.OK)]


async def test_settings_alone_agree_with_nobody_and_nothing_is_said(tmp_path: Path) -> None:
    assert await checks(practice(tmp_path, table())) == []


async def test_a_specialty_that_differs_is_told_and_whose_fault_it_is(tmp_path: Path) -> None:
    config = load_config(practice(tmp_path, table(specialty="SM54")))
    loading = await survey(config, {"register": Register(session(specialties=("SM26",)))})
    (check,) = await examine_agreement(config, loading.loaded, None)
    assert (check.name, check.level) == ("professional roux specialty", Level.BROKEN)
    assert "la configuration donne SM54" in check.sentence
    assert "[practitioner.*]" in check.remedy


async def test_the_card_of_somebody_else_is_told_when_there_is_one_professional(tmp_path: Path) -> None:
    found = await checks(practice(tmp_path, table()), session(), holder(LENOIR))
    assert found == [("professional roux identifier", Level.BROKEN)]


async def test_a_card_speaks_of_its_holder_among_several_and_one_of_nobody_is_told(tmp_path: Path) -> None:
    file = practice(tmp_path, table(), table("lenoir", LENOIR))
    assert await checks(file, None, holder(LENOIR)) == [("professional lenoir", Level.OK)]
    assert await checks(file, None, holder("899700000033")) == [("professional card", Level.ATTENTION)]


def test_a_plugin_testifies_once() -> None:
    registration = Registration("register")
    registration.testifies(Register(None).testify)
    with pytest.raises(PluginRefused):
        registration.testifies(Register(None).testify)
