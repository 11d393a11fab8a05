from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from caducee_insi.assertion import CARD_TYPE, attributes, card_type, common_name, subject
from caducee_insi.config import Billing, IssuerForm


def certificate(extension: bytes | None = None) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"), x509.NameAttribute(NameOID.COMMON_NAME, "899700000017")]
    )
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    if extension is not None:
        builder = builder.add_extension(x509.UnrecognizedExtension(CARD_TYPE, extension), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("extension", "expected"),
    [
        (b"\x02\x01\x00", "CPS"),
        (b"\x02\x01\x01", "CPF"),
        (b"\x02\x01\x02", "CDE-CPE"),
        (b"\x02\x01\x03", "CPA"),
        (b"\x02\x01\x09", "CPX"),
        (b"\x02", "CPX"),
        (None, "CPX"),
    ],
)
def test_the_kind_of_card_is_read_from_its_certificate(extension: bytes | None, expected: str) -> None:
    assert card_type(certificate(extension)) == expected


def test_the_subject_is_written_in_either_order() -> None:
    der = certificate()
    assert common_name(der) == "899700000017"
    assert subject(der, IssuerForm.RFC2253) == "CN=899700000017,C=FR"
    assert subject(der, IssuerForm.CERTIFICATE) == "C=FR,CN=899700000017"


def test_who_has_no_specialty_tells_none() -> None:
    told = attributes(Billing(identifier="1", sector="SA07"), specialty="codeSpecialite")
    assert [one.name for one in told] == ["identifiantFacturation", "secteurActivite"]
    told = attributes(Billing(identifier="1", specialty="01", sector="SA07"), specialty="codeSpecialiteAMO")
    assert [one.name for one in told] == ["identifiantFacturation", "codeSpecialiteAMO"]
