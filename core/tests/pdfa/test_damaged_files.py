from __future__ import annotations

import contextlib
import io
import zlib

import pikepdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from caducee.pdfa import FileTooLarge, FileUnreadable, How, to_pdfa

from .shapes import changed, plain

CLASSIC = changed(lambda pdf: None, plain(3), object_stream_mode=pikepdf.ObjectStreamMode.disable)


@pytest.mark.parametrize("part", [0.3, 0.5, 0.7, 0.9, 0.98])
def test_a_file_that_is_cut_is_refused_whatever_can_still_be_read(part: float) -> None:
    with pytest.raises(FileUnreadable):
        to_pdfa(CLASSIC[: int(len(CLASSIC) * part)])


def test_a_file_whose_index_is_wrong_is_put_together_again_and_that_is_said() -> None:
    made = to_pdfa(CLASSIC.replace(b"startxref\n", b"startxref\n9"))
    assert (made.how, made.pages) == (How.REPAIRED, 3)
    assert "abîmée" in made.notes[0]


def test_a_page_that_is_gone_is_not_replaced_by_a_blank_one() -> None:
    with pikepdf.open(io.BytesIO(CLASSIC)) as pdf:
        number = pdf.pages[1].Contents.objgen[0]
    without = CLASSIC.replace(f"\n{number} 0 obj".encode(), b"\n999 0 obj").replace(b"startxref\n", b"startxref\n9")
    with pytest.raises(FileUnreadable):
        to_pdfa(without)


def test_what_a_gateway_writes_before_and_after_a_file_is_left_aside() -> None:
    assert to_pdfa(b"X-Header: 1\r\n\r\n" + CLASSIC + b"\0" * 3000).pages == 3


def test_a_stream_made_to_fill_the_memory_is_refused() -> None:
    bomb = zlib.compress(bytes(80_000_000))

    def swell(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Contents = pikepdf.Stream(pdf, b"")
        pdf.pages[0].Contents.write(bomb, filter=pikepdf.Name.FlateDecode)

    with pytest.raises(FileTooLarge):
        to_pdfa(changed(swell, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none))


def test_a_font_that_is_damaged_is_not_drawn_with_another() -> None:
    def spoil(pdf: pikepdf.Pdf) -> None:
        (font, *_) = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/FontFile3" in one]
        raw = font.FontFile3.read_raw_bytes()
        font.FontFile3.write(raw[:200] + bytes(40) + raw[240:], filter=pikepdf.Name.FlateDecode)

    content = changed(spoil, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    with pytest.raises(FileUnreadable):
        to_pdfa(content)


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, len(CLASSIC) - 1), byte=st.integers(0, 255))
@example(at=0, byte=0)
@example(at=CLASSIC.index(b"/StructParents 1 /Type /Page") + 29, byte=0)  # a page that is no dictionary any more
def test_a_wrong_byte_anywhere_gives_a_file_or_an_error_of_ours(at: int, byte: int) -> None:
    damaged = CLASSIC[:at] + bytes([byte]) + CLASSIC[at + 1 :]
    with contextlib.suppress(FileUnreadable, FileTooLarge):
        assert to_pdfa(damaged).pages == 3
