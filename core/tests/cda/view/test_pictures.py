"""Pictures on paper: what a page of PDF/A-1b can hold, and nothing that could exhaust it."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from caducee.cda.view.pictures import Pictures
from core.tests.cda.view.samples import picture


def drawn(media_type: str, content: bytes) -> Image.Image:
    ready = Pictures().ready(media_type, content)
    assert ready is not None
    return Image.open(io.BytesIO(ready))


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("image/png", picture()),
        ("image/png", picture(mode="RGBA")),
        ("image/png", picture(mode="P")),
        ("image/png", picture(mode="I;16")),
        ("image/jpeg", picture("JPEG", mode="CMYK")),
        ("image/jpeg", picture("JPEG", mode="L")),
        ("image/gif", picture("GIF", mode="P")),
    ],
)
def test_any_picture_becomes_an_opaque_one(media_type: str, content: bytes) -> None:
    found = drawn(media_type, content)
    assert (found.format, found.mode, found.size) == ("JPEG", "RGB", (40, 30))


def test_what_is_transparent_is_white() -> None:
    pixel = drawn("image/png", picture(mode="RGBA")).getpixel((5, 5))
    assert pixel == (255, 255, 255)


def test_a_picture_taken_sideways_stands_upright() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    assert drawn("image/jpeg", picture("JPEG", exif=turned)).size == (30, 40)


def test_a_large_picture_is_made_smaller() -> None:
    assert drawn("image/png", picture(size=(4000, 2000))).size == (1600, 800)


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("image/png", b"not a picture"),
        ("image/png", picture()[:60]),
        ("image/png", picture(mode="1", size=(10_000, 10_000))),
        ("image/svg+xml", b"<svg/>"),
        ("image/png", picture("TIFF")),
    ],
    ids=["not one", "cut short", "too many pixels", "drawing", "another kind"],
)
def test_what_cannot_be_drawn_is_left_out(media_type: str, content: bytes) -> None:
    assert Pictures().ready(media_type, content) is None


def test_pictures_without_end_are_left_out() -> None:
    pictures = Pictures()
    noise = Image.effect_noise((1600, 1600), 100)
    out = io.BytesIO()
    noise.save(out, "PNG")
    ready = [pictures.ready("image/png", out.getvalue()) for _ in range(16)]
    assert ready[0] is not None
    assert ready[-1] is None
