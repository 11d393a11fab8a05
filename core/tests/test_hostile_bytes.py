"""Every public reader, with bytes that make careless code fall: it returns, or raises an error of ours."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from caducee import CaduceeError, check_document, check_pdfa, read_document, to_pdfa
from caducee.contracts.http import HttpAnswer
from caducee.verify import verify
from caducee.wire import mtom
from caducee.wire.soap import read_answer
from caducee.wire.xds.submitted import read_submitted
from caducee.wire.xml import parse

READERS: dict[str, Callable[[bytes], object]] = {
    "read_document": read_document,
    "check_document": check_document,
    "check_pdfa": check_pdfa,
    "to_pdfa": to_pdfa,
    "verify": lambda data: verify(data, authorities=data, now=datetime(2026, 1, 1, tzinfo=UTC)),
    "parse": lambda data: parse(data, service="x"),
    "mtom": lambda data: mtom.read("multipart/related; boundary=b", data, service="x"),
    "mtom framed": lambda data: mtom.read(
        "multipart/related; boundary=b", b"--b\r\nContent-ID: <a>\r\n\r\n" + data + b"\r\n--b--", service="x"
    ),
    "mtom type": lambda data: mtom.read(data.decode("latin-1"), data, service="x"),
    "read_answer": lambda data: read_answer(
        HttpAnswer(status=200, content_type="text/xml", body=data), service="x", message_id="urn:uuid:1"
    ),
    "read_submitted": read_submitted,
}
SECRET = b"NESSI-TEST"
HOSTILE = [
    b"",
    b"\x00",
    b"\xef\xbb\xbf",
    b"\xff\xfe<a/>",
    b"<" * 100_000,
    b"<a>" * 5_000,
    b"<a>" + SECRET,
    b'<!DOCTYPE a [<!ENTITY b "' + SECRET + b'">]><a>&b;</a>',
    b'<a xmlns="' + SECRET + b'" b="1" b="2"/>',
    b"<a>\xed\xa0\x80</a>",
    b"20250230",
    b"%PDF-",
    b"%PDF-1.4\n%%EOF",
    b"PK\x03\x04",
    b"PK\x05\x06" + b"\x00" * 18,
    b"\x30\x84\xff\xff\xff\xff",
]


def survives(read: Callable[[bytes], object], data: bytes) -> None:
    said = ""
    try:
        read(data)
    except CaduceeError as error:
        said = f"{error} {error!r} {error.explain()}"
    assert SECRET.decode() not in said


@pytest.mark.parametrize("data", HOSTILE, ids=lambda data: repr(data[:12]))
@pytest.mark.parametrize("name", READERS)
def test_a_reader_returns_or_raises_an_error_of_ours_without_the_content(name: str, data: bytes) -> None:
    survives(READERS[name], data)


@pytest.mark.conformance
@pytest.mark.parametrize("name", READERS)
def test_the_hostile_values_of_the_field_are_read_or_refused(name: str) -> None:
    spec = importlib.util.spec_from_file_location("hostile", Path(os.environ["KIT"]) / "cases/inputs/M01.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for value in module.HOSTILE:
        if isinstance(value, bytes):
            survives(READERS[name], value)
            continue
        with suppress(Exception):  # a value of another type is Python's own to refuse; a panic is no Exception
            READERS[name](value)
