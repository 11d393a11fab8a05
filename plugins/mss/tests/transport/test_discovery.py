"""SRV: which servers, in which order, asked of a name server of the test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
import dns.asyncresolver
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from anyio.abc import SocketAttribute

from caducee.errors import ConnectFailed, ProtocolViolation, Timeout
from caducee_mss.transport import IMAP_LABELS, SUBMISSION_LABELS, MailServer, Security, discover

pytestmark = pytest.mark.anyio
DOMAIN = "medecin.test.mssante.fr"


class NameServer:
    def __init__(self) -> None:
        self.records: dict[str, list[str]] = {}
        self.asked: list[str] = []
        self.port = 0

    async def serve(self, udp) -> None:
        async for packet, (host, port) in udp:
            query = dns.message.from_wire(packet)
            name = query.question[0].name.to_text(omit_final_dot=True)
            self.asked.append(name)
            answer = dns.message.make_response(query)
            if name in self.records:
                answer.answer.append(dns.rrset.from_text_list(name + ".", 60, "IN", "SRV", self.records[name]))
            else:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            await udp.sendto(answer.to_wire(), host, port)

    def resolver(self) -> dns.asyncresolver.Resolver:
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self.port
        return resolver


@pytest.fixture
async def names() -> AsyncIterator[NameServer]:
    server = NameServer()
    async with await anyio.create_udp_socket(local_host="127.0.0.1") as udp, anyio.create_task_group() as group:
        server.port = udp.extra(SocketAttribute.local_port)
        group.start_soon(server.serve, udp)
        yield server
        group.cancel_scope.cancel()


async def test_the_submission_server_of_a_domain_is_found(names: NameServer) -> None:
    names.records[f"_submission._tcp.{DOMAIN}"] = ["10 1 587 SMTP.operateur.example."]
    found = await discover(DOMAIN, labels=SUBMISSION_LABELS, resolver=names.resolver())
    assert found == (MailServer("smtp.operateur.example", 587, Security.STARTTLS),)


async def test_the_implicit_label_is_asked_for_when_the_first_has_no_answer(names: NameServer) -> None:
    names.records[f"_imaps._tcp.{DOMAIN}"] = ["0 0 993 imap.operateur.example."]
    found = await discover(DOMAIN, labels=IMAP_LABELS, resolver=names.resolver())
    assert found == (MailServer("imap.operateur.example", 993, Security.IMPLICIT),)
    assert names.asked == [f"_imap._tcp.{DOMAIN}", f"_imaps._tcp.{DOMAIN}"]


async def test_priority_comes_before_weight(names: NameServer) -> None:
    names.records[f"_imap._tcp.{DOMAIN}"] = ["20 0 143 c.example.", "10 0 143 a.example.", "10 100 143 b.example."]
    found = await discover(DOMAIN, labels=IMAP_LABELS, resolver=names.resolver())
    assert {server.host for server in found[:2]} == {"a.example", "b.example"}
    assert found[2].host == "c.example"


async def test_a_domain_may_say_that_it_has_no_server(names: NameServer) -> None:
    names.records[f"_imap._tcp.{DOMAIN}"] = ["0 0 0 ."]
    with pytest.raises(ConnectFailed):
        await discover(DOMAIN, labels=IMAP_LABELS[:1], resolver=names.resolver())


async def test_a_domain_without_answer_has_no_server(names: NameServer) -> None:
    with pytest.raises(ConnectFailed):
        await discover(DOMAIN, labels=IMAP_LABELS, resolver=names.resolver())


async def test_silence_of_the_name_server_is_told() -> None:
    async with await anyio.create_udp_socket(local_host="127.0.0.1") as silent:
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], silent.extra(SocketAttribute.local_port)
        with pytest.raises(Timeout):
            await discover(DOMAIN, labels=IMAP_LABELS, resolver=resolver, within=0.2)


async def test_what_is_no_domain_is_told(names: NameServer) -> None:
    with pytest.raises(ProtocolViolation):
        await discover("a..b", labels=IMAP_LABELS, resolver=names.resolver())
