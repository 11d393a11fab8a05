"""What a wheel promises is what its extension needs, and a card's module is never linked into it."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

import pytest

import caducee_native._native
from tools.wheels import main

EXTENSION = Path(caducee_native._native.__file__)
SYSTEM = re.compile(r"(lib(c|m|gcc_s|pthread|dl|rt)|ld-linux-[\w-]+)\.so\.\d+")


def readelf(option: str) -> str:
    return subprocess.run(["readelf", "-W", option, EXTENSION], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def needed() -> tuple[int, int]:
    """The newest symbol of the C library that the extension asks for, by binutils."""
    return max((int(major), int(minor)) for major, minor in re.findall(r"GLIBC_(\d+)\.(\d+)", readelf("-V")))


def wheel(folder: Path, version: tuple[int, int], *more: tuple[str, bytes]) -> Path:
    major, minor = version
    made = folder / f"caducee_native-0.1.0-cp311-abi3-manylinux_{major}_{minor}_x86_64.whl"
    with zipfile.ZipFile(made, "w") as content:
        content.write(EXTENSION, "caducee_native/_native.abi3.so")
        for name, data in more:
            content.writestr(name, data)
    return made


def test_a_tag_that_promises_what_is_needed_is_published(tmp_path: Path, needed: tuple[int, int]) -> None:
    wheel(tmp_path, needed)
    assert main(tmp_path, []) == 0


def test_a_tag_that_promises_an_older_library_than_any_file_inside_needs_is_not(
    tmp_path: Path, needed: tuple[int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    wheel(tmp_path, (needed[0], needed[1] - 1))
    assert main(tmp_path, []) == 1
    assert f"needs glibc {needed[0]}.{needed[1]}" in capsys.readouterr().err
    newer = b"\x7fELF GLIBC_%d.%d" % (needed[0], needed[1] + 1)
    wheel(tmp_path, needed, ("caducee_native.libs/libother.so", newer))
    assert main(tmp_path, []) == 1
    assert "libother.so" in capsys.readouterr().err


def test_the_extension_links_nothing_but_the_system_s_own_libraries() -> None:
    linked = re.findall(r"NEEDED.*\[(.+)\]", readelf("-d"))
    assert linked
    assert [name for name in linked if not SYSTEM.fullmatch(name)] == []
