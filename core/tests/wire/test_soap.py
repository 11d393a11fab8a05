from __future__ import annotations

import os
import ssl
from pathlib import Path

import pytest
from lxml import etree

from caducee.contracts.http import HttpAnswer
from caducee.drift import Drift
from caducee.errors import ClockDrift, OutcomeUnknown, ProtocolViolation, Retry, ServiceRejected, ServiceUnavailable
from caducee.wire.fault import Proofs
from caducee.wire.http import HttpClient
from caducee.wire.mtom import Attachment
from caducee.wire.namespaces import SOAP12, WSA
from caducee.wire.soap import ANONYMOUS, Addressing, Envelopes, SoapAnswer, SoapClient, read_answer
from caducee.wire.xml import child, text

from .scripted import Reply, reply, scripted

pytestmark = pytest.mark.anyio
ADDRESSING = Addressing("urn:uuid:1", "urn:action", "https://dmp.example/x?a&b", ANONYMOUS)
OK = (
    b"<S:Envelope xmlns:S='http://www.w3.org/2003/05/soap-envelope'><S:Header/>"
    b"<S:Body><ok xmlns='u'/></S:Body></S:Envelope>"
)
FAULT = """<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><env:Body
 xmlns:env="http://www.w3.org/2003/05/soap-envelope"><env:Fault><env:Code><env:Value>env:{code}</env:Value>
 <env:Subcode><env:Value xmlns:p="u">p:DMPInvalidCertificate</env:Value></env:Subcode></env:Code><env:Reason>
 <env:Text xml:lang="en">no</env:Text><env:Text xml:lang="fr">Jeton refusé</env:Text></env:Reason>
 </env:Fault></env:Body></soap:Envelope>"""


async def call(answer: Reply, *, changes: bool, attachments: tuple[Attachment, ...] = ()) -> SoapAnswer:
    with scripted(answer) as server:
        http = HttpClient(service="dmp", base_url=server.url, tls=ssl.create_default_context())
        async with http:
            return await SoapClient(http).call(
                "registry", addressing=ADDRESSING, body=b"<q xmlns='u'></q>", attachments=attachments, changes=changes
            )


def fault(code: str) -> bytes:
    return reply(FAULT.format(code=code).encode(), status="500 Internal Server Error")


def test_an_envelope_carries_addressing_headers_and_body() -> None:
    written = Envelopes().write(ADDRESSING, headers=(b"<h xmlns='u'>1</h>",), body=b"<q xmlns='u'>2</q>")
    root = etree.fromstring(written)
    header = child(root, SOAP12, "Header")
    assert text(child(header, WSA, "MessageID")) == "urn:uuid:1"
    assert text(child(header, WSA, "To")) == "https://dmp.example/x?a&b"
    assert text(child(header, WSA, "ReplyTo", "Address")) == ANONYMOUS
    assert text(child(header, WSA, "Action")) == "urn:action"
    assert text(child(header, "u", "h")) == "1"
    assert text(child(child(root, SOAP12, "Body"), "u", "q")) == "2"


def test_absent_addressing_headers_are_not_written() -> None:
    root = etree.fromstring(Envelopes().write(Addressing("uuid:1", "urn:a"), headers=(), body=b"<q/>"))
    names = [etree.QName(item).localname for item in root[0]]
    assert names == ["MessageID", "Action"]


def test_action_and_reply_to_must_be_understood() -> None:
    root = etree.fromstring(Envelopes().write(ADDRESSING, headers=(), body=b"<q/>"))
    marked = [item for item in root[0] if item.get(f"{{{SOAP12}}}mustUnderstand") == "true"]
    assert [etree.QName(item).localname for item in marked] == ["ReplyTo", "Action"]


async def test_an_answer_is_read_by_namespace() -> None:
    answer = await call(reply(OK), changes=True)
    assert answer.body.tag == "{u}ok"


async def test_a_call_with_attachments_is_a_package() -> None:
    document = Attachment(content_id="d@x", content_type="text/xml", content=b"<d/>")
    with scripted(reply(OK)) as server:
        async with HttpClient(service="dmp", base_url=server.url, tls=ssl.create_default_context()) as http:
            await SoapClient(http).call("r", addressing=ADDRESSING, body=b"<q/>", attachments=(document,))
    head = server.requests[0].partition(b"\r\n\r\n")[0].lower()
    assert b'content-type: multipart/related; boundary="caducee-' in head
    assert b'action="urn:action"' in head


