from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import assume, example, given
from hypothesis import strategies as st

from caducee.wire.ecdsa import DerFound, WrongWidth, check_raw, to_der, to_raw

NUMBERS = st.integers(1, (1 << 256) - 1)


@given(r=NUMBERS, s=NUMBERS)
@example(r=1, s=1)
def test_both_ways_of_writing_say_the_same(r: int, s: int) -> None:
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    der = to_der(raw, 256)
    assume(len(der) != len(raw))
    assert to_raw(der, 256) == raw
    assert to_raw(raw, 256) == raw


def test_what_has_the_width_of_the_curve_is_never_taken_for_der() -> None:
    short = to_der(bytes(3) + bytes([1] * 29) + bytes(3) + bytes([1] * 29), 256)
    assert len(short) == 64
    assert to_raw(short, 256) == short
    check_raw(short, 256)


@pytest.mark.parametrize(
    ("curve", "width"),
    [(ec.SECP256R1(), 64), (ec.SECP384R1(), 96), (ec.SECP521R1(), 132)],
    ids=["P-256", "P-384", "P-521"],
)
def test_the_width_is_the_curve_s_and_der_is_told_as_such(curve: ec.EllipticCurve, width: int) -> None:
    der = ec.generate_private_key(curve).sign(b"x", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(DerFound, match="DER was found"):
        check_raw(der, curve.key_size)
    assert len(to_raw(der, curve.key_size)) == width


@pytest.mark.parametrize("value", [b"", b"\x30", bytes(63), bytes(65), b"\x30\x06\x02\x01\x00\x02\x01\x01"])
def test_what_is_neither_is_refused(value: bytes) -> None:
    for read in (check_raw, to_raw, to_der):
        with pytest.raises(WrongWidth):
            read(value, 256)


def test_der_of_a_wider_curve_is_refused() -> None:
    der = ec.generate_private_key(ec.SECP521R1()).sign(b"x", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(WrongWidth):
        to_raw(der, 256)
