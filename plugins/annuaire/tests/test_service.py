"""The whole service on scripted pages: what is asked, what is never asked, and what stands in when nobody answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from caducee.contracts.directory import DirectoryEntry, DirectorySource, Reach
from caducee.contracts.http import HttpAnswer
from caducee.errors import CaduceeError, ConnectFailed
from caducee_annuaire.asking import Asking
from caducee_annuaire.cache import Cache
from caducee_annuaire.dated import load_operators, load_rules
from caducee_annuaire.errors import CriterionRefused, IndexUnusable, NoDirectory, QuestionInvalid
from caducee_annuaire.extraction.building import import_extraction
from caducee_annuaire.lookups import Lookups
from caducee_annuaire.offline import Offline
from caducee_annuaire.recipients import Recipients
from caducee_annuaire.service import AnnuaireService
from caducee_annuaire.trust import Presets

from .conftest import doctor, extraction, line
from .scripted import MovedClock, client, fhir, outcome, page

pytestmark = pytest.mark.anyio
BOX = {
    "system": "email",
    "value": "camille.roux@medecin.test.mssante.fr",
    "extension": [{"url": "x/fr-core-contact-point-email-type", "valueCoding": {"code": "MSSANTE"}}],
}
ROUX: dict[str, Any] = {
    "resourceType": "Practitioner",
    "id": "p",
    "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "899700000017"}],
    "name": [{"family": "ROUX", "given": ["Camille"]}],
    "telecom": [BOX],
}
ROLE: dict[str, Any] = {
    "resourceType": "PractitionerRole",
    "id": "r",
    "practitioner": {"reference": "Practitioner/p"},
    "organization": {"reference": "Organization/o"},
}
CABINET: dict[str, Any] = {
    "resourceType": "Organization",
    "id": "o",
    "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.2", "value": "499700000017001"}],
    "name": "Cabinet",
    "telecom": [{**BOX, "value": "secretariat@cabinet.test.mssante.fr"}],
    "address": [{"postalCode": "63999", "city": "VILLE"}],
}


class Directory:
    """Answers by type of resource; keeps the criteria of each question."""

    def __init__(self, **by_kind: Any) -> None:
        self.by_kind = by_kind
        self.asked: list[tuple[str, dict[str, list[str]]]] = []

    async def get(self, path: str, *, headers: Mapping[str, str]) -> HttpAnswer:
        parts = urlsplit(path)
        kind = parts.path.rpartition("/")[2]
        self.asked.append((kind, parse_qs(parts.query)))
        said = self.by_kind.get(kind, page())
        if isinstance(said, CaduceeError):
            raise said
        return said if isinstance(said, HttpAnswer) else fhir(said)


def with_roles(*more: dict[str, Any]) -> dict[str, Any]:
    found = page(ROUX)
    found["entry"] += [{"resource": one, "search": {"mode": "include"}} for one in (ROLE, *more)]
    return found


def service(directory: Directory | None, index: Path | None = None, *, by_name: bool = True) -> AnnuaireService:
    clock = MovedClock()
    lookups = None
    if directory is not None:
        cache = Cache(size=9, fresh=timedelta(hours=1))
        lookups = Lookups(Asking(client(directory), cache=cache, clock=clock), name_criterion="name")
    return AnnuaireService(
        lookups=lookups,
        offline=Offline(index, clock=clock, old=timedelta(days=30)) if index else None,
        recipients=Recipients(Presets(load_operators(None)), load_rules(None)),
        clock=clock,
        by_name=by_name,
    )


@pytest.fixture
def index(tmp_path: Path, place: Path) -> Path:
    lines = [
        doctor("ROUX", "Camille", "camille.roux@medecin.test.mssante.fr", structure="1", digitization="O"),
        doctor("ROUX", "Camille", "c.roux@hopital.test.mssante.fr", structure="2", digitization="N"),
        line(kind="ORG", address="accueil@c.test.mssante.fr", structure="499700000017001", structure_name="Cabinet"),
    ]
    import_extraction(extraction(tmp_path / "Extraction_20261127.txt", lines), place)
    return place


async def test_a_person_is_asked_by_the_bare_rpps_with_the_places_and_their_structures() -> None:
    directory = Directory(Practitioner=with_roles(), Organization=page(CABINET))
    (entry,) = await service(directory).professional("899700000017")
    assert (entry.structure, entry.structure_name, entry.city) == ("499700000017001", "Cabinet", "VILLE")
    assert entry.provenance is not None
    assert entry.provenance.source is DirectorySource.FHIR
    assert [(kind, {name: q[name] for name in q if name != "_count"}) for kind, q in directory.asked] == [
        ("Practitioner", {"identifier": ["99700000017"], "_revinclude": ["PractitionerRole:practitioner"]}),
        ("Organization", {"_id": ["o"]}),
    ]


async def test_structures_that_came_along_are_not_asked_again() -> None:
    directory = Directory(Practitioner=with_roles(CABINET))
    await service(directory).professional("99700000017")
    assert len(directory.asked) == 1


async def test_somebody_else_that_a_lenient_directory_adds_is_left_out() -> None:
    other = {**ROUX, "id": "x", "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "899700000025"}]}
    directory = Directory(Practitioner=page(ROUX, other))
    assert {e.identifier for e in await service(directory).professional("99700000017")} == {"899700000017"}


@pytest.mark.parametrize("identifier", ["", "123", "89970000001x", "8997000000170", "499700000017001"])
async def test_what_is_no_identifier_is_refused_before_anything_is_sent(identifier: str) -> None:
    directory = Directory()
    with pytest.raises(QuestionInvalid):
        await service(directory).professional(identifier)
    assert directory.asked == []


async def test_a_box_is_looked_for_in_each_type_and_without_its_kind() -> None:
    directory = Directory(Practitioner=with_roles(CABINET))
    owners = await service(directory).mailbox("Camille.ROUX@medecin.test.mssante.fr")
    assert [owner.identifier for owner in owners] == ["899700000017"]
    assert [kind for kind, _ in directory.asked] == ["Practitioner", "PractitionerRole", "Organization"]
    assert all(set(asked) <= {"mailbox-mss", "_revinclude", "_include", "_count"} for _, asked in directory.asked)


async def test_a_box_that_only_begins_alike_is_not_the_one() -> None:
    longer = {**ROUX, "telecom": [{**BOX, "value": "camille.roux@medecin.test.mssante.fr.example"}]}
    assert await service(Directory(Practitioner=page(longer))).mailbox(str(BOX["value"])) == ()


@pytest.mark.parametrize(
    "address",
    [
        "275036399930106@patient.mssante.fr",
        "anything@patient.test.mssante.fr",
        "275036399930106@hopital.mssante.fr",
        "275032A99930106@hopital.mssante.fr",
    ],
)
async def test_a_patients_address_is_never_sent_to_the_directory(address: str) -> None:
    directory = Directory()
    assert await service(directory).mailbox(address) == ()
    assert directory.asked == []


async def test_a_search_keeps_who_has_all_words_that_profession_and_that_place() -> None:
    here = service(Directory(Practitioner=with_roles(CABINET)))
    assert len(await here.search("roux cam")) == 1
    assert len(await here.search("Roux", postal_code="63")) == 1
    assert await here.search("roux", postal_code="75") == ()
    assert await here.search("roux", profession="60") == ()
    assert await here.search("roux dominique") == ()


async def test_a_refused_criterion_of_names_is_told_and_not_hidden(index: Path) -> None:
    directory = Directory(Practitioner=outcome(400, diagnostics="Parameter name not found"))
    with pytest.raises(CriterionRefused) as caught:
        await service(directory, index).search("roux")
    assert caught.value.criterion == "name"


async def test_names_can_be_looked_for_in_the_index_only(index: Path) -> None:
    directory = Directory()
    found = await service(directory, index, by_name=False).search("roux")
    assert len(found) == 2
    assert directory.asked == []


@pytest.mark.parametrize("name", ["", "r", "  é ", "-'"])
async def test_less_than_two_letters_are_not_searched(name: str) -> None:
    with pytest.raises(QuestionInvalid):
        await service(Directory()).search(name)


async def test_when_the_directory_is_away_the_index_answers_and_says_so(index: Path) -> None:
    away = service(Directory(Practitioner=ConnectFailed("annuaire"), Organization=ConnectFailed("annuaire")), index)
    entries = await away.professional("99700000017")
    boxes = {entry.structure: entry.mailboxes for entry in entries}
    assert [boxes[place][0].digitization for place in ("1", "2")] == [True, False]
    assert {entry.provenance.source for entry in entries if entry.provenance} == {DirectorySource.EXTRACTION}
    assert len(await away.search("roux")) == 2
    structure = await away.organisation("499700000017001")
    assert structure is not None
    assert structure.mailboxes[0].owner == "499700000017001"
    (owner,) = await away.mailbox("ACCUEIL@c.test.mssante.fr")
    assert owner.identifier == "499700000017001"


async def test_when_the_directory_is_away_and_there_is_no_index_its_own_error_is_told(tmp_path: Path) -> None:
    directory = Directory(Practitioner=ConnectFailed("annuaire"))
    for index in (None, tmp_path / "absent.sqlite"):
        with pytest.raises(ConnectFailed):
            await service(directory, index).professional("99700000017")


async def test_the_index_alone_answers_everything(index: Path) -> None:
    alone = service(None, index)
    assert len(await alone.professional("899700000017")) == 2
    found = await alone.suggest("rou")
    assert [one.name for one in found] == ["ROUX Camille"] * 2
    owners = await alone.mailbox("camille.roux@medecin.test.mssante.fr")
    assert isinstance(owners[0], DirectoryEntry)


async def test_an_old_extraction_is_told_as_old(index: Path) -> None:
    alone = service(None, index)
    (first, *_) = await alone.suggest("rou")
    assert first.provenance is not None
    assert not first.provenance.stale
    assert isinstance(alone._clock, MovedClock)
    alone._clock.at += timedelta(days=31)
    (first, *_) = await alone.suggest("rou")
    assert first.provenance is not None
    assert first.provenance.stale


async def test_without_an_index_there_are_no_suggestions_and_with_a_missing_one_it_is_told(tmp_path: Path) -> None:
    assert await service(Directory()).suggest("rou") == ()
    with pytest.raises(IndexUnusable):
        await service(None, tmp_path / "absent.sqlite").suggest("rou")


async def test_a_search_that_nothing_can_answer_says_what_to_configure() -> None:
    with pytest.raises(NoDirectory):
        await service(Directory(), by_name=False).search("roux")


async def test_a_recipient_is_judged_without_asking_anybody() -> None:
    directory = Directory()
    found = await service(directory).recipient("a@x.apicrypt.org")
    assert found.reach is Reach.REWRITTEN
    assert directory.asked == []
