"""B15: assertions a second: unsigned as with a card (DIRECTE), and signed by the organisation's seal (INDIRECTE)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from benches.conftest import Measure
from benches.key import Key
from caducee.model.entry import EntryPatientId
from caducee.testing.letters import AUTHOR
from caducee.wire.vihf import Software, VihfOptions, VihfSession, VihfWriter

NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
PATIENT = EntryPatientId(identifier="275036399930137", oid="1.2.250.1.213.1.4.10")
SESSION = VihfSession(practitioner=AUTHOR, issuer="CN=899700000017,O=TEST,C=FR", since=NOW)
SOFTWARE = Software(id="01.00", name="MESURE", version="1.0", homologation="NUM", oid="1.2.250.1.999.1.1")


@pytest.mark.parametrize("mode", ["direct", "indirect"])
def test_b15(measure: Measure, key: Key, mode: str) -> None:
    writer = VihfWriter(SOFTWARE, VihfOptions())

    def direct() -> bytes:
        return writer.direct(SESSION, patient=PATIENT, now=NOW)

    def indirect() -> bytes:
        unsigned = writer.indirect(SESSION, patient=PATIENT, now=NOW, certificate=key.certificate)
        return unsigned.finish(key.native.sign_sha256(unsigned.to_sign))

    message = bytes(1500)
    others = {} if mode == "direct" else {"raw RSA": lambda: key.native.sign_sha256(message)}
    measure(direct if mode == "direct" else indirect, others, goals={})
