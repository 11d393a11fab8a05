"""The code, read by a second library."""

from __future__ import annotations

import io

import pytest
import segno
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from caducee_eprescription.errors import PayloadTooLong
from caducee_eprescription.numbers import SimulatedNumbers
from caducee_eprescription.qr import encode, png, svg


def read(payload: str) -> zxingcpp.Barcode:
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(png(payload))))
    return found


@given(prescriber=st.text("0123456789", min_size=12, max_size=12))
def test_a_number_is_read_back_exactly_and_is_never_a_micro_code(prescriber: str) -> None:
    number = SimulatedNumbers().number(prescriber=prescriber)
    assert not encode(number).is_micro
    assert read(number).text == number


@pytest.mark.parametrize("text", ["1", "É", "Ordonnance n° 12 – Œdème, Anaïs", "x" * 2331])
def test_any_text_that_fits_is_read_back_letter_by_letter(text: str) -> None:
    found = read(text)
    assert found.text == text
    assert found.format == zxingcpp.BarcodeFormat.QRCode


def test_letters_beyond_ascii_say_their_charset() -> None:
    silent = segno.make_qr("Œdème", error="m", encoding="utf-8", eci=False)
    assert encode("Œdème") != silent
    assert encode("OEDEME") == segno.make_qr("OEDEME", error="m")


@pytest.mark.parametrize("text", ["x" * 2954, "é" * 1500])
def test_a_text_that_is_too_long_is_one_clear_error(text: str) -> None:
    with pytest.raises(PayloadTooLong) as refused:
        encode(text)
    assert refused.value.explain().remedy


def test_the_drawing_is_vector_with_its_quiet_zone() -> None:
    drawn = svg("99S2TBPZ2JCNZ0Y1HZ")
    assert drawn.startswith("<svg")
    assert "<image" not in drawn
