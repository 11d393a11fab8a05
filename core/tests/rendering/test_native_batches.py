"""Batches and packages of the native side, beside what Python makes of the same parts."""

from __future__ import annotations

import io
import threading
import zipfile

import msgspec
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

import caducee_native


def shapes(kind: str) -> bytes:
    return msgspec.msgpack.encode([["Holder", [["body", kind]]]])


HOLDER = caducee_native.Template.compile(
    "holder.xml",
    b'<t:document xmlns:t="urn:caducee:template:1" model="Holder" as="m"><H>{m.body}</H></t:document>',
    shapes("str"),
    [],
)
NAMES = st.text(st.characters(whitelist_categories=("L", "N")), min_size=1, max_size=12)


def model(text: str) -> bytes:
    return msgspec.msgpack.encode([text])


@given(st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF), max_size=30), max_size=40))
def test_many_models_are_sealed_as_each_alone_and_in_order(texts: list[str]) -> None:
    models = [model(text) for text in texts]
    assert HOLDER.seal_many(models, workers=3) == [HOLDER.seal(one) for one in models]


def test_one_model_that_is_refused_spoils_no_other() -> None:
    good, bad, last = HOLDER.seal_many([model("a"), model("\x01"), model("b")], workers=2)
    assert isinstance(bad, caducee_native.NativeError)
    assert (bad.code, bad.path) == ("model.character", "body")
    assert (good, last) == (HOLDER.seal(model("a")), HOLDER.seal(model("b")))


def test_a_batch_that_is_cancelled_leaves_the_rest() -> None:
    cancel = caducee_native.Cancel()
    cancel.set()
    assert HOLDER.seal_many([model("a")] * 5, workers=2, cancel=cancel) == [None] * 5


def test_a_batch_can_be_cancelled_from_another_thread() -> None:
    cancel = caducee_native.Cancel()
    timer = threading.Timer(0.05, cancel.set)
    timer.start()
    done = HOLDER.seal_many([model("x" * 200_000)] * 3000, workers=2, cancel=cancel)
    timer.join()
    assert None in done
    assert all(one is None or one == done[0] for one in done)


def test_many_messages_are_signed_in_order() -> None:
    pair = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    key = caducee_native.RsaKey.from_pkcs8(pair.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    messages = [b"%d" % number for number in range(20)]
    signatures = key.sign_many(messages, workers=2)
    for message, signature in zip(messages, signatures, strict=True):
        assert isinstance(signature, bytes)
        pair.public_key().verify(signature, message, padding.PKCS1v15(), hashes.SHA256())


@given(st.dictionaries(NAMES, st.binary(max_size=2000), max_size=12))
def test_an_archive_is_read_whole_by_zipfile(entries: dict[str, bytes]) -> None:
    written = caducee_native.archive(list(entries.items()))
    assert written == caducee_native.archive(list(entries.items()))
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == entries
        assert {info.compress_type for info in archive.infolist()} <= {zipfile.ZIP_STORED}


@pytest.mark.parametrize(
    ("entries", "code"),
    [([("../a", b"")], "package.name"), ([("", b"")], "package.name"), ([("a", b""), ("a", b"")], "package.twice")],
)
def test_an_archive_that_could_do_harm_is_refused(entries: list[tuple[str, bytes]], code: str) -> None:
    with pytest.raises(caducee_native.NativeError) as caught:
        caducee_native.archive(entries)
    assert caught.value.code == code
