from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from caducee_demo.browser import BROWSERS, photograph


def browser(folder: Path, body: str) -> None:
    """Put a program under a browser's name: it is given ``--screenshot=FILE`` and the page."""
    program = folder / BROWSERS[0]
    program.write_text(f"#!{sys.executable}\nimport sys\n{body}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def taken(folder: Path) -> bool:
    page = folder / "page.html"
    page.write_text("<p>SPECIMEN</p>", encoding="utf-8")
    return photograph(page, folder / "page.png", width=400, height=300)


@pytest.fixture(autouse=True)
def only_this_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def test_the_picture_is_what_the_browser_wrote(tmp_path: Path) -> None:
    body = "given = dict(a.split('=', 1) for a in sys.argv if '=' in a)\n"
    body += "open(given['--screenshot'], 'w').write(sys.argv[-1] + given['--window-size'])"
    browser(tmp_path, body)
    assert taken(tmp_path)
    assert (tmp_path / "page.png").read_text() == f"{(tmp_path / 'page.html').as_uri()}400,300"


def test_without_a_browser_there_is_no_picture(tmp_path: Path) -> None:
    assert not taken(tmp_path)


@pytest.mark.parametrize("body", ["sys.exit(1)", ""], ids=["it fails", "it writes nothing"])
def test_a_browser_that_shows_nothing_gives_no_picture(tmp_path: Path, body: str) -> None:
    browser(tmp_path, body)
    assert not taken(tmp_path)
