"""Every public function of the native side, with values that make careless code panic: it returns, or raises a plain
exception whose text holds no value; and it works afterwards.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

import caducee_native
from caducee_native import Cancel, NativeError, RsaKey

SHAPES = msgspec.msgpack.encode([["H", [["a", "str"], ["b", "str!?"], ["c", "[bytes]"], ["d", "narrative"]]]])
SOURCE = (
    b'<t:document xmlns:t="urn:caducee:template:1" model="H" as="m"><H a="{m.a}"><t:if known="m.b">{m.b|date}</t:if>'
    b'<t:for each="x in m.c">{x}</t:for><t:narrative of="m.d"/></H></t:document>'
)
GOOD = msgspec.msgpack.encode(["a", None, [b"x"], [[]]])
TEMPLATE = caducee_native.Template.compile("h.xml", SOURCE, SHAPES, [])
KEY = RsaKey.from_pkcs8(
    rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    )
)
CALLS: dict[str, Callable[[Any], object]] = {
    "compile name": lambda value: caducee_native.Template.compile(value, SOURCE, SHAPES, []),
    "compile source": lambda value: caducee_native.Template.compile("h.xml", value, SHAPES, []),
    "compile shapes": lambda value: caducee_native.Template.compile("h.xml", SOURCE, value, []),
    "compile preludes": lambda value: caducee_native.Template.compile("h.xml", SOURCE, SHAPES, value),
    "compile prelude": lambda value: caducee_native.Template.compile("h.xml", SOURCE, SHAPES, [("p", value)]),
    "render": lambda value: TEMPLATE.render(value),
    "render fragment": lambda value: TEMPLATE.render(GOOD, fragment=value),
    "render field": lambda value: TEMPLATE.render(msgspec.msgpack.encode([value, None, [], [[]]])),
    "render narrative": lambda value: TEMPLATE.render(msgspec.msgpack.encode(["a", None, [], [[value]]])),
    "seal": lambda value: TEMPLATE.seal(value),
    "seal_many": lambda value: TEMPLATE.seal_many(value, workers=1),
    "seal_many item": lambda value: TEMPLATE.seal_many([value], workers=2),
    "seal_many workers": lambda value: TEMPLATE.seal_many([GOOD], workers=value),
    "seal_many cancel": lambda value: TEMPLATE.seal_many([GOOD], workers=1, cancel=value),
    "from_pkcs8": RsaKey.from_pkcs8,
    "sign_sha256": KEY.sign_sha256,
    "sign_many": lambda value: KEY.sign_many(value, workers=1),
    "sign_many item": lambda value: KEY.sign_many([value], workers=1),
    "digests": caducee_native.digests,
    "archive": caducee_native.archive,
    "archive entry": lambda value: caducee_native.archive([(value, value)]),
    "Cancel": lambda value: Cancel(*[value] if value else []),
}
SECRET = "NESSI-TEST"
HOSTILE = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=100),
    st.just("\ud800" + SECRET),
    st.integers(),
    st.floats(),
    st.none(),
    st.lists(st.binary(max_size=20) | st.text(max_size=20) | st.none(), max_size=4),
    st.just({"a": object()}),
    st.sampled_from(["2025-02-30", "20250230", SECRET + "\x00", b"%PDF-", b"PK\x03\x04", b"\x00" * 5000]),
)


def survives(call: Callable[[Any], object], value: Any) -> None:
    """Call, and refuse a panic, another language's exception or a value in the text of ours."""
    raised: Exception | None = None
    try:
        call(value)
    except Exception as error:  # ours, or Python's own refusal of a value that cannot cross
        raised = error
    if isinstance(raised, NativeError):
        assert SECRET not in f"{raised} {raised.path} {raised.code}"
    else:
        assert raised is None or type(raised).__module__ in ("builtins", "msgspec")
    assert TEMPLATE.render(GOOD) == b'<H a="a">eA==</H>'
    assert len(KEY.sign_sha256(b"x")) == 256


@pytest.mark.parametrize("name", CALLS)
@given(value=HOSTILE)
def test_whatever_it_is_given_it_raises_a_plain_exception_and_goes_on(name: str, value: Any) -> None:
    survives(CALLS[name], value)


@pytest.mark.conformance
@pytest.mark.parametrize("name", CALLS)
def test_the_values_of_m01_are_survived_by_every_function(name: str) -> None:
    path = Path(os.environ["KIT"]) / "cases/inputs/M01.py"
    spec = importlib.util.spec_from_file_location("m01", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for value in module.HOSTILE:
        survives(CALLS[name], value)
