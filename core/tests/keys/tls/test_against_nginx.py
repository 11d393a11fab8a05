"""The card's own key in TLS, before nginx that demands its certificate: who came, how, and what it cost the card."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import anyio
import pytest

from caducee.errors import CardTooOld, CertificateUntrusted

pytestmark = pytest.mark.anyio


async def ask(client, times=1):
    for _ in range(times):
        answer = await client.get("")
        assert answer.status == 200


@pytest.mark.parametrize(
    ("protocols", "expected"),
    [
        ("TLSv1.2", {3: "TLSv1.2", 4: "TLSv1.2"}),
        ("TLSv1.2 TLSv1.3", {3: "TLSv1.2", 4: "TLSv1.3"}),
    ],
)
async def test_a_session_of_many_requests_costs_one_operation_of_the_card(
    nginx, identity, client, desk, roux, authority, generation, protocols, expected
):
    desk.issue(roux.card(authority, generation=generation))
    with nginx(protocols=protocols) as server:
        async with client(server.url, identity()) as http:
            await ask(http, times=20)
    assert desk.counters(roux.serial).sign == 1
    seen = server.seen()
    assert len(seen) == 20
    assert {one["version"] for one in seen} == {expected[generation]}
    assert {one["verified"] for one in seen} == {"SUCCESS"}
    assert {one["connection"] for one in seen} == {seen[0]["connection"]}
    assert "899700000017" in seen[0]["who"]


async def test_new_connections_resume_the_session_and_cost_the_card_nothing(
    nginx, identity, client, desk, roux, authority, generation
):
    desk.issue(roux.card(authority, generation=generation))
    tls = identity()
    with nginx() as server:
        for _ in range(4):
            async with client(server.url, tls) as http:
                await ask(http)
    assert desk.counters(roux.serial).sign == 1
    assert [one["resumed"] for one in server.seen()] == [".", "r", "r", "r"]


async def test_connections_opened_at_once_cost_one_operation_together(
    nginx, identity, client, desk, roux, authority, generation
):
    desk.issue(roux.card(authority, generation=generation))
    with nginx() as server:
        async with client(server.url, identity()) as http, anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(ask, http)
    assert desk.counters(roux.serial).sign == 1
    assert len(server.seen()) == 4


async def test_a_server_that_resumes_nothing_costs_one_operation_for_each_connection(
    nginx, identity, client, desk, roux, authority, generation
):
    desk.issue(roux.card(authority, generation=generation))
    tls = identity()
    with nginx(resumes=False) as server:
        for _ in range(2):
            async with client(server.url, tls) as http:
                await ask(http, times=3)
    assert desk.counters(roux.serial).sign == 2
    assert {one["resumed"] for one in server.seen()} == {"."}


async def test_a_cps3_before_a_server_of_tls_1_3_only_is_told_as_such(nginx, identity, client, desk, roux):
    with nginx(protocols="TLSv1.3") as server:
        async with client(server.url, identity()) as http:
            with pytest.raises(CardTooOld) as caught:
                await http.post("", content_type="text/plain", content=[b"x"], changes=True)
    assert "TLS 1.3" in caught.value.explain().sentence
    assert desk.counters(roux.serial).sign == 0


async def test_a_server_of_another_authority_is_refused_before_the_card_is_asked(
    nginx, identity, client, desk, roux, other_authority
):
    with nginx(issuer=other_authority) as server:
        async with client(server.url, identity()) as http:
            with pytest.raises(CertificateUntrusted, match="not of a pinned authority") as caught:
                await http.post("", content_type="text/plain", content=[b"x"], changes=True)
    assert "autorités configurées" in caught.value.explain().sentence
    assert desk.counters(roux.serial).sign == 0


async def test_a_server_under_another_name_is_refused(nginx, identity, client):
    with nginx() as server:
        async with client(server.url.replace("127.0.0.1", "localhost"), identity()) as http:
            with pytest.raises(CertificateUntrusted, match="another name") as caught:
                await http.get("")
    assert "pas établi pour cette adresse" in caught.value.explain().sentence


async def test_a_server_whose_certificate_is_over_is_refused(nginx, identity, client):
    over = {"begins": datetime.now(UTC) - timedelta(days=3), "days": 1}
    with nginx(dates=over) as server:
        async with client(server.url, identity()) as http:
            with pytest.raises(CertificateUntrusted, match="not valid today") as caught:
                await http.get("")
    assert "périmé" in caught.value.explain().sentence


async def test_a_large_document_goes_up_whole(nginx, identity, client):
    with nginx() as server:
        async with client(server.url, identity()) as http:
            answer = await http.post(
                "", content_type="application/octet-stream", content=[b"a" * 3_000_000, b"b" * 70_001], changes=True
            )
    assert answer.status == 200
