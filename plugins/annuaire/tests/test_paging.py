"""Pages: followed as they are told, read to the end, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee_annuaire.errors import ForeignLink, NotWhole, PagingLoop
from caducee_annuaire.fhir.paging import next_url, target_of

from .scripted import BASE, KEY, ScriptedHttp, client, first, page, person

pytestmark = pytest.mark.anyio
PAGE = f"{BASE}/Practitioner?name=a"
START = first("Practitioner", "name=a")


def ids(*names: str) -> list[dict[str, object]]:
    return [person(name) for name in names]


async def found(http: ScriptedHttp, **bounds: Any) -> list[str]:
    answer = await client(http, **bounds).search("Practitioner", {"name": "a"})
    return [one.id for one in answer.matches]


def test_a_relative_link_with_an_address_inside_is_resolved_and_not_rewritten() -> None:
    link = "/app/fhir/v2/Practitioner?identifier=https://mos.example/NOS%7C8999&_page_token=eyJvIjoyfQ=="
    assert next_url(PAGE, link) == f"https://annuaire.example{link}"
    assert target_of(next_url(PAGE, link)) == link[1:]


@pytest.mark.parametrize(
    "link",
    [
        "https://autre.example/app/fhir/v2/Practitioner?p=2",
        "https://annuaire.example:8443/app/fhir/v2/Practitioner?p=2",
        "http://annuaire.example/app/fhir/v2/Practitioner?p=2",
        "https://annuaire.example@autre.example/x",
        "https://cle@annuaire.example/x",
        "//autre.example/x",
        "https://annuaire.example.autre.example/x",
        "ftp://annuaire.example/x",
        "https://annuaire.example:99999999/x",
        "/app/fhir/v2/Practitioner?p=2\r\nHost: autre.example",
        "/app/fhir/v2/Practitioner?p=é",
    ],
)
def test_a_link_that_leaves_the_server_is_refused(link: str) -> None:
    with pytest.raises(ForeignLink):
        next_url(PAGE, link)


@given(st.text(max_size=60))
def test_whatever_a_link_says_it_stays_on_the_server_or_is_refused(link: str) -> None:
    try:
        url = next_url(PAGE, link)
    except ForeignLink:
        return
    assert url.startswith("https://annuaire.example/")


@pytest.mark.parametrize("port", ["", ":443"])
def test_the_usual_port_may_be_written(port: str) -> None:
    assert next_url(PAGE, f"https://ANNUAIRE.example{port}/x") == f"https://ANNUAIRE.example{port}/x"


async def test_the_key_is_not_sent_to_another_server() -> None:
    http = ScriptedHttp({START: page(*ids("p1"), following="https://autre.example/x")})
    with pytest.raises(ForeignLink):
        await found(http)
    assert http.targets == [START]


async def test_each_page_is_asked_with_the_key() -> None:
    http = ScriptedHttp({START: page(*ids("p1"), following="u2"), "app/fhir/v2/u2": page(*ids("p2"))})
    assert await found(http) == ["p1", "p2"]
    assert [headers["ESANTE-API-KEY"] for _, headers in http.asked] == [KEY, KEY]


async def test_an_entry_that_comes_on_two_pages_counts_once() -> None:
    http = ScriptedHttp(
        {
            START: page(*ids("p1", "p2", "p3"), following="u2", total=5),
            "app/fhir/v2/u2": page(*ids("p3", "p4"), following="u3", total=5),
            "app/fhir/v2/u3": page(*ids("p5"), total=5),
        }
    )
    assert await found(http) == ["p1", "p2", "p3", "p4", "p5"]


async def test_an_empty_page_in_the_middle_is_not_the_end() -> None:
    http = ScriptedHttp(
        {
            START: page(*ids("p1"), following="v2"),
            "app/fhir/v2/v2": page(following="v3"),
            "app/fhir/v2/v3": page(*ids("p2")),
        }
    )
    assert await found(http) == ["p1", "p2"]


async def test_a_page_that_names_itself_as_next_is_a_loop() -> None:
    http = ScriptedHttp({START: page(*ids("p1"), following="u1"), "app/fhir/v2/u1": page(*ids("p2"), following="u1")})
    with pytest.raises(PagingLoop):
        await found(http)
    assert len(http.asked) == 2


async def test_more_pages_than_may_be_read_is_an_error_and_no_shorter_list() -> None:
    pages = {f"app/fhir/v2/u{n}": page(*ids(f"p{n}"), following=f"u{n + 1}") for n in range(1, 9)}
    http = ScriptedHttp({START: page(following="u1"), **pages})
    with pytest.raises(NotWhole):
        await found(http, pages=4)
    assert len(http.asked) == 4


async def test_more_matches_than_may_be_read_is_an_error_and_no_shorter_list() -> None:
    with pytest.raises(NotWhole):
        await found(ScriptedHttp({START: page(*ids("p1", "p2", "p3"))}), matches=2)


async def test_the_total_is_not_compared_with_what_came_along() -> None:
    http = ScriptedHttp({START: page(person("p1"), {"resourceType": "PractitionerRole", "id": "r1"}, total=2)})
    assert await found(http) == ["p1"]
