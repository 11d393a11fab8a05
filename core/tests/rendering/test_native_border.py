"""The border itself: it is what its stub says, leaves the GIL, and lets nothing but its own errors out."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

import caducee_native
from caducee.rendering import Template


class Holder(msgspec.Struct, array_like=True, frozen=True):
    body: bytes


HOLDER = Template.compile(
    "holder.xml",
    b'<t:document xmlns:t="urn:caducee:template:1" model="Holder" as="m"><H>{m.body}</H></t:document>',
    Holder,
)


def test_the_stub_says_what_the_binary_has() -> None:
    stubs = Path(caducee_native.__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "caducee_native._native"],
        env={**os.environ, "MYPYPATH": str(stubs)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_build_info_names_version_and_target() -> None:
    info = caducee_native.build_info()
    assert info["version"] == "0.1.0"
    assert {"target", "profile", "cpu"} <= info.keys()


@given(st.binary(max_size=50_000))
def test_digests_are_those_of_hashlib(data: bytes) -> None:
    assert caducee_native.digests(data) == (hashlib.sha1(data).digest(), hashlib.sha256(data).digest())


def longest_wait_while(work: threading.Thread) -> tuple[float, float]:
    """Return how long ``work`` took and the longest time this thread did not run meanwhile."""
    start = last = time.perf_counter()
    longest = 0.0
    work.start()
    while work.is_alive():
        now = time.perf_counter()
        longest = max(longest, now - last)
        last = now
    return time.perf_counter() - start, longest


def test_other_threads_run_while_a_document_is_sealed() -> None:
    model = Holder(bytes(20_000_000))
    shares = []
    for _ in range(5):
        took, waited = longest_wait_while(threading.Thread(target=HOLDER.seal, args=(model,)))
        shares.append(waited / took)
    # With the GIL held, this thread would stand still for the whole of every seal.
    assert min(shares) < 0.5


def test_a_signature_verifies_elsewhere() -> None:
    private = rsa.generate_private_key(65537, 2048)
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signature = caducee_native.RsaKey.from_pkcs8(der).sign_sha256(b"letter")
    private.public_key().verify(signature, b"letter", padding.PKCS1v15(), hashes.SHA256())


def test_what_is_not_a_key_is_refused_with_a_code() -> None:
    with pytest.raises(caducee_native.NativeError) as refused:
        caducee_native.RsaKey.from_pkcs8(b"not a key")
    assert (refused.value.code, refused.value.line, refused.value.path) == ("key.unreadable", 0, "")


@pytest.mark.parametrize("message", [b"", b"\x91", b"\xc1", b"\x91\xc4\xff", b"\x91" * 100])
def test_a_broken_message_is_refused_with_a_code(message: bytes) -> None:
    shapes = msgspec.msgpack.encode([("Holder", [("body", "bytes")])])
    source = b'<t:document xmlns:t="urn:caducee:template:1" model="Holder" as="m"><H>{m.body}</H></t:document>'
    template = caducee_native.Template.compile("h.xml", source, shapes, [])
    with pytest.raises(caducee_native.NativeError) as refused:
        template.render(message)
    assert refused.value.code == "model.mismatch"


def test_the_first_signature_of_a_process_is_not_slow() -> None:
    private = rsa.generate_private_key(65537, 2048)
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    program = (
        "import sys, time, caducee_native\n"
        "key = caducee_native.RsaKey.from_pkcs8(bytes.fromhex(sys.stdin.read()))\n"
        "start = time.process_time(); key.sign_sha256(b'x'); print(time.process_time() - start)"
    )
    took = [
        float(subprocess.run([sys.executable, "-c", program], input=der.hex(), capture_output=True, text=True).stdout)
        for _ in range(3)
    ]
    # The CPU-jitter entropy of aws-lc would take some 30 ms here (docs/adr/0004).
    assert min(took) < 0.015


def test_the_binary_holds_no_path_of_the_machine_that_built_it() -> None:
    (binary,) = (file for file in Path(caducee_native.__file__).parent.glob("_native*") if file.suffix != ".pyi")
    content = binary.read_bytes()
    for place in (Path.home(), Path(__file__).parents[3]):
        assert f"{place}/".encode() not in content, f"{place}: built without the flags of the Makefile"


SECOND = """
import sys
try:
    import _interpreters as interpreters
    make, run = (lambda: interpreters.create("legacy")), interpreters.exec
except ImportError:
    import _xxsubinterpreters as interpreters
    make, run = (lambda: interpreters.create(isolated=False)), interpreters.run_string
import caducee_native
import importlib
importlib.reload(caducee_native)
said = '''
try:
    import caducee_native
except ImportError as error:
    print(error)
'''
run(make(), said)
print(caducee_native.digests(b"x")[0].hex())
"""


def test_a_second_interpreter_of_a_process_is_refused_in_words_and_the_first_goes_on() -> None:
    paths = [str(Path(caducee_native.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
    done = subprocess.run(
        [sys.executable, "-c", SECOND],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        capture_output=True,
        text=True,
        check=False,
    )
    refused, still = done.stdout.splitlines()
    assert "serves one interpreter of a process" in refused, done.stderr
    assert "WSGIApplicationGroup" in refused
    assert still == hashlib.sha1(b"x").hexdigest()
