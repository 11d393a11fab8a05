"""What must go where is a dated table; what was not sent, and which summaries are due, is read from events."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest

from caducee.errors import ConfigError, FactInvalid
from caducee.model.announcement import Announce
from caducee.model.bodies import MedicalSummary, Prescription
from caducee.model.bodies.prescription import MedicinePrescription
from caducee.model.clinical import Medicine, Problem
from caducee.model.codes import LOINC, Code
from caducee.model.destination import Audience
from caducee.model.document import OF_THE_BODY, Document
from caducee.model.encounter import Encounter, EncounterMode
from caducee.model.practice import Actor
from caducee.sharing.due import due
from caducee.sharing.fact_kind import FactKind
from caducee.sharing.facts import coded_entries, document_reference
from caducee.sharing.obligations import Fit, Route, fits, in_force, obligations, propose
from caducee.sharing.opposition import Opposition, Scope
from caducee.sharing.practice import Practice, read_practice
from caducee.testing import AUTHOR, kernel_for

from .national import Correspondents, Mail, National, SharedRecord
from .people import QUALIFIED, letter

pytestmark = pytest.mark.anyio
DOCTOR = Actor.doctor("dr.roux")
TODAY = date.today()
GP, NURSE = "10/SA07", "60/SA07"
ROWS = obligations()


def prescription(*, prior: bool = False, mode: EncounterMode = EncounterMode.ON_SITE) -> Document:
    line = MedicinePrescription(medicine=Medicine(name="EXEMPLE 500 mg"), prior_approval=prior)
    body = Prescription(medicines=(line,))
    return letter(QUALIFIED, type=OF_THE_BODY, title="", body=body, encounter=Encounter(mode=mode))


def routes(document: Document, on: date = TODAY, author: str = GP, **more: Any) -> dict[str, str]:
    return {one.route: one.row.id for one in propose(document, ROWS, on=on, author=author, **more) if not one.excluded}


def test_every_row_has_a_source_and_says_how_sure_it_is_and_none_claims_to_be_official() -> None:
    assert all(row.source.strip() and row.produced_by.strip() for row in ROWS)
    assert {row.confidence for row in ROWS} == {"secondary", "to_check"}
    assert len({row.id for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    ("row", "since"),
    [
        ("biology-report", date(2022, 12, 31)),
        ("imaging-report", date(2022, 12, 31)),
        ("health-products-prescription", date(2022, 12, 31)),
        ("operative-report", date(2023, 12, 31)),
        ("letter", date(2023, 12, 31)),
        ("teleconsultation-prescription", date(2024, 12, 31)),
        ("ins", date(2023, 1, 1)),
        ("psc", date(2023, 1, 1)),
        ("medical-summary", None),
    ],
)
def test_a_row_holds_from_its_day_on(row: str, since: date | None) -> None:
    (found,) = [one for one in ROWS if one.id == row]
    assert found.since == since
    if since is not None:
        assert found not in in_force(ROWS, since - timedelta(days=1))
        assert found in in_force(ROWS, since)


def test_each_route_names_the_row_that_asks_it() -> None:
    assert routes(letter(QUALIFIED)) == dict.fromkeys(("dmp", "professional", "attending", "patient"), "letter")
    assert routes(letter(QUALIFIED), date(2023, 12, 30)) == {}
    assert routes(letter(QUALIFIED, type=Code("00000-0", LOINC, "autre"))) == {}


def test_a_condition_that_a_person_judges_stands_beside_its_route() -> None:
    when = {one.route: one.when for one in propose(prescription(), ROWS, on=TODAY)}
    assert when[Route.DMP] == ""
    assert when[Route.PROFESSIONAL] == "si utile à la coordination des soins"


def test_a_prior_approval_ends_the_duty_but_a_teleconsultation_still_owes_it_to_the_patient() -> None:
    assert routes(prescription(prior=True)) == {}
    assert routes(prescription(prior=True, mode=EncounterMode.TELECONSULTATION)) == {
        "patient": "teleconsultation-prescription"
    }


def test_an_opposition_ends_its_route_alone_and_an_announcement_defers_what_the_patient_reads() -> None:
    against = {one.route: one.excluded for one in propose(letter(QUALIFIED), ROWS, on=TODAY, opposed=[Scope.FEED])}
    assert against == {"dmp": "opposition", "professional": "", "attending": "", "patient": ""}
    told = {one.route: one.excluded for one in propose(letter(QUALIFIED), ROWS, on=TODAY, announcing=True)}
    assert told == {"dmp": "announcement", "professional": "", "attending": "", "patient": "announcement"}


@pytest.mark.parametrize(
    ("row", "author", "fit"),
    [
        ("letter", GP, Fit.YES),
        ("letter", NURSE, Fit.OTHER),
        ("letter", "", Fit.UNKNOWN),
        ("biology-report", "21/SA25", Fit.YES),
        ("imaging-report", GP, Fit.SPECIALTY),
        ("imaging-report", NURSE, Fit.OTHER),
        ("discharge-letter", "10/SA01", Fit.YES),
        ("discharge-letter", GP, Fit.OTHER),
        ("discharge-letter", "10", Fit.UNKNOWN),
        ("medical-summary", NURSE, Fit.OTHER),
        ("health-products-prescription", NURSE, Fit.YES),
        ("health-products-prescription", "", Fit.YES),
    ],
)
def test_who_produces_a_document_is_compared_with_what_its_author_is(row: str, author: str, fit: Fit) -> None:
    (found,) = [one for one in ROWS if one.id == row]
    assert fits(found, author) is fit


def test_what_somebody_else_produces_is_proposed_as_excluded_and_an_unknown_author_as_a_doubt() -> None:
    proposed = propose(letter(QUALIFIED), ROWS, on=TODAY, author=NURSE)
    assert {(one.excluded, one.doubt) for one in proposed} == {("producer", "")}
    proposed = propose(letter(QUALIFIED), ROWS, on=TODAY)
    assert {(one.excluded, one.doubt) for one in proposed} == {("", "author_unknown")}
    imaging = letter(QUALIFIED, type=Code("18748-4", LOINC, "CR d'imagerie"))
    assert {one.doubt for one in propose(imaging, ROWS, on=TODAY, author=GP)} == {"specialty"}


def test_a_row_of_another_producer_does_not_stand_before_one_that_is_due() -> None:
    (of_doctors,) = [row for row in ROWS if row.id == "letter"]
    of_nurses = msgspec.structs.replace(of_doctors, id="nurses", professions=("60",))
    for rows in ((of_doctors, of_nurses), (of_nurses, of_doctors)):
        proposed = propose(letter(QUALIFIED), rows, on=TODAY, author=NURSE)
        assert {(one.row.id, one.excluded) for one in proposed} == {("nurses", "")}


async def test_a_document_never_handed_over_is_asked_by_the_row_without_doubt(tmp_path: Path) -> None:
    (of_doctors,) = [row for row in ROWS if row.id == "letter"]
    doubtful = msgspec.structs.replace(of_doctors, id="doubtful", specialist=True)
    async with kernel_for({}, folder=tmp_path) as kernel:
        await kernel.sharing.note(FactKind.MADE, code=letter(QUALIFIED).type.code, local_id="M", author="roux")
        practice = await read_practice(kernel._store, as_of=TODAY)
    for rows in ((doubtful, of_doctors), (of_doctors, doubtful)):
        assert [(one.row, one.doubt) for one in due(practice, rows, as_of=TODAY)] == [("letter", "")]


async def test_the_kernel_proposes_with_what_the_patient_is_against(tmp_path: Path) -> None:
    async with kernel_for({}, folder=tmp_path) as kernel:
        opposition = Opposition(scope=Scope.PATIENT_MAIL, motive="refus", noted_by="Dr Roux", since=TODAY)
        await kernel.sharing.oppose("P1", opposition, acting=DOCTOR)
        proposed = await kernel.sharing.propose_audience(letter(QUALIFIED), QUALIFIED, announce=Announce("Dr Roux"))
        assert {one.route: one.excluded for one in proposed}["patient"] == "opposition"


@pytest.mark.parametrize(("announce", "excluded"), [(None, ""), (Announce("Dr Roux"), "announcement")])
async def test_the_kernel_proposes_the_patient_once_what_is_to_be_announced_was(
    tmp_path: Path, announce: Announce | None, excluded: str
) -> None:
    async with kernel_for({}, folder=tmp_path) as kernel:
        proposed = await kernel.sharing.propose_audience(letter(QUALIFIED), announce=announce)
        assert {one.route: one.excluded for one in proposed}["patient"] == excluded


def test_a_vendor_s_own_table_stands_in_place_of_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[[obligation]]\nid = "x"\nwhat = "practice"\nlabel = "X"\nproduced_by = "tous"\nsource = "JO"\n'
        'confidence = "official"\nfrom = 2026-01-01\n',
        encoding="utf-8",
    )
    assert [row.id for row in obligations(own=own)] == ["x"]
    own.write_text('[[obligation]]\nid = "x"\n', encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        obligations(own=own)
    assert refused.value.findings[0].source == str(own)


async def due_of(kernel: Any, on: date = TODAY) -> list[tuple[str, str, str]]:
    return [(one.what, one.route, one.why) for one in await kernel.sharing.due(as_of=on)]


ALL = Audience(SharedRecord(), Correspondents(), Mail())


async def test_what_was_not_asked_or_has_not_arrived_is_due_and_what_arrived_is_not(tmp_path: Path) -> None:
    national = National()
    async with kernel_for({"national": national}, folder=tmp_path) as kernel:
        all_of_it = await kernel.documents.publish(
            letter(QUALIFIED, "L1"), audience=ALL, acting=DOCTOR, idempotency_key="L1"
        )
        await all_of_it.settled()
        assert await due_of(kernel) == []
        national.refused = {"dmp"}
        some = await kernel.documents.publish(
            letter(QUALIFIED, "L2"),
            audience=Audience(SharedRecord(), Correspondents()),
            acting=DOCTOR,
            idempotency_key="L2",
        )
        await some.settled()
        assert await due_of(kernel) == [("document", "dmp", "rejected"), ("document", "patient", "not_asked")]
        assert await due_of(kernel, TODAY - timedelta(days=1)) == []


async def test_what_does_not_apply_or_waits_to_be_told_is_not_due(tmp_path: Path) -> None:
    async with kernel_for({"national": National()}, folder=tmp_path) as kernel:
        opposition = Opposition(scope=Scope.FEED, motive="refus", noted_by="Dr Roux", since=TODAY)
        await kernel.sharing.oppose("P1", opposition, acting=DOCTOR)
        ticket = await kernel.documents.publish(
            letter(QUALIFIED), audience=ALL, acting=DOCTOR, idempotency_key="L1", announce=Announce("Dr Roux")
        )
        with anyio.fail_after(10):
            while [one.state for one in await ticket.deliveries()][1] != "delivered":
                await anyio.sleep(0.01)
        assert await due_of(kernel) == []


async def test_a_document_that_was_made_and_never_handed_over_is_due(tmp_path: Path) -> None:
    async with kernel_for({"national": National()}, folder=tmp_path) as kernel:
        await kernel.sharing.note(FactKind.MADE, code="11488-4", local_id="L1")
        await kernel.sharing.note(FactKind.MADE, code="00000-0", local_id="L2")
        assert await due_of(kernel) == [("never_published", "", "never")]
        ticket = await kernel.documents.publish(letter(QUALIFIED), audience=ALL, acting=DOCTOR, idempotency_key="L1")
        await ticket.settled()
        assert await due_of(kernel) == []


def by(profession: str) -> Any:
    return msgspec.structs.replace(AUTHOR, profession=Code(profession, AUTHOR.profession.system, "-"))


async def test_what_is_due_follows_the_profession_of_who_made_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with kernel_for({"national": National()}, folder=tmp_path) as kernel:
        monkeypatch.setattr(kernel.documents._practitioners, "practitioner", lambda key: by(key))
        for key in ("10", "60"):
            document = msgspec.structs.replace(letter(QUALIFIED, key), author=key)
            ticket = await kernel.documents.publish(
                document, audience=Audience(Correspondents()), acting=DOCTOR, idempotency_key=key
            )
            await ticket.settled()
        await kernel.sharing.note(FactKind.MADE, code="11488-4", local_id="M10", author="10")
        await kernel.sharing.note(FactKind.MADE, code="11488-4", local_id="M60", author="60")
        await kernel.sharing.note(FactKind.MADE, code="11488-4", local_id="M")
        found = [(one.what, one.about, one.route, one.doubt) for one in await kernel.sharing.due()]
        first = (await kernel._store.events(0))[0].document_id
        assert found == [
            ("document", first, "dmp", ""),
            ("document", first, "patient", ""),
            ("never_published", document_reference("M10"), "", ""),
            ("never_published", document_reference("M"), "", "author_unknown"),
        ]
        shared = {one.key: one for one in await kernel.sharing.indicators()}["documents_shared"]
        assert (shared.done, shared.all_of_them) == (0, 1)
        (proposed, *_) = await kernel.sharing.propose_audience(msgspec.structs.replace(letter(QUALIFIED), author="60"))
        assert proposed.excluded == "producer"


async def test_a_document_of_which_no_event_says_the_author_is_due_with_that_doubt(tmp_path: Path) -> None:
    async with kernel_for({"national": National()}, folder=tmp_path) as kernel:
        await kernel.documents.publish(
            letter(QUALIFIED), audience=Audience(Correspondents()), acting=DOCTOR, idempotency_key="L1"
        )
        practice = await read_practice(kernel._store, as_of=TODAY)
        assert {one.doubt for one in due(practice, ROWS, as_of=TODAY)} == {""}
        practice.authors.clear()
        assert {one.doubt for one in due(practice, ROWS, as_of=TODAY)} == {"author_unknown"}


@pytest.mark.parametrize(
    ("kind", "code", "local_id", "author"),
    [(FactKind.MADE, "11488-4", "L1", "x"), (FactKind.CARE_SHEET, "paper", "", "roux")],
)
async def test_an_author_is_said_of_a_document_and_is_of_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: FactKind, code: str, local_id: str, author: str
) -> None:
    def of_the_configuration(key: str) -> Any:
        if key != "roux":
            raise ConfigError(())
        return AUTHOR

    async with kernel_for({}, folder=tmp_path) as kernel:
        monkeypatch.setattr(kernel._practitioners, "practitioner", of_the_configuration)
        with pytest.raises(FactInvalid) as refused:
            await kernel.sharing.note(kind, code=code, local_id=local_id, author=author)
        assert [one.field for one in refused.value.findings] == ["author"]


def summary() -> Document:
    return letter(QUALIFIED, "VSM", type=OF_THE_BODY, title="", body=MedicalSummary())


async def test_a_summary_is_due_for_who_is_followed_and_again_after_a_year(tmp_path: Path) -> None:
    async with kernel_for({"national": National()}, folder=tmp_path) as kernel:
        await kernel.sharing.note(FactKind.ATTENDING, local_id="P1")
        await kernel.sharing.note(FactKind.ATTENDING, local_id="P2")
        await kernel.sharing.note(FactKind.ATTENDING_ENDED, local_id="P2")
        assert await due_of(kernel) == [("summary", "", "never")]
        ticket = await kernel.documents.publish(summary(), audience=ALL, acting=DOCTOR, idempotency_key="VSM")
        await ticket.settled()
        assert await due_of(kernel, TODAY + timedelta(days=365)) == []
        assert await due_of(kernel, TODAY + timedelta(days=366)) == [("summary", "", TODAY.isoformat())]


async def test_no_row_no_duty(tmp_path: Path) -> None:
    async with kernel_for({"national": National()}, folder=tmp_path) as kernel:
        await kernel.sharing.note(FactKind.ATTENDING, local_id="P1")
        practice = await read_practice(kernel._store, as_of=TODAY)
        assert due(practice, (), as_of=TODAY) == ()
        assert due(Practice(), ROWS, as_of=TODAY) == ()


@pytest.mark.parametrize(
    ("kind", "code", "local_id", "field"),
    [
        (FactKind.PUBLISHED, "11488-4", "", "kind"),
        (FactKind.CARE_SHEET, "fax", "", "code"),
        (FactKind.SEEN, "QUAL", "", "local_id"),
        (FactKind.ACT, "present", "P1", "local_id"),
    ],
)
async def test_a_fact_that_says_too_little_or_too_much_is_refused(
    tmp_path: Path, kind: FactKind, code: str, local_id: str, field: str
) -> None:
    async with kernel_for({}, folder=tmp_path) as kernel:
        with pytest.raises(FactInvalid) as refused:
            await kernel.sharing.note(kind, code=code, local_id=local_id)
        assert field in [one.field for one in refused.value.findings]
        assert await kernel._store.events(0) == ()


def test_coded_entries_are_counted_and_a_text_that_stands_for_a_part_is_an_entry_without_code() -> None:
    coded = Problem(label="Asthme", code=Code("J45", "2.16.840.1.113883.6.3", "Asthme"))
    assert coded_entries(MedicalSummary(problems=(coded, Problem(label="Fatigue")), risks_text="Tabac")) == (1, 3)
    assert coded_entries(MedicalSummary()) == (0, 0)
