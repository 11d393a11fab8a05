"""The simulated directory, asked with raw requests."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from sandbox_rig.client import client_context, control

from caducee_sandbox.annuaire.content import MANY
from caducee_sandbox.annuaire.extraction import COLUMNS
from caducee_sandbox.annuaire.judge import AnnuaireJudge
from caducee_sandbox.annuaire.quota import Quota
from caducee_sandbox.faults import Fault, FaultBoard
from caducee_sandbox.http import Request

Described = dict[str, Any]
KEY = "cle"


class Desk:
    """A judge without a network: ``ask(path)`` gives status and content."""

    def __init__(self, *, quota: int = 1000) -> None:
        self.board = FaultBoard()
        self.headers: dict[str, str] = {"esante-api-key": KEY, "host": "annuaire.example"}
        self._judge = AnnuaireJudge(key=KEY, board=self.board, quota=Quota(quota))

    def ask(self, path: str, *, method: str = "GET", body: bytes = b"") -> tuple[int, Any]:
        request = Request(method=method, path=path, content_type="", body=body, headers=self.headers)
        answer = self._judge.judge(request).answer
        return answer.status, json.loads(answer.body)

    def found(self, path: str, mode: str = "match") -> list[str]:
        status, page = self.ask(path)
        assert status == 200, page
        return [
            f"{e['resource']['resourceType']}/{e['resource']['id']}"
            for e in page["entry"]
            if e["search"]["mode"] == mode
        ]

    def refusal(self, path: str, **more: Any) -> tuple[int, str]:
        status, said = self.ask(path, **more)
        assert said["resourceType"] == "OperationOutcome"
        return status, said["issue"][0]["diagnostics"]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("value", ["99700000017", "899700000017", "urn:oid:1.2.250.1.71.4.2.1|899700000017"])
def test_a_doctor_is_found_by_each_form_of_the_number(desk: Desk, value: str) -> None:
    assert desk.found(f"/v2/Practitioner?identifier={quote(value)}") == ["Practitioner/003-roux"]


def test_places_and_what_they_refer_to_come_along(desk: Desk) -> None:
    path = "/v2/Practitioner?identifier=99700000017&_revinclude=PractitionerRole:practitioner"
    assert desk.found(path, "include") == ["PractitionerRole/005-roux-1", "PractitionerRole/005-roux-2"]
    path = "/v2/PractitionerRole?practitioner=003-roux&_include=PractitionerRole:*"
    assert {one.partition("/")[0] for one in desk.found(path, "include")} == {"Practitioner", "Organization"}


def test_an_inactive_resource_keeps_its_number_only(desk: Desk) -> None:
    _, page = desk.ask("/v2/Practitioner?active=false")
    assert set(page["entry"][0]["resource"]) == {"resourceType", "id", "active", "identifier"}


@pytest.mark.parametrize(
    ("criterion", "number"),
    [
        ("mailbox-mss=CAMILLE.roux@", 1),
        ("mailbox-mss:exact=CAMILLE.roux@medecin.test.mssante.fr", 0),
        ("mailbox-mss:exact=camille.roux@medecin.test.mssante.fr", 1),
        ("mailbox-mss:contains=%40&_count=1000", 2 + MANY),
        ("name=nombreux%20camille&_count=1000", MANY),
    ],
)
def test_texts_are_searched_as_fhir_says(desk: Desk, criterion: str, number: int) -> None:
    assert len(desk.found(f"/v2/Practitioner?{criterion}")) == number


def test_ordinary_mail_is_no_secure_box(desk: Desk) -> None:
    assert desk.found("/v2/Organization?mailbox-mss:contains=example") == []


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/v2/PractitionerRole?mailbox-mss-type=PER", (400, "Parameter mailbox-mss-type not found")),
        ("/v2/PractitionerRole?practitioner.identifier=1", (400, "Parameter practitioner.identifier not found")),
        ("/v2/Practitioner?_revinclude=Device:x", (400, "Parameter _revinclude not found")),
        ("/v2?_type=Practitioner", (400, "Parameter _type not found")),
        ("/v2/Patient", (404, "Unknown resource type Patient")),
        ("/fhir/Practitioner", (404, "Unknown path")),
        ("/v2/Practitioner?_count=0", (400, "Parameter _count invalid")),
        ("/v2/Practitioner?_page_token=x", (410, "Invalid page token")),
        ("/v2/Practitioner/003-roux", (400, "Only searches are supported")),
    ],
)
def test_a_question_that_is_not_taken_is_refused_by_name(desk: Desk, path: str, told: tuple[int, str]) -> None:
    assert desk.refusal(path) == told


def test_a_batch_is_refused(desk: Desk) -> None:
    assert desk.refusal("/v2", method="POST", body=b"{}") == (400, "Batch is not supported")


def test_a_search_may_be_posted(desk: Desk) -> None:
    status, page = desk.ask("/v2/Practitioner/_search", method="POST", body=b"identifier=99700000017")
    assert (status, len(page["entry"])) == (200, 1)


def test_pages_lead_to_each_other_to_the_end(desk: Desk) -> None:
    path, seen = "/v2/Practitioner?name=nombreux", list[str]()
    while path:
        _, page = desk.ask(path)
        seen += [entry["resource"]["id"] for entry in page["entry"]]
        assert "total" not in page
        following = [one["url"] for one in page["link"] if one["relation"] == "next"]
        path = following[0].removeprefix("https://annuaire.example") if following else ""
    assert len(seen) == len(set(seen)) == MANY
    assert seen == sorted(seen)


def test_the_total_is_told_when_asked_for(desk: Desk) -> None:
    assert desk.ask("/v2/Practitioner?name=nombreux&_total=accurate")[1]["total"] == MANY


def test_resources_with_fields_left_out_are_labelled(desk: Desk) -> None:
    _, page = desk.ask("/v2/Practitioner?identifier=99700000017&_elements=name")
    resource = page["entry"][0]["resource"]
    assert set(resource) == {"resourceType", "id", "name", "meta"}
    assert resource["meta"]["tag"][0]["code"] == "SUBSETTED"


@pytest.mark.parametrize(("key", "status"), [(None, 401), ("wrong", 403)])
def test_without_the_right_key_nothing_is_said(desk: Desk, key: str | None, status: int) -> None:
    desk.headers = {} if key is None else {"esante-api-key": key}
    assert desk.refusal("/v2/Practitioner")[0] == status


def test_the_eighteenth_call_of_a_second_is_refused() -> None:
    moment = [10.0]
    quota = Quota(now=lambda: moment[0])
    assert [quota.take() for _ in range(18)] == [True] * 17 + [False]
    moment[0] += 0.999
    assert not quota.take()
    moment[0] += 0.001
    assert quota.take()


def test_a_refused_call_is_told_how_long_to_wait() -> None:
    desk = Desk(quota=1)
    desk.ask("/v2/Practitioner")
    request = Request(method="GET", path="/v2/Practitioner", content_type="", body=b"", headers=desk.headers)
    answer = desk._judge.judge(request).answer
    assert (answer.status, answer.headers["retry-after"]) == (429, "1")


@pytest.mark.parametrize(
    ("fault", "begins"),
    [
        ("next_loop", "/v2/Practitioner?name=nombreux"),
        ("next_elsewhere", "https://autre-annuaire.example/"),
        ("next_relative", "/v2/Practitioner?name=nombreux&_page_token="),
        ("empty_page", "https://annuaire.example/v2/"),
    ],
)
def test_faults_of_paging_are_played(desk: Desk, fault: str, begins: str) -> None:
    desk.board.set(Fault(service="annuaire", kind=fault, times=1))
    _, page = desk.ask("/v2/Practitioner?name=nombreux")
    assert page["link"][1]["url"].startswith(begins)
    assert bool(page["entry"]) == (fault != "empty_page")
    assert desk.board.standing() == ()


@pytest.fixture
def connection(sandbox: Described) -> Iterator[http.client.HTTPSConnection]:
    parts = urlsplit(sandbox["annuaire"]["url"])
    made = http.client.HTTPSConnection(
        parts.hostname or "", parts.port, context=client_context(sandbox, None), timeout=20
    )
    yield made
    made.close()


def test_it_is_reached_over_tls_with_the_key_and_no_certificate(
    sandbox: Described, connection: http.client.HTTPSConnection
) -> None:
    key = Path(sandbox["annuaire"]["api_key_file"]).read_text()
    connection.request("GET", "/v2/Practitioner?identifier=99700000017", headers={"ESANTE-API-KEY": key})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["content-type"]) == (200, "application/fhir+json; charset=utf-8")
    assert json.loads(answer.read())["entry"][0]["resource"]["id"] == "003-roux"
    last = control(sandbox, "GET", "/ledger")[-1]
    assert (last["service"], last["transaction"], last["verdict"]) == ("annuaire", "Practitioner", "accepted")


def test_the_extraction_file_has_the_boxes_in_31_columns(sandbox: Described) -> None:
    lines = Path(sandbox["annuaire"]["extraction"]).read_text(encoding="utf-8").splitlines()
    assert lines[0] == COLUMNS
    assert {len(line.split("|")) for line in lines} == {31}
    assert next(line for line in lines if "|secretariat.roux@cabinet.test.mssante.fr|" in line).startswith("ORG|")
    assert [line for line in lines if "|SPECIMEN|Éloïse|" in line]
