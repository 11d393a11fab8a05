"""A DMP that answers what a test tells it, on loopback, and keeps what it received."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lxml import etree

SOAP = "http://www.w3.org/2003/05/soap-envelope"
OASIS = "urn:oasis:names:tc:ebxml-regrep"
LOST = b"lost"


class Received:
    """One request: the endpoint, who sent it, the envelope, the other parts."""

    def __init__(self, endpoint: str, content_type: str, body: bytes, *, peer: object) -> None:
        self.endpoint = endpoint
        self.peer = peer
        message = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body, policy=policy.HTTP)
        parts: list[bytes] = [_content(part) for part in message.iter_parts()] or [body]
        self.envelope = etree.fromstring(parts[0])
        self.parts = parts[1:]

    def text(self, name: str) -> str:
        return next((item.text or "" for item in self.envelope.iter(f"{{*}}{name}")), "")

    def all(self, name: str) -> list[etree._Element]:
        return list(self.envelope.iter(f"{{*}}{name}"))


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


class ScriptedDmp:
    """``answers`` maps an endpoint to the bodies it gives, in turn; the last one stays."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: dict[str, list[bytes]] = {}
        self.url = ""

    def answer(self, endpoint: str, *bodies: bytes) -> None:
        self.answers[endpoint] = list(bodies)

    def next(self, endpoint: str) -> bytes:
        bodies = self.answers[endpoint]
        return bodies.pop(0) if len(bodies) > 1 else bodies[0]


def _handler(dmp: ScriptedDmp) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            endpoint = self.path.rpartition("/")[2]
            received = Received(endpoint, self.headers["Content-Type"], body, peer=self.client_address)
            dmp.received.append(received)
            answer = dmp.next(endpoint)
            if answer == LOST:
                self.close_connection = True
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/soap+xml")
            sent = _envelope(answer, received.text("MessageID"))
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: Any) -> None:
            return

    return Handler


def _envelope(body: bytes, message_id: str) -> bytes:
    if not body.startswith(b"<"):
        return body
    related = f"<a:RelatesTo xmlns:a='http://www.w3.org/2005/08/addressing'>{message_id}</a:RelatesTo>"
    head = f"<e:Envelope xmlns:e='{SOAP}'><e:Header>{related}</e:Header><e:Body>"
    return head.encode() + body + b"</e:Body></e:Envelope>"


@contextmanager
def scripted_dmp() -> Iterator[ScriptedDmp]:
    dmp = ScriptedDmp()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(dmp))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    dmp.url = f"http://127.0.0.1:{server.server_address[1]}/si-dmp-server/v2/services"
    try:
        yield dmp
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def registry(status: str = "Success", *messages: tuple[str, str]) -> bytes:
    listed = "".join(
        f"<r:RegistryError errorCode='{code}' codeContext='texte' severity='{OASIS}:ErrorSeverityType:{severity}'/>"
        for code, severity in messages
    )
    errors = f"<r:RegistryErrorList>{listed}</r:RegistryErrorList>" if listed else ""
    given = f"xmlns:r='{OASIS}:xsd:rs:3.0' status='{OASIS}:ResponseStatusType:{status}'"
    return f"<r:RegistryResponse {given}>{errors}</r:RegistryResponse>".encode()


def existence(
    code: str = "OK", *, status: str = "active", acknowledgement: str = "<acknowledgement typeCode='AA'/>"
) -> bytes:
    patient = f"""<subject><registrationEvent><subject1><patient><statusCode code="{status}"/><subjectOf>
      <administrativeObservation><code code="RATTACHEMENT_ENS"/><value value="true"/></administrativeObservation>
      </subjectOf></patient></subject1></registrationEvent></subject>"""
    return f"""<PRPA_IN201308UV02 xmlns="urn:hl7-org:v3">
      <attentionLine><keyWordText code="AUTORISATION"/><value code="VALIDE"/></attentionLine>
      <attentionLine><keyWordText code="STATUT_MT"/><value value="false"/></attentionLine>{acknowledgement}
      <controlActProcess>{patient if code == "OK" else ""}
      <queryAck><queryResponseCode code="{code}"/></queryAck></controlActProcess></PRPA_IN201308UV02>""".encode()


def listed(*entries: tuple[str, str, int]) -> bytes:
    objects = "".join(
        f"""<ExtrinsicObject id="urn:uuid:entry" mimeType="text/xml" status="{OASIS}:StatusType:Approved">
        <Slot name="hash"><ValueList><Value>{sha1}</Value></ValueList></Slot>
        <Slot name="size"><ValueList><Value>{size}</Value></ValueList></Slot>
        <Name><LocalizedString value="Lettre"/></Name>
        <ExternalIdentifier identificationScheme="urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab" value="{unique_id}"/>
        </ExtrinsicObject>"""
        for unique_id, sha1, size in entries
    )
    return f"""<q:AdhocQueryResponse xmlns:q="{OASIS}:xsd:query:3.0" xmlns="{OASIS}:xsd:rim:3.0"
      status="{OASIS}:ResponseStatusType:Success"><RegistryObjectList>{objects}</RegistryObjectList>
      </q:AdhocQueryResponse>""".encode()
