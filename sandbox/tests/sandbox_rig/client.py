"""A raw HTTPS client with a client certificate, made of the standard library only."""

from __future__ import annotations

import http.client
import json
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509 import Certificate


@dataclass(frozen=True)
class Reply:
    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True)
class Credential:
    certificate: Certificate
    key: Any


def load(described: dict[str, Any], name: str) -> Credential:
    paths = described["credentials"][name]
    password = Path(paths["password_file"]).read_bytes()
    key, certificate, _ = pkcs12.load_key_and_certificates(Path(paths["file"]).read_bytes(), password)
    assert certificate is not None
    return Credential(certificate, key)


def client_context(described: dict[str, Any], name: str | None, *, trust: str = "authorities") -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=described[trust])
    if name is None:
        return context
    credential = load(described, name)
    key = credential.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with tempfile.NamedTemporaryFile() as file:
        file.write(key + credential.certificate.public_bytes(Encoding.PEM))
        file.flush()
        context.load_cert_chain(file.name)
    return context


def connect(described: dict[str, Any], service: str, context: ssl.SSLContext) -> http.client.HTTPSConnection:
    parts = urlsplit(described[service])
    assert parts.hostname
    return http.client.HTTPSConnection(parts.hostname, parts.port, context=context, timeout=20)


def post(connection: http.client.HTTPConnection, path: str, content_type: str, body: bytes) -> Reply:
    connection.request("POST", path, body, {"Content-Type": content_type})
    answer = connection.getresponse()
    return Reply(answer.status, answer.headers["Content-Type"] or "", answer.read())


def call(described: dict[str, Any], service: str, client: str, *, path: str, content_type: str, body: bytes) -> Reply:
    """Send one request on a connection of its own."""
    connection = connect(described, service, client_context(described, client))
    try:
        return post(connection, path, content_type, body)
    finally:
        connection.close()


def control(described: dict[str, Any], method: str, path: str, body: Any = None) -> Any:
    parts = urlsplit(described["control"])
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    try:
        connection.request(method, path, None if body is None else json.dumps(body))
        answer = connection.getresponse()
        content = json.loads(answer.read())
    finally:
        connection.close()
    if answer.status != 200:
        raise ValueError(answer.status, content)
    return content
