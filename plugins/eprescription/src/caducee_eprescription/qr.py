"""The QR code of a prescription: always a full QR code (ISO/IEC 18004), never Micro QR, never several symbols."""

from __future__ import annotations

import io

import segno

from caducee_eprescription.errors import PayloadTooLong

QUIET_ZONE = 4
_LEVEL = "m"
MOST_BYTES = 2331
"""What a 40-M symbol holds of bytes."""


def encode(payload: str) -> segno.QRCode:
    """Return the code of a text. What is not ASCII says its charset (ECI 26, UTF-8), so that scanners agree.

    Raises:
        PayloadTooLong: it does not fit in one symbol.
    """
    plain = payload.isascii()
    try:
        return segno.make_qr(
            payload, error=_LEVEL, boost_error=True, encoding=None if plain else "utf-8", eci=not plain
        )
    except segno.DataOverflowError:
        raise PayloadTooLong(len(payload.encode()), MOST_BYTES) from None


def svg(payload: str) -> str:
    """Return the code as SVG with its quiet zone: sharp at any size."""
    out = io.BytesIO()
    encode(payload).save(out, kind="svg", border=QUIET_ZONE, xmldecl=False, svgns=True, light="#fff")
    return out.getvalue().decode()


def png(payload: str, *, scale: int = 8) -> bytes:
    """Return the code as a black and white PNG, ``scale`` dots to a module: the image in the CDA."""
    out = io.BytesIO()
    encode(payload).save(out, kind="png", border=QUIET_ZONE, scale=scale)
    return out.getvalue()
