from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from caducee.errors import CertificateUntrusted
from caducee_insi.certificate import InsiCertificateWrong, sender_of

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def certificate(*names: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "10B0000001"),
            *(x509.NameAttribute(NameOID.COMMON_NAME, name) for name in names),
        ]
    )
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.DER)


@pytest.mark.requirement("INSI-CN")
@pytest.mark.parametrize("name", ["INSI-MANU", "INSI-AUTO"])
def test_the_sender_is_the_unit_of_a_certificate_of_insi(name: str) -> None:
    assert sender_of(certificate(name)) == "10B0000001"


@pytest.mark.requirement("INSI-CN")
@pytest.mark.parametrize("names", [("insi-manu",), ("INSI_MANU",), ("INSI-MANU ",), ("DMP",), (), ("INSI-MANU", "X")])
def test_any_other_name_is_refused_and_named(names: tuple[str, ...]) -> None:
    with pytest.raises(InsiCertificateWrong, match="expected INSI-MANU") as caught:
        sender_of(certificate(*names))
    assert isinstance(caught.value, CertificateUntrusted)
