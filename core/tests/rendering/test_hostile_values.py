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
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

import caducee_native
from caducee.testing.authority import InventedAuthority
from caducee_native import Cancel, NativeError, RsaKey, Signature, TlsClient

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
AUTHORITY = InventedAuthority().pem.encode()
CHAIN = [x509.load_pem_x509_certificate(AUTHORITY).public_bytes(Encoding.DER)]
SIGNATURE = Signature(parts=[TEMPLATE], signed=TEMPLATE, whole=TEMPLATE)


def client() -> TlsClient:
    return TlsClient(authorities=AUTHORITY, chain=CHAIN, pss=True, protocols=["http/1.1"])


CALLS: dict[str, Callable[[Any], object]] = {
    "Template.compile name": lambda value: caducee_native.Template.compile(value, SOURCE, SHAPES, []),
    "Template.compile source": lambda value: caducee_native.Template.compile("h.xml", value, SHAPES, []),
    "Template.compile shapes": lambda value: caducee_native.Template.compile("h.xml", SOURCE, value, []),
    "Template.compile preludes": lambda value: caducee_native.Template.compile("h.xml", SOURCE, SHAPES, value),
    "Template.compile prelude": lambda value: caducee_native.Template.compile("h.xml", SOURCE, SHAPES, [("p", value)]),
    "Template.render": lambda value: TEMPLATE.render(value),
    "Template.render fragment": lambda value: TEMPLATE.render(GOOD, fragment=value),
    "Template.render field": lambda value: TEMPLATE.render(msgspec.msgpack.encode([value, None, [], [[]]])),
    "Template.render narrative": lambda value: TEMPLATE.render(msgspec.msgpack.encode(["a", None, [], [[value]]])),
    "Template.seal": lambda value: TEMPLATE.seal(value),
    "Template.seal_many": lambda value: TEMPLATE.seal_many(value, workers=1),
    "Template.seal_many item": lambda value: TEMPLATE.seal_many([value], workers=2),
    "Template.seal_many workers": lambda value: TEMPLATE.seal_many([GOOD], workers=value),
    "Template.seal_many cancel": lambda value: TEMPLATE.seal_many([GOOD], workers=1, cancel=value),
    "RsaKey.from_pkcs8": RsaKey.from_pkcs8,
    "RsaKey.sign_sha256": KEY.sign_sha256,
    "RsaKey.sign_many": lambda value: KEY.sign_many(value, workers=1),
    "RsaKey.sign_many item": lambda value: KEY.sign_many([value], workers=1),
    "digests": caducee_native.digests,
    "archive": caducee_native.archive,
    "archive entry": lambda value: caducee_native.archive([(value, value)]),
    "Cancel": lambda value: Cancel(*[value] if value else []),
    "TlsClient authorities": lambda value: TlsClient(authorities=value, chain=[], pss=True, protocols=[]),
    "TlsClient chain": lambda value: TlsClient(authorities=AUTHORITY, chain=[value], pss=False, protocols=[]),
    "TlsClient protocols": lambda value: TlsClient(authorities=AUTHORITY, chain=CHAIN, pss=True, protocols=[value]),
    "TlsClient.connect": lambda value: client().connect(value),
    "TlsConnection.receive": lambda value: client().connect("dmp.example").receive(value),
    "TlsConnection.signed": lambda value: client().connect("dmp.example").signed(value),
    "TlsConnection.write": lambda value: client().connect("dmp.example").write(value),
    "Signature parts": lambda value: Signature(parts=value, signed=TEMPLATE, whole=TEMPLATE),
    "Signature.prepare": lambda value: SIGNATURE.prepare(value, sha256=True),
    "Signature.prepare digest": lambda value: SIGNATURE.prepare(GOOD, sha256=value),
    "Signature.finish message": lambda value: SIGNATURE.finish(value, b"x"),
    "Signature.finish signature": lambda value: SIGNATURE.finish(GOOD, value),
}
ASK_NOTHING = {"build_info", "Cancel.set", "TlsConnection.outgoing", "TlsConnection.text"}
"""What takes no value."""
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


def test_every_public_function_is_among_those_that_are_tried() -> None:
    public = set()
    for name in caducee_native.__all__:
        thing = getattr(caducee_native, name)
        if isinstance(thing, type) and not issubclass(thing, Exception):
            public |= {
                f"{name}.{method}"
                for method in vars(thing)
                if not method.startswith("_") and callable(getattr(thing, method))
            }
        elif not isinstance(thing, type):
            public.add(name)
    assert public == {name.split()[0] for name in CALLS if "." in name or name.split()[0] in public} | ASK_NOTHING


@pytest.mark.parametrize("name", CALLS)
@given(value=HOSTILE)
def test_whatever_it_is_given_it_raises_a_plain_exception_and_goes_on(name: str, value: Any) -> None:
    survives(CALLS[name], value)


@pytest.mark.conformance
@pytest.mark.parametrize("name", CALLS)
def test_the_hostile_values_of_the_field_are_survived_by_every_function(name: str) -> None:
    path = Path(os.environ["KIT"]) / "cases/inputs/M01.py"
    spec = importlib.util.spec_from_file_location("m01", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for value in module.HOSTILE:
        survives(CALLS[name], value)