@pytest.mark.parametrize("changes", [True, False])
async def test_a_fault_of_the_sender_is_a_refusal_with_the_services_words(changes: bool) -> None:
    with pytest.raises(ServiceRejected) as caught:
        await call(fault("Sender"), changes=changes)
    assert (caught.value.service_code, caught.value.service_text) == ("DMPInvalidCertificate", "Jeton refusé")


@pytest.mark.parametrize(("changes", "error"), [(True, OutcomeUnknown), (False, ServiceUnavailable)])
async def test_a_fault_of_the_receiver_leaves_a_change_unknown(changes: bool, error: type[ServiceUnavailable]) -> None:
    with pytest.raises(error) as caught:
        await call(fault("Receiver"), changes=changes)
    assert caught.value.service_text == "Jeton refusé"


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"<html><body>Erreur<br></body></html>", content_type="text/html"),
        reply(b""),
        reply(OK[:60]),
        reply(b"<a/>"),
        reply(OK.replace(b"<ok xmlns='u'/>", b"")),
        reply(b"--x", content_type="multipart/related; boundary=x"),
        reply(b"", status="302 Found"),
        reply(b"nope", status="404 Not Found"),
        reply(OK, status="500 Oops"),
    ],
)
async def test_an_unintelligible_answer_is_a_violation_or_after_a_change_an_unknown_outcome(answer: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        await call(answer, changes=False)
    with pytest.raises(OutcomeUnknown):
        await call(answer, changes=True)


async def test_a_5xx_without_soap_is_unavailable_or_after_a_change_unknown() -> None:
    answer = reply(b"<html>", status="503 Service Unavailable", content_type="text/html")
    with pytest.raises(ServiceUnavailable, match="503"):
        await call(answer, changes=False)
    with pytest.raises(OutcomeUnknown):
        await call(answer, changes=True)


async def test_an_answer_to_another_message_is_not_taken() -> None:
    related = b"<S:Header><RelatesTo xmlns='http://www.w3.org/2005/08/addressing'>urn:uuid:%s</RelatesTo></S:Header>"
    assert (await call(reply(OK.replace(b"<S:Header/>", related % b"1")), changes=True)).body.tag == "{u}ok"
    with pytest.raises(OutcomeUnknown, match="another message"):
        await call(reply(OK.replace(b"<S:Header/>", related % b"2")), changes=True)


def test_a_soap_1_1_fault_is_understood() -> None:
    body = (
        b"<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><e:Fault><faultcode>e:Server</faultcode>"
        b"<faultstring>panne</faultstring></e:Fault></e:Body></e:Envelope>"
    )
    from caducee.wire.fault import read_fault

    read = read_fault(read_answer(HttpAnswer(status=500, content_type="text/xml", body=body), service="x").body)
    assert read is not None
    assert (read.code, read.text) == ("Server", "panne")


@pytest.mark.conformance
@pytest.mark.parametrize("name", ["B02.http", "B02_null.http"])
async def test_case_b02_a_fault_in_a_package_is_the_fault(name: str) -> None:
    raw = (Path(os.environ["KIT"]) / "cases/inputs" / name).read_bytes()
    with pytest.raises(ServiceRejected) as caught:
        await call(raw, changes=False)
    assert (caught.value.service_code, caught.value.service_text) == (
        "Sender",
        "Jeton VIHF refusé : profession absente",
    )


FAR, NEAR = Drift(seconds=-3900.5, margin=0.5), Drift(seconds=60.4, margin=0.5)


def refused(code: str) -> ServiceRejected:
    return ServiceRejected("dmp", "fault", service_code=code, service_text="refus")


def test_a_refusal_of_who_calls_by_a_service_whose_clock_is_far_is_told_as_such() -> None:
    error = Proofs().judge(refused("InvalidSecurityToken"), FAR)
    assert isinstance(error, ClockDrift)
    assert (error.service_code, error.service_text, error.retry) == (
        "InvalidSecurityToken",
        "refus",
        Retry.AFTER_HUMAN,
    )
    assert "retarde de 1 h 5 min" in error.explain().sentence
    assert "Réglez l'heure" in error.explain().remedy


@pytest.mark.parametrize(
    ("code", "drift"), [("XDSUnknownPatientId", FAR), ("FailedAuthentication", NEAR), ("FailedAuthentication", None)]
)
def test_any_other_refusal_stays_what_it_is(code: str, drift: Drift | None) -> None:
    error = refused(code)
    assert Proofs().judge(error, drift) is error
