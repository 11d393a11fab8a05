"""The plugin and the simulated directory, over a real TLS socket."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import anyio
import pytest

from caducee.contracts.directory import Directory, DirectoryOrganisation, DirectorySource, MailboxKind
from caducee.errors import CaduceeError, CertificateUntrusted, ConnectFailed, ProtocolViolation, ServiceUnavailable
from caducee_annuaire import import_extraction
from caducee_annuaire.errors import CriterionRefused, DirectoryBusy, ForeignLink, KeyRefused, NotWhole, PagingLoop

from .sandbox_process import Sandbox, opened, running

pytestmark = pytest.mark.anyio
ROUX, SPECIMEN, RETIRED = "899700000017", "99900000003", "899900000011"
Opening = Callable[..., AbstractAsyncContextManager[Directory]]


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(started: Sandbox) -> Iterator[Sandbox]:
    yield started
    started.clear()


@pytest.fixture
def opening(sandbox: Sandbox, tmp_path: Path) -> Opening:
    return lambda **more: opened(sandbox, tmp_path / "practice", **more)


async def a_new_second() -> None:
    """Let the calls of the tests before leave the quota."""
    await anyio.sleep(1.1)


async def test_a_doctor_is_found_in_each_place_that_is_open(opening: Opening) -> None:
    async with opening() as directory:
        entries = await directory.professional(ROUX)
    assert [(entry.structure_name, entry.postal_code) for entry in entries] == [
        ("Cabinet du Dr Roux", "63999"),
        ("Cabinet de la Mer", "29998"),
    ]
    assert {entry.display_name for entry in entries} == {"Camille ROUX"}
    assert entries[0].mailboxes[0].address == "camille.roux@medecin.test.mssante.fr"
    assert (entries[0].profession, entries[0].specialty) == ("10", "SM26")


async def test_a_name_kept_with_the_place_of_practice_is_found(opening: Opening) -> None:
    async with opening() as directory:
        (entry,) = await directory.professional(SPECIMEN)
    assert entry.display_name == "Éloïse SPECIMEN"
    assert entry.mailboxes[0].kind is MailboxKind.CABINET


async def test_who_stopped_is_told_as_such_and_nobody_is_nobody(opening: Opening) -> None:
    async with opening() as directory:
        (entry,) = await directory.professional(RETIRED)
        nobody = await directory.professional("12345678901")
    assert (entry.active, entry.display_name) == (False, RETIRED)
    assert nobody == ()


async def test_a_hundred_and_twenty_namesakes_are_read_over_three_pages(opening: Opening, sandbox: Sandbox) -> None:
    await a_new_second()
    before = len(sandbox.ledger())
    async with opening() as directory:
        found = await directory.search("nombreux-essai")
    assert len({entry.identifier for entry in found}) == 120
    assert len(sandbox.ledger()) - before == 3


async def test_an_organisation_has_its_secure_boxes_and_no_others(opening: Opening) -> None:
    async with opening() as directory:
        found = await directory.organisation("499700000017001")
        closed = await directory.organisation("499700000017009")
    assert found is not None
    assert {box.kind for box in found.mailboxes} == {MailboxKind.ORGANISATION, MailboxKind.APPLICATION}
    assert found.sector == "SA07"
    assert closed is not None
    assert (closed.active, closed.name) == (False, "Ancien cabinet")


async def test_the_owner_of_a_box_is_found_wherever_it_lives(opening: Opening) -> None:
    async with opening() as directory:
        (person, _) = await directory.mailbox("Camille.Roux@medecin.test.mssante.fr")
        (structure,) = await directory.mailbox("secretariat.roux@cabinet.test.mssante.fr")
        (place,) = await directory.mailbox("cabinet.specimen@cabinet.test.mssante.fr")
        nobody = await directory.mailbox("personne@cabinet.test.mssante.fr")
    assert person.identifier == ROUX
    assert isinstance(structure, DirectoryOrganisation)
    assert place.identifier == f"8{SPECIMEN}"
    assert nobody == ()


async def test_every_question_is_one_that_the_directory_takes(opening: Opening, sandbox: Sandbox) -> None:
    await a_new_second()
    before = len(sandbox.ledger())
    async with opening() as directory:
        await directory.professional(ROUX)
        await directory.search("roux")
        await directory.organisation("499700000017001")
        await directory.mailbox("secretariat.roux@cabinet.test.mssante.fr")
    assert {line["verdict"] for line in sandbox.ledger()[before:]} == {"accepted"}


async def test_a_burst_of_questions_stays_within_the_quota(opening: Opening, sandbox: Sandbox) -> None:
    await a_new_second()
    before = len(sandbox.ledger())
    async with opening(kept_answers=0) as directory, anyio.create_task_group() as tasks:
        for number in range(25):
            tasks.start_soon(directory.professional, f"{99600000001 + number}")
    made = sandbox.ledger()[before:]
    assert len(made) == 25
    assert {line["verdict"] for line in made} == {"accepted"}


async def test_beyond_the_quota_it_waits_as_long_as_asked_and_goes_on(opening: Opening, sandbox: Sandbox) -> None:
    async with opening() as directory:
        sandbox.fault("quota", times=1)
        assert len(await directory.professional(ROUX)) == 2
        sandbox.fault("quota", times=2)
        with pytest.raises(DirectoryBusy):
            await directory.professional(SPECIMEN)


async def test_a_wrong_key_is_told(opening: Opening, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("wrong")
    (tmp_path / "key").chmod(0o600)
    async with opening(api_key={"file": str(tmp_path / "key")}) as directory:
        with pytest.raises(KeyRefused) as caught:
            await directory.professional(ROUX)
    assert "wrong" not in f"{caught.value} {caught.value.explain()}"


async def test_a_criterion_that_the_directory_does_not_take_is_named(opening: Opening) -> None:
    async with opening(name_criterion="family") as directory:
        with pytest.raises(CriterionRefused) as caught:
            await directory.search("roux")
    assert caught.value.criterion == "family"
    assert "family" in caught.value.explain().sentence


@pytest.mark.parametrize(("fault", "error"), [("next_loop", PagingLoop), ("next_elsewhere", ForeignLink)])
async def test_pages_that_lead_nowhere_are_an_error(
    opening: Opening, sandbox: Sandbox, fault: str, error: type[CaduceeError]
) -> None:
    async with opening() as directory:
        sandbox.fault(fault)
        with pytest.raises(error):
            await directory.search("nombreux")


async def test_relative_links_are_followed(opening: Opening, sandbox: Sandbox) -> None:
    async with opening() as directory:
        sandbox.fault("next_relative")
        assert len(await directory.search("nombreux")) == 120


async def test_after_an_empty_page_the_next_is_read(opening: Opening, sandbox: Sandbox) -> None:
    async with opening() as directory:
        sandbox.fault("empty_page", times=1)
        assert len(await directory.search("nombreux")) == 70


async def test_more_than_may_be_read_is_no_shorter_list(opening: Opening) -> None:
    async with opening(max_matches=100) as directory:
        with pytest.raises(NotWhole):
            await directory.search("nombreux")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("down", ConnectFailed),
        ("http500", ServiceUnavailable),
        ("soap_fault", DirectoryBusy),
        ("html", ProtocolViolation),
        ("garbage", ProtocolViolation),
        ("truncated", ProtocolViolation),
        ("broken_off", CaduceeError),
        ("lose_answer", ServiceUnavailable),
    ],
)
async def test_each_failure_is_one_typed_error_and_the_next_question_works(
    opening: Opening, sandbox: Sandbox, fault: str, error: type[CaduceeError]
) -> None:
    async with opening() as directory:
        sandbox.fault(fault)
        with pytest.raises(error) as caught:
            await directory.professional(ROUX)
        sandbox.clear()
        if fault == "soap_fault":
            await anyio.sleep(1.1)
        assert len(await directory.professional(ROUX)) == 2
    assert caught.value.explain().sentence.endswith(".")


async def test_a_directory_that_is_too_slow_is_given_up(opening: Opening, sandbox: Sandbox) -> None:
    sandbox.fault("slow", times=1, seconds=2)
    async with opening(answer_timeout=0.3) as directory:
        with pytest.raises(ServiceUnavailable):
            await directory.professional(ROUX)


async def test_a_server_of_another_authority_is_not_given_the_key(opening: Opening, sandbox: Sandbox) -> None:
    before = [line for line in sandbox.ledger() if line["transaction"] != "TLS"]
    async with opening(authorities="other_authorities") as directory:
        with pytest.raises(CertificateUntrusted):
            await directory.professional(ROUX)
    assert [line for line in sandbox.ledger() if line["transaction"] != "TLS"] == before


async def test_the_extraction_of_the_sandbox_is_imported_and_answers_when_the_directory_is_down(
    opening: Opening, sandbox: Sandbox, tmp_path: Path
) -> None:
    done = import_extraction(Path(sandbox.annuaire["extraction"]), tmp_path / "index.sqlite")
    assert (done.lines, done.rejected) == (125, ())
    async with opening(index=str(tmp_path / "index.sqlite")) as directory:
        sandbox.fault("down")
        suggested = await directory.suggest("rou")
        entries = await directory.professional(ROUX)
        owners = await directory.mailbox("secretariat.roux@cabinet.test.mssante.fr")
    assert "camille.roux@medecin.test.mssante.fr" in [one.mailbox.address for one in suggested]
    assert [entry.provenance.source for entry in entries if entry.provenance] == [DirectorySource.EXTRACTION]
    assert owners[0].identifier == "499700000017001"


async def test_what_was_asked_before_the_directory_went_down_is_still_known(opening: Opening, sandbox: Sandbox) -> None:
    async with opening(fresh_hours=0) as directory:
        await directory.professional(ROUX)
        sandbox.fault("down")
        entries = await directory.professional(ROUX)
    assert [entry.provenance.stale for entry in entries if entry.provenance] == [True, True]


def test_the_assumptions_of_the_directory_are_listed(sandbox: Sandbox) -> None:
    with urllib.request.urlopen(f"{sandbox.described['control']}/assumptions", timeout=10) as answer:
        listed: list[dict[str, Any]] = json.loads(answer.read())
    assert {one["id"] for one in listed if one["id"].startswith("annuaire-")} >= {"annuaire-name", "annuaire-quota"}
