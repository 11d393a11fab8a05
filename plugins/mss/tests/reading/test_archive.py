from __future__ import annotations

import io
import stat
import struct
import zipfile

import pytest

from caducee_mss.reading.archive import Unpacker
from caducee_mss.reading.limits import Limits
from caducee_mss.reading.oddities import Oddities
from plugins.mss.tests.written import packed

GOOD = {"A/B.TXT": b"contenu", "C.TXT": b"autre"}


def opened(content: bytes, **limits: int) -> tuple[dict[str, bytes] | None, set[str]]:
    oddities = Oddities()
    made = Unpacker(Limits(**limits), oddities).open(content, part="2")
    assert all(one.doubt for one in oddities.found)
    return made.files if made else None, {one.code for one in oddities.found}


def with_entry(**fields: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        info = zipfile.ZipInfo("lien")
        for name, value in fields.items():
            setattr(info, name, value)
        archive.writestr(info, b"/etc/passwd")
    return made.getvalue()


def test_a_sound_archive_is_opened_whole() -> None:
    assert opened(packed(GOOD)) == (GOOD, set())
    assert opened(packed(GOOD, zipfile.ZIP_STORED)) == (GOOD, set())


@pytest.mark.parametrize("name", ["../a", "a/../../b", "/a", "C:/a", "a\\..\\..\\b", "\\a"])
def test_what_leaves_the_folder_is_left_out(name: str) -> None:
    files, codes = opened(packed({name: b"x", "C.TXT": b"y"}))
    assert files == {"C.TXT": b"y"}
    assert codes == {"archive.path"}


def test_links_are_left_out() -> None:
    assert opened(with_entry(external_attr=(stat.S_IFLNK | 0o777) << 16)) == ({}, {"archive.link"})


def test_what_is_encrypted_is_left_out() -> None:
    content = bytearray(packed(GOOD))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    files, codes = opened(bytes(content))
    assert files == {"C.TXT": b"autre"}
    assert codes == {"archive.encrypted"}


def test_other_compressions_are_left_out() -> None:
    files, codes = opened(packed({"a": b"x" * 100}, zipfile.ZIP_LZMA))
    assert (files, codes) == ({}, {"archive.method"})


def test_the_same_name_twice_is_a_doubt_and_the_first_stays() -> None:
    files, codes = opened(packed({"A.XML": b"1", "a.xml": b"2"}))
    assert (files, codes) == ({"A.XML": b"1"}, {"archive.twice"})


def test_a_wrong_checksum_is_a_damage() -> None:
    content = packed(GOOD, zipfile.ZIP_STORED).replace(b"contenu", b"CONTENU")
    files, codes = opened(content)
    assert (files, codes) == ({"C.TXT": b"autre"}, {"archive.file"})


def test_what_unpacks_beyond_reason_is_not_unpacked() -> None:
    bomb = packed({"a": b"\0" * 20_000_000, "b": b"ok"})
    assert opened(bomb) == ({"b": b"ok"}, {"archive.bomb"})
    many = packed({f"{at}": b"x" * 1000 for at in range(10)})
    files, codes = opened(many, expanded=5_500)
    assert files is not None
    assert (len(files), codes) == (5, {"archive.bomb"})


def test_a_size_that_lies_unpacks_no_more_than_it_says() -> None:
    content = bytearray(packed({"a": b"\0" * 1_000_000}))
    at = content.index(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, 10)
    assert opened(bytes(content)) == ({}, {"archive.file"})


def test_too_many_files_are_not_opened() -> None:
    assert opened(packed({f"{at}": b"" for at in range(50)}), files=49) == (None, {"archive.excess"})


@pytest.mark.parametrize("cut", [1, 10, 21, 30, 60, 100])
def test_an_archive_that_was_cut_is_damaged(cut: int) -> None:
    assert opened(packed(GOOD)[:-cut])[0] is None


def test_what_stands_around_the_files_is_a_doubt() -> None:
    assert opened(packed(GOOD) + b"suite")[1] == {"archive.around"}
    assert opened(b"avant" + packed(GOOD)) == (GOOD, {"archive.around"})


def test_folders_are_no_files_and_backslashes_are_separators() -> None:
    assert opened(packed({"A/": b"", "A\\B.TXT": b"x"})) == ({"A/B.TXT": b"x"}, set())
