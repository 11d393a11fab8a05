from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageStat

from caducee.pdfa import FileUnreadable, to_pdfa

from .shapes import seen


def saved(image: Image.Image, form: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def letter(mode: str = "L", size: tuple[int, int] = (850, 1100)) -> Image.Image:
    image = Image.new("L", size, "white")
    ImageDraw.Draw(image).text((60, 60), "Bonjour", fill="black", font_size=120)
    return image.convert(mode)


def differs(content: bytes, image: Image.Image) -> float:
    shown = seen(content, scale=100 / 72).convert("L")
    assert shown.size == image.size
    return float(ImageStat.Stat(ImageChops.difference(shown, image.convert("L"))).mean[0])


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "CMYK", "P", "RGBA", "LA"])
@pytest.mark.parametrize("form", ["TIFF", "PNG", "JPEG"])
def test_a_scanned_page_looks_as_it_did(mode: str, form: str) -> None:
    kept = {"JPEG": ("L", "RGB", "CMYK"), "PNG": ("1", "L", "RGB", "P", "RGBA", "LA")}.get(form)
    image = letter() if kept and mode not in kept else letter(mode)
    made = to_pdfa(saved(image, form, dpi=(100, 100)))
    assert differs(made.content, letter()) < 3


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_lzw", "packbits", None])
def test_a_black_and_white_page_is_neither_inverted_nor_grey(compression: str | None) -> None:
    made = to_pdfa(saved(letter("1"), "TIFF", compression=compression, dpi=(100, 100)))
    assert differs(made.content, letter("1")) < 0.5
    assert len(made.content) < 10_000


def test_a_fax_whose_lines_are_far_apart_keeps_the_shape_of_its_page() -> None:
    made = to_pdfa(saved(letter("1", (1728, 1078)), "TIFF", compression="group4", dpi=(204, 98)))
    page = seen(made.content)
    assert (page.width, page.height) == (610, 792)


def test_a_small_red_mark_stays_red() -> None:
    page = Image.new("RGB", (1654, 2339), "white")
    ImageDraw.Draw(page).rectangle((800, 1000, 807, 1007), fill=(255, 0, 0))
    red, green, _ = seen(to_pdfa(saved(page, "PNG", dpi=(200, 200))).content, scale=200 / 72).getpixel((804, 1004))
    assert red - green > 150


@pytest.mark.parametrize("form", ["TIFF", "PNG"])
@pytest.mark.parametrize("mode", ["I;16", "I;16B"])
def test_sixteen_bits_a_pixel_become_eight_and_not_white(mode: str, form: str) -> None:
    shown = seen(to_pdfa(saved(Image.new(mode, (100, 100), 0x8000), form)).content).getpixel((50, 50))
    assert 120 < shown[0] < 136


def test_the_orientation_of_a_tiff_is_followed() -> None:
    image = Image.new("L", (400, 200), "white")
    ImageDraw.Draw(image).rectangle((0, 0, 40, 40), fill="black")
    page = seen(to_pdfa(saved(image, "TIFF", tiffinfo={274: 6}, dpi=(72, 72))).content).convert("L")
    assert page.size == (200, 400)
    assert page.getpixel((195, 5)) < 60


def test_what_a_camera_adds_to_a_photograph_is_no_page() -> None:
    assert to_pdfa(saved(letter("RGB"), "MPO", save_all=True, append_images=[letter("RGB")])).pages == 1


def test_a_smaller_copy_in_a_tiff_is_no_page() -> None:
    copy = letter(size=(85, 110))
    copy.encoderinfo = {"tiffinfo": {254: 1}}
    content = saved(letter(), "TIFF", save_all=True, append_images=[copy])
    assert to_pdfa(content).pages == 1


def test_colours_are_those_of_the_profile_of_the_image() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain, same = (
        saved(Image.new("RGB", (50, 50), (10, 120, 200)), "PNG", **how) for how in ({}, {"icc_profile": lab})
    )
    shown = [seen(to_pdfa(content).content).getpixel((20, 20)) for content in (plain, same)]
    assert all(abs(one - other) <= 3 for one, other in zip(*shown, strict=True))


@pytest.mark.parametrize("form", ["GIF", "BMP", "EPS", "PPM"])
def test_images_of_other_kinds_are_refused_without_being_opened(form: str) -> None:
    with pytest.raises(FileUnreadable):
        to_pdfa(saved(letter("RGB"), form))


def test_an_image_that_is_cut_is_refused() -> None:
    content = saved(letter("RGB"), "PNG")
    with pytest.raises(FileUnreadable):
        to_pdfa(content[: len(content) // 2])
