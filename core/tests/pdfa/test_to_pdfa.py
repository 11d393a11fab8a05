from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pikepdf
import pypdfium2
import pytest
import typst
from PIL import Image, ImageChops, ImageDraw

from caducee.errors import CapabilityMissing
from caducee.pdfa import FileEncrypted, FileTooLarge, FileUnreadable, How, to_pdfa
from caducee.pdfa.colour import grey_profile, srgb_profile


def plain(pages: int = 1, *, standard: str = "1.7") -> bytes:
    source = "#pagebreak()\n".join(f"= Page {number}\nBonjour\n" for number in range(pages))
    made: bytes = typst.compile(source.encode(), format="pdf", ignore_system_fonts=True, pdf_standards=[standard])
    return made


def changed(change: Callable[[pikepdf.Pdf], object], **how: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain())) as pdf:
        change(pdf)
        pdf.save(out, **how)
    return out.getvalue()


def image(mode: str = "RGB", size: tuple[int, int] = (400, 200), *, form: str = "PNG", **how: object) -> bytes:
    made = Image.new(mode, size, {"1": 1, "I;16": 60_000, "CMYK": (0, 0, 0, 0)}.get(mode, "white"))
    if mode in ("RGB", "L"):
        ImageDraw.Draw(made).rectangle((0, 0, 40, 40), fill="black")
    out = io.BytesIO()
    made.save(out, form, **how)
    return out.getvalue()


def seen(pdf: bytes, page: int = 0) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[page].render(scale=1).to_pil().convert("L")
    finally:
        document.close()


def test_a_file_that_is_pdfa_already_comes_back_as_it_is() -> None:
    content = plain(standard="a-1b")
    made = to_pdfa(content)
    assert (made.content, made.how, made.notes) == (content, How.UNCHANGED, ())


def test_text_is_kept_where_fonts_and_colours_allow() -> None:
    made = to_pdfa(plain(3), title="Une lettre <&>")
    assert (made.how, made.pages, made.notes) == (How.REPAIRED, 3, ())
    document = pypdfium2.PdfDocument(made.content)
    assert "Bonjour" in document[2].get_textpage().get_text_bounded()
    document.close()
    assert made.content.startswith(b"%PDF-1.4")
    assert b"Une lettre &lt;&amp;&gt;" in made.content


def test_the_same_file_gives_the_same_bytes() -> None:
    assert to_pdfa(plain()) == to_pdfa(plain())
    assert to_pdfa(image()) == to_pdfa(image())


def no_font(pdf: pikepdf.Pdf) -> None:
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    pdf.pages[0].Resources.Font["/X"] = pdf.make_indirect(font)
    pdf.pages[0].contents_add(b"BT /X 12 Tf (Bonjour) Tj ET")


def see_through(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Resources.ExtGState = pikepdf.Dictionary(G=pikepdf.Dictionary(ca=0.5))


def press_colours(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"1 0 0 0 k")


def stamped(pdf: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[10, 10, 90, 90])
    pdf.pages[0].Annots = pikepdf.Array([note])


def layered(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([]))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (no_font, "police"),
        (see_through, "transparence"),
        (press_colours, "CMJN"),
        (stamped, "annotations"),
        (layered, "calques"),
    ],
)
def test_pages_that_cannot_be_kept_become_pictures_and_the_notes_say_why(
    change: Callable[[pikepdf.Pdf], None], why: str
) -> None:
    made = to_pdfa(changed(change))
    assert made.how is How.RASTERIZED
    assert why in made.notes[0]
    assert "200 points par pouce" in made.notes[0]


