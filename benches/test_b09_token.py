"""B9: a token signs a submission: its calls, counted by Debian's pkcs11-spy, and its rate against the same signature.

The token is the virtual card of the sandbox, in its own process as a real one is. What is asked of it: one C_SignInit
and one signature for each submission, and no login after the first.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.from_thread
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from benches.conftest import keep
from benches.document.model import report
from benches.key import Key
from benches.ours import Submitting
from benches.race import race
from caducee.clock import SystemClock
from caducee.contracts.signer import SignatureAlgorithm
from caducee.keys import Card as CardAtDesk
from caducee.keys import CardProcess, CardSigner
from caducee_sandbox.cards import ENVIRONMENT, Card, CardDesk, CardKey, module_path

SPY = Path("/usr/lib/x86_64-linux-gnu/pkcs11-spy.so")
IDENTIFIER, SERIAL, PIN = "899700000017", "8000000001", "1234"
SUBMISSIONS = 5


class TokenKey(Key):
    """A key whose signatures are made by the token."""

    def __init__(self, portal: anyio.from_thread.BlockingPortal, signer: CardSigner) -> None:
        super().__init__()
        self._portal = portal
        self._signer = signer
        self.native = self  # type: ignore[assignment]
        self.certificate = portal.call(signer.certificate)

    def sign_sha256(self, data: bytes) -> bytes:
        """Ask the token."""
        return self._portal.call(self._signer.sign, data, SignatureAlgorithm.RSA_SHA256)


@pytest.fixture
def desk(tmp_path: Path) -> CardDesk:
    """Return a desk with the card of an invented doctor in its reader."""
    names = [(NameOID.COMMON_NAME, IDENTIFIER), (NameOID.SURNAME, "ROUX"), (NameOID.GIVEN_NAME, "CAMILLE")]
    name = x509.Name([x509.RelativeDistinguishedName([x509.NameAttribute(*pair) for pair in names])])
    keys = {}
    for use in ("auth", "sign"):
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(name, name, key.public_key(), 7, now, now + timedelta(days=1))
        keys[use] = CardKey(certificate=builder.sign(key, hashes.SHA256()), key=key)
    desk = CardDesk(tmp_path / "vcps")
    desk.issue(Card(serial=SERIAL, pin=PIN, **keys))
    desk.insert(SERIAL)
    return desk


def token(desk: CardDesk, spy: Path | None) -> Iterator[TokenKey]:
    """Open the token, through the spy when there is one."""
    environment = {ENVIRONMENT: str(desk.directory)}
    if spy is not None:
        environment |= {"PKCS11SPY": str(module_path()), "PKCS11SPY_OUTPUT": str(spy)}
    process = CardProcess(str(SPY if spy is not None else module_path()), environment=environment)

    async def prompt(_: Any) -> str:
        return PIN

    try:
        with anyio.from_thread.start_blocking_portal() as portal:
            card = CardAtDesk(process, clock=SystemClock(), prompt=prompt)
            key = TokenKey(portal, CardSigner(card, IDENTIFIER, clock=SystemClock()))
            key.sign_sha256(b"the first signature asks for the PIN")
            yield key
    finally:
        process.stop()


def test_b9_calls(benchmark: Any, desk: CardDesk, tmp_path: Path) -> None:
    assert SPY.exists(), "pkcs11-spy is missing (Debian: opensc-pkcs11)"
    log, reports = tmp_path / "spy.log", [report()]
    for key in token(desk, log):
        ours = Submitting(key)
        before, signed = calls(log), desk.counters(SERIAL).sign
        for _ in range(SUBMISSIONS):
            ours.submit(reports)
        made = calls(log) - before
        signed = desk.counters(SERIAL).sign - signed
    counted = {name: made[name] / SUBMISSIONS for name in ("C_SignInit", "C_Sign", "C_Login", "C_OpenSession")}
    assert counted == {"C_SignInit": 1, "C_Sign": 1, "C_Login": 0, "C_OpenSession": 0}
    keep(benchmark, ratios={}, goals={}, calls_per_submission=counted, computed_by_the_card=signed / SUBMISSIONS)
    benchmark.pedantic(lambda: None, rounds=1)


def test_b9_rate(benchmark: Any, desk: CardDesk) -> None:
    reports, message = [report()], bytes(1500)
    for key in token(desk, None):
        ours = Submitting(key)
        bare = partial(key.sign_sha256, message)
        outcome = race(partial(ours.submit, reports), {"the same C_Sign": bare}, clock=time.perf_counter)
        benchmark.pedantic(ours.submit, args=(reports,), rounds=5)
    keep(benchmark, ratios=outcome.ratios, goals={"the same C_Sign": 0.85}, rates=dict(outcome.rates))


def calls(log: Path) -> Counter[str]:
    """Count the calls that the spy wrote down."""
    return Counter(re.findall(r"^\d+: (C_\w+)$", log.read_text(encoding="utf-8", errors="replace"), re.M))
