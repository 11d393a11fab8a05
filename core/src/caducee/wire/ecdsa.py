"""The two ways of writing an ECDSA signature, and what each place wants.

XML-Signature (1.1, 6.4.3) and JWS (RFC 7518, 3.4): r followed by s, each as wide as the order of the curve. X.509, CMS
and TLS: DER. PKCS#11 tokens give r followed by s; cryptography, OpenSSL and some remote signers give DER.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature


class WrongWidth(ValueError):
    """The value is not as wide as the curve wants."""


class DerFound(WrongWidth):
    """The value is DER where r followed by s is wanted."""


def check_raw(value: bytes, bits: int) -> None:
    """Check that a value is r followed by s for a curve whose order has that many bits.

    Raises:
        DerFound: it is DER.
        WrongWidth: it is neither.
    """
    wanted = 2 * _width(bits)
    if len(value) == wanted:
        return
    if _numbers(value) is not None:
        raise DerFound(f"DER was found ({len(value)} bytes), r followed by s is wanted ({wanted} bytes)")
    raise WrongWidth(f"{len(value)} bytes, {wanted} wanted")


def to_raw(value: bytes, bits: int) -> bytes:
    """Return r followed by s, of a value that is already so or is DER.

    What has the width of the curve is taken as r followed by s: DER is as short as that once in some 2^45 signatures.

    Raises:
        WrongWidth: it is neither, or is of another curve.
    """
    width = _width(bits)
    if len(value) == 2 * width:
        return value
    numbers = _numbers(value)
    if numbers is None or max(number.bit_length() for number in numbers) > 8 * width:
        raise WrongWidth(f"{len(value)} bytes are neither r followed by s nor DER of {bits} bits")
    return b"".join(number.to_bytes(width, "big") for number in numbers)


def to_der(value: bytes, bits: int) -> bytes:
    """Return DER, of a value that is r followed by s.

    Raises:
        WrongWidth: it is not.
    """
    check_raw(value, bits)
    width = _width(bits)
    return encode_dss_signature(int.from_bytes(value[:width], "big"), int.from_bytes(value[width:], "big"))


def _width(bits: int) -> int:
    return (bits + 7) // 8


def _numbers(value: bytes) -> tuple[int, int] | None:
    try:
        r, s = decode_dss_signature(value)
    except ValueError:
        return None
    return (r, s) if r > 0 and s > 0 else None
