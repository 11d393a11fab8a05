"""Figures are read from events and dated tables, each with its events, and name nobody."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from caducee.contracts.plugin import PluginContext, Registrar
from caducee.contracts.state import StateSpec
from caducee.errors import FactInvalid
from caducee.hooks import hookimpl
from caducee.kernel import Kernel
from caducee.model.bodies import MedicalSummary
from caducee.model.clinical import Problem
from caducee.model.codes import Code
from caducee.model.destination import Audience
from caducee.model.document import OF_THE_BODY
from caducee.model.practice import Actor
from caducee.services import ServiceKey
from caducee.sharing.fact_kind import FactKind
from caducee.sharing.indicators import NotedBy, indicators, thresholds
from caducee.sharing.obligations import obligations
from caducee.sharing.page import figure, to_json, to_page, verdict
from caducee.sharing.practice import Practice, read_practice
from caducee.testing import kernel_for

from .national import Correspondents, Mail, National, SharedRecord
from .people import QUALIFIED, letter

pytestmark = pytest.mark.anyio
DOCTOR = Actor.doctor("dr.roux")
TODAY = date.today()
ALL = Audience(SharedRecord(), Correspondents(), Mail())
KEYS = [
    "electronic_care_sheets",
    "documents_shared",
    "professional_mails",
    "patient_mails",
    "qualified_ins",
    "coded_entries",
    "summaries",
    "activity_at_distance",
    "mailbox_alive",
    "opening_hours",
]


@asynccontextmanager
async def a_day_at_the_practice(folder: Path) -> AsyncIterator[Kernel]:
    """Two of three care sheets electronic, one act of five at a distance, one of two patients qualified…"""
    async with kernel_for({"national": National()}, folder=folder) as kernel:
        note = kernel.sharing.note
        for code in ("electronic", "electronic", "paper"):
            await note(FactKind.CARE_SHEET, code=code)
        for code in ("distance", "present", "present", "present", "present"):
            await note(FactKind.ACT, code=code)
        for local_id, code in (("P1", "PROV"), ("P1", "QUAL"), ("P2", "VALI")):
            await note(FactKind.SEEN, code=code, local_id=local_id)
        for local_id in ("P1", "P2"):
            await note(FactKind.ATTENDING, local_id=local_id)
        await note(FactKind.MAILBOX)
        await note(FactKind.OPENING_HOURS, code="missing")
        await note(FactKind.OPENING_HOURS, code="filled")
        asthma = Problem(label="Asthme", code=Code("J45", "2.16.840.1.113883.6.3", "Asthme"))
        body = MedicalSummary(problems=(asthma, Problem(label="Fatigue")))
        summary = letter(QUALIFIED, "VSM", type=OF_THE_BODY, title="", body=body)
        for document, audience in (
            (summary, ALL),
            (letter(QUALIFIED, "L1"), ALL),
            (letter(QUALIFIED, "L2"), Audience(Mail())),
        ):
            ticket = await kernel.documents.publish(
                document, audience=audience, acting=DOCTOR, idempotency_key=document.local_id
            )
            await ticket.settled()
        yield kernel


async def test_each_figure_is_what_the_events_say(tmp_path: Path) -> None:
    async with a_day_at_the_practice(tmp_path) as kernel:
        found = {one.key: one for one in await kernel.sharing.indicators(as_of=TODAY)}
    assert list(found) == KEYS
    assert {key: (one.done, one.all_of_them) for key, one in found.items()} == {
        "electronic_care_sheets": (2, 3),
        "documents_shared": (2, 3),
        "professional_mails": (2, None),
        "patient_mails": (3, None),
        "qualified_ins": (1, 2),
        "coded_entries": (1, 2),
        "summaries": (1, 2),
        "activity_at_distance": (1, 5),
        "mailbox_alive": (1, None),
        "opening_hours": (1, 1),
    }
    assert found["electronic_care_sheets"].reached is True
    assert found["activity_at_distance"].reached is True
    assert found["qualified_ins"].reached is None
    assert all(one.events for one in found.values())


async def test_what_is_not_measured_is_not_zero(tmp_path: Path) -> None:
    found = indicators(Practice(), obligations(), thresholds(), as_of=TODAY)
    assert {figure(one) for one in found} == {"non renseigné"}
    assert {one.reached for one in found} == {None}


async def test_the_year_begins_on_its_first_day(tmp_path: Path) -> None:
    async with a_day_at_the_practice(tmp_path) as kernel:
        later = {one.key: one for one in await kernel.sharing.indicators(as_of=date(TODAY.year + 1, 1, 2))}
        assert not later["electronic_care_sheets"].measured
        assert later["summaries"].done == 1
        before = await kernel.sharing.indicators(as_of=TODAY - timedelta(days=1))
        assert not any(one.measured for one in before)


@pytest.mark.parametrize(("electronic", "paper", "reached"), [(2, 1, True), (665, 335, False), (0, 1, False)])
async def test_two_thirds_of_the_care_sheets_is_enough_and_less_is_not(
    tmp_path: Path, electronic: int, paper: int, reached: bool
) -> None:
    async with kernel_for({}, folder=tmp_path) as kernel:
        async with kernel.transaction() as tx:
            for code in ["electronic"] * electronic + ["paper"] * paper:
                await tx.event("care_sheet.sent", code=code)
        (first, *_) = await kernel.sharing.indicators(as_of=TODAY)
        assert first.reached is reached


async def test_more_than_a_fifth_at_a_distance_is_too_much(tmp_path: Path) -> None:
    async with kernel_for({}, folder=tmp_path) as kernel:
        for code in ("distance", "present", "present"):
            await kernel.sharing.note(FactKind.ACT, code=code)
        (found,) = [one for one in await kernel.sharing.indicators() if one.key == "activity_at_distance"]
        assert found.reached is False
        assert verdict(found) == "au plus 20\N{NO-BREAK SPACE}% : non respecté"


def test_a_threshold_has_a_source_and_promises_nothing() -> None:
    for limit in thresholds():
        assert limit.source.strip()
        assert limit.confidence == "to_check"
        assert limit.amount is None
        assert limit.points is None


async def test_the_export_opens_the_events_and_names_nobody(tmp_path: Path) -> None:
    async with a_day_at_the_practice(tmp_path) as kernel:
        practice = await read_practice(kernel._store, as_of=TODAY)
        found = await kernel.sharing.indicators(as_of=TODAY)
        references = [one.reference for one in practice.noted if one.reference]
        documents = list(practice.documents)
    exported = msgspec.json.encode(to_json(found, practice)).decode()
    page = to_page(found, practice)
    for secret in ("NESSI", "JEANNE", "275036", "P1", *references, *documents):
        assert secret not in exported
        assert secret not in page
    sheets = json.loads(exported)[0]
    assert [one["code"] for one in sheets["events"]] == ["electronic", "electronic", "paper"]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.outside: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if given.get("id"):
            self.ids.add(str(given["id"]))
        if tag == "a":
            self.links.append(str(given.get("href")))
        self.outside += [str(given[name]) for name in ("src", "srcset") if given.get(name)]


async def test_the_page_stands_alone_and_each_figure_leads_to_its_events(tmp_path: Path) -> None:
    async with a_day_at_the_practice(tmp_path) as kernel:
        practice = await read_practice(kernel._store, as_of=TODAY)
        page = to_page(await kernel.sharing.indicators(as_of=TODAY), practice)
    read = _Page()
    read.feed(page)
    assert read.outside == []
    assert "script" not in read.tags
    assert "http" not in page
    assert '<html lang="fr">' in page
    assert sorted(link[1:] for link in read.links) == sorted(KEYS)
    assert read.ids >= set(KEYS)
    assert "promesse" in page


def test_what_a_vendor_has_read_is_shown_with_its_source(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[[threshold]]\nindicator = "qualified_ins"\nshare = 0.9\npoints = 20\namount = 140\nprofessions = ["10"]\n'
        'source = "Convention <2024>"\nconfidence = "secondary"\n',
        encoding="utf-8",
    )
    page = to_page(indicators(Practice(), (), thresholds(own=own), as_of=TODAY), Practice())
    assert "20 points ; 140 € selon la source, sans promesse ; professions : 10 ; Convention &lt;2024&gt;" in page


class Working:
    """A plugin that notes what it does."""

    def __init__(self) -> None:
        self.context: PluginContext | None = None

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        registrar.state(StateSpec())
        registrar.service(ServiceKey("working"), self._open)

    @asynccontextmanager
    async def _open(self, context: PluginContext) -> AsyncIterator[object]:
        self.context = context
        yield object()


async def test_what_a_plugin_notes_is_counted_as_if_the_host_had_noted_it(tmp_path: Path) -> None:
    working = Working()
    async with kernel_for({"working": working}, folder=tmp_path) as kernel, kernel.use(ServiceKey("working")):
        assert working.context is not None
        await kernel.sharing.note(FactKind.SEEN, code="PROV", local_id="P1")
        async with working.context.state.transaction() as tx:
            await tx.note(FactKind.SEEN, code="QUAL", local_id="P1")
            for _ in range(2):  # a killed host may say it again
                await tx.note(FactKind.MAIL, code="patient", local_id="<m1@essai>")
            await tx.note(FactKind.MAILBOX)
            await tx.note(FactKind.CARE_SHEET, code="electronic", local_id="F1")
        await kernel.sharing.note(FactKind.CARE_SHEET, code="electronic", local_id="F1")
        found = {one.key: one for one in await kernel.sharing.indicators()}
        with pytest.raises(FactInvalid):
            async with working.context.state.transaction() as tx:
                await tx.note(FactKind.SEEN, code="QUAL")
        rows = await kernel._store.events(0)
    assert (found["qualified_ins"].done, found["qualified_ins"].all_of_them) == (1, 1)
    assert (found["electronic_care_sheets"].done, found["electronic_care_sheets"].all_of_them) == (1, 1)
    assert found["patient_mails"].done == 1
    assert not {"P1", "<m1@essai>"} & {row.delivery_id for row in rows}


async def test_no_mail_from_a_box_that_is_read_is_zero_and_without_a_box_nothing_is_known(tmp_path: Path) -> None:
    async with kernel_for({}, folder=tmp_path) as kernel:
        before = {one.key: figure(one) for one in await kernel.sharing.indicators()}
        await kernel.sharing.note(FactKind.MAILBOX)
        practice = await read_practice(kernel._store, as_of=TODAY)
        found = indicators(practice, obligations(), thresholds(), as_of=TODAY)
    after = {one.key: figure(one) for one in found}
    assert (before["patient_mails"], after["patient_mails"]) == ("non renseigné", "0")
    page = to_page(found, practice)
    assert "le chiffre est bien zéro" in page
    assert "rien n'a été noté, ce qui n'est pas zéro" in page


def test_the_page_says_who_notes_each_figure() -> None:
    found = indicators(Practice(), obligations(), thresholds(), as_of=TODAY)
    by = {one.key: one.noted_by for one in found}
    assert by["activity_at_distance"] == by["opening_hours"] == NotedBy.HOST
    assert by["professional_mails"] == by["mailbox_alive"] == NotedBy.KIT
    page = to_page(found, Practice())
    assert page.count("votre logiciel métier doit le noter") == sum(one is not NotedBy.KIT for one in by.values())


@pytest.mark.parametrize(("days", "counted"), [(0, 1), (-1, 0)])
async def test_what_was_handed_over_on_the_first_day_of_the_year_counts(
    tmp_path: Path, days: int, counted: int
) -> None:
    async with a_day_at_the_practice(tmp_path) as kernel:
        practice = await read_practice(kernel._store, as_of=TODAY)
    (life, *others) = practice.documents.values()
    for other in others:
        other.on = date(1999, 1, 1)
    life.on = date(TODAY.year, 1, 1) + timedelta(days=days)
    found = {one.key: one for one in indicators(practice, obligations(), thresholds(), as_of=TODAY)}
    assert found["documents_shared"].all_of_them == counted
