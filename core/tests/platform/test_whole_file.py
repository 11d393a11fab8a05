"""A file is there whole or not at all."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path

import pytest

from caducee.platform.whole_file import write_whole


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, _: object, /) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    def opened(number: int, _: str) -> Full:
        os.close(number)
        return Full()

    monkeypatch.setattr(os, "fdopen", opened)


def test_a_file_takes_the_place_of_the_one_that_was_there(tmp_path: Path) -> None:
    for content in (b"one", b"two"):
        write_whole(tmp_path / "a.xml", content)
        assert (tmp_path / "a.xml").read_bytes() == content
    assert [one.name for one in tmp_path.iterdir()] == ["a.xml"]


def test_a_file_that_must_not_be_there_is_left_as_it_is(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.xml", b"one", over=False)
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "a.xml", b"two", over=False)
    assert (tmp_path / "a.xml").read_bytes() == b"one"
    assert [one.name for one in tmp_path.iterdir()] == ["a.xml"]


@pytest.mark.usefixtures("full_disk")
@pytest.mark.parametrize("over", [True, False])
def test_a_disk_that_is_full_leaves_no_part_of_a_file(tmp_path: Path, over: bool) -> None:
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "a.xml", b"one", over=over)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("full_disk")
def test_a_disk_that_is_full_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"one")
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "a.xml", b"two")
    assert (tmp_path / "a.xml").read_bytes() == b"one"
