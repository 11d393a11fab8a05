from __future__ import annotations

from pathlib import Path

from caducee_demo.page import write_page
from caducee_demo.story import Sheet, Story


def page_of(story: Story, folder: Path) -> str:
    write_page(story, folder / "index.html")
    return (folder / "index.html").read_text(encoding="utf-8")


def test_what_people_typed_is_escaped(tmp_path: Path) -> None:
    story = Story()
    story.show(Sheet(title="<script>", patient="A & B", author="$author", where="« ici »", arrived=True))
    page = page_of(story, tmp_path)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "A &amp; B" in page


def test_a_picture_that_is_to_be_read_takes_the_whole_width(tmp_path: Path) -> None:
    story = Story()
    picture = tmp_path / "page.png"
    picture.write_bytes(b"picture")
    story.show(Sheet(title="A", patient="B", author="C", where="D", arrived=True, picture=picture, wide=True))
    page = page_of(story, tmp_path)
    assert '<article class="sheet wide"><img' in page


def test_the_page_says_that_the_services_are_simulated(tmp_path: Path) -> None:
    assert "SPECIMEN" in page_of(Story(), tmp_path)


def test_the_page_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    page = page_of(Story(), tmp_path)
    assert "http://" not in page
    assert "https://" not in page