def test_a_file_joined_to_a_pdf_is_not_dropped_in_silence() -> None:
    def join(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["annexe.txt"] = pikepdf.AttachedFileSpec(pdf, b"x", filename="annexe.txt")

    made = to_pdfa(changed(join))
    assert made.how is How.REPAIRED
    assert "n'ont pas été conservés" in made.notes[0]
    assert b"annexe" not in made.content


def test_what_runs_is_taken_away() -> None:
    def script(pdf: pikepdf.Pdf) -> None:
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.Root.OpenAction = action
        pdf.pages[0].AA = pikepdf.Dictionary(O=action)

    assert b"JavaScript" not in to_pdfa(changed(script)).content


def test_a_turned_page_stays_turned_and_keeps_its_size() -> None:
    def turn(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Rotate = 90
        no_font(pdf)

    made = to_pdfa(changed(turn))
    picture = seen(made.content)
    assert picture.width > picture.height


def test_a_file_that_opens_without_a_password_is_read() -> None:
    content = changed(lambda pdf: None, encryption=pikepdf.Encryption(user="", owner="x"))
    made = to_pdfa(content)
    assert made.how is How.REPAIRED
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        assert not pdf.is_encrypted


def test_a_file_with_a_password_is_refused_in_french() -> None:
    content = changed(lambda pdf: None, encryption=pikepdf.Encryption(user="x", owner="y"))
    with pytest.raises(FileEncrypted) as refused:
        to_pdfa(content)
    assert "mot de passe" in refused.value.explain().sentence


@pytest.mark.parametrize(
    "content", [b"", b"not a file", b"%PDF-1.4\nnothing", image()[:200], plain()[:300], b"GIF89a", b"\x89PNG\r\n\x1a\n"]
)
def test_a_damaged_file_is_refused(content: bytes) -> None:
    with pytest.raises(FileUnreadable):
        to_pdfa(content)


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (image(dpi=(200, 200)), (144, 72)),
        (image(form="JPEG", dpi=(200, 200)), (144, 72)),
        (image("L", form="JPEG", dpi=(100, 100)), (288, 144)),
        (image("1", dpi=(200, 200)), (144, 72)),
        (image("CMYK", form="TIFF", dpi=(200, 200)), (144, 72)),
        (image("RGBA", dpi=(200, 200)), (144, 72)),
        (image("LA", dpi=(200, 200)), (144, 72)),
        (image("I;16", dpi=(200, 200)), (144, 72)),
        (image(), (842, 421)),
    ],
)
def test_an_image_of_any_mode_becomes_a_page_of_its_size(content: bytes, size: tuple[int, int]) -> None:
    made = to_pdfa(content)
    assert (made.how, made.pages) == (How.IMAGE, 1)
    picture = seen(made.content)
    assert abs(picture.width - size[0]) <= 1
    assert abs(picture.height - size[1]) <= 1
    assert picture.getpixel((picture.width - 5, picture.height - 5)) > 0


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_comes_out_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = seen(to_pdfa(image(form="JPEG", exif=exif, dpi=(72, 72))).content)
    dark = {
        corner: picture.getpixel(corner) < 100
        for corner in ((5, 5), (picture.width - 6, 5), (5, picture.height - 6), (picture.width - 6, picture.height - 6))
    }
    expected = {1: 0, 2: 1, 3: 3, 4: 2, 5: 0, 6: 1, 7: 3, 8: 2}[orientation]
    assert [at for at, found in enumerate(dark.values()) if found] == [expected]
    assert (picture.width > picture.height) is (orientation <= 4)


def test_each_page_of_a_fax_is_there_in_black_and_white() -> None:
    frames = [Image.new("1", (1728, 2200), 1) for _ in range(3)]
    out = io.BytesIO()
    frames[0].save(out, "TIFF", compression="group4", dpi=(204, 196), save_all=True, append_images=frames[1:])
    made = to_pdfa(out.getvalue())
    assert made.pages == 3
    assert seen(made.content, 2).getpixel((300, 300)) == 255
    assert len(made.content) < 100_000


def test_a_file_that_is_too_heavy_is_made_with_less_detail_and_says_so() -> None:
    noise = Image.effect_noise((2000, 2000), 80).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=95, dpi=(200, 200))
    limit = len(to_pdfa(out.getvalue()).content) * 2 // 3
    made = to_pdfa(out.getvalue(), max_bytes=limit)
    assert len(made.content) <= limit
    assert "finesse" in made.notes[-1]
    with pytest.raises(FileTooLarge):
        to_pdfa(out.getvalue(), max_bytes=10_000)


def test_an_image_made_to_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(FileTooLarge):
        to_pdfa(image(size=(400, 400)))


@pytest.mark.parametrize("library", ["pikepdf", "pypdfium2", "PIL.Image"])
def test_a_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    content = image() if library == "PIL.Image" else changed(no_font)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(CapabilityMissing, match=r"caducee\[pdfa\]"):
        to_pdfa(content)


@pytest.mark.parametrize("profile", [srgb_profile(), grey_profile()])
def test_a_profile_is_read_by_a_colour_engine(profile: bytes) -> None:
    from PIL import ImageCms

    read = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    assert read.profile.version == pytest.approx(2.1)
    assert read.profile.profile_description == "sRGB IEC61966-2.1"


def test_our_profile_means_the_colours_of_srgb() -> None:
    from PIL import ImageCms

    ours = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))
    picture = Image.linear_gradient("L").convert("RGB")
    theirs = ImageCms.profileToProfile(picture, ours, ImageCms.createProfile("sRGB"))
    assert max(worst for _, worst in ImageChops.difference(picture, theirs).getextrema()) <= 2
