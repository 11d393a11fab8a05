"""The brief of a record, looked at in Chromium as on a desk, on a telephone and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from caducee_dmp.brief.model import Answer, PartName
from caducee_dmp.brief.page import to_page
from tests.interop.chromium import Page, browsing
from tools.brief_picture import invented

pytestmark = pytest.mark.interop
PATIENT = "Mme Jeanne N. (patiente inventée)"
A4 = (595, 842)
WORDS = """[...document.querySelectorAll('section')].map((section) => {
  const box = section.getBoundingClientRect(), style = getComputedStyle(section);
  const said = section.querySelector('.sentence, .warning');
  return [section.id, {answer: section.className, said: section.innerText, height: box.height,
                       seen: style.visibility === 'visible' && style.display !== 'none',
                       mark: style.borderLeftColor, words: getComputedStyle(said || section).color}];
})"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder: Path = tmp_path_factory.mktemp("brief")
    written = folder / "brief.html"
    written.write_text(to_page(invented(), patient=PATIENT), encoding="utf-8")
    with browsing(folder / "profile") as opened:
        opened.open(written.as_uri())
        yield opened


def sections(page: Page) -> dict[str, Any]:
    return dict(page.evaluate(WORDS))


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_is_cut_at_the_side_of_the_screen(page: Page, width: int) -> None:
    page.widen(width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.scrollHeight") > 800


def test_every_part_is_seen_with_its_words(page: Page) -> None:
    page.widen(1280)
    found = sections(page)
    assert found.keys() == set(PartName)
    assert all(one["seen"] and one["height"] > 30 and one["said"] for one in found.values())


def test_not_permitted_not_fetched_and_none_are_read_as_three_answers(page: Page) -> None:
    page.widen(1280)
    found = sections(page)
    refused, later, nothing = (found[name] for name in (PartName.BIOLOGY, PartName.VACCINATIONS, PartName.IMAGING))
    assert [one["answer"] for one in (refused, later, nothing)] == [
        Answer.NOT_PERMITTED,
        Answer.NOT_FETCHED,
        Answer.NONE,
    ]
    assert "ne vous autorise pas" in refused["said"]
    assert "n'ont pas été demandés" in later["said"]
    assert "ne montre aucun document" in nothing["said"]
    assert len({one["mark"] for one in (refused, later, nothing)}) == 3
    assert len({one["words"] for one in (refused, later, nothing)}) == 3


def test_what_the_patient_wrote_says_so(page: Page) -> None:
    assert "patient" in sections(page)[PartName.PROFILE]["said"].lower()


def test_a_line_of_the_contents_leads_to_its_part(page: Page) -> None:
    page.widen(1280)
    page.click(f'a[href="#{PartName.TREATMENTS}"]')
    box = page.evaluate(f"document.getElementById('{PartName.TREATMENTS}').getBoundingClientRect().top")
    assert 0 <= box < 800


def test_it_is_printed_on_a4_with_every_part(page: Page) -> None:
    with pypdfium2.PdfDocument(page.printed()) as paper:
        sizes = {tuple(round(side) for side in sheet.get_size()) for sheet in paper}
        text = " ".join(" ".join(sheet.get_textpage().get_text_bounded().split()) for sheet in paper)
    assert all(abs(width - A4[0]) <= 1 and abs(height - A4[1]) <= 1 for width, height in sizes)
    for said in (PATIENT, "ne vous autorise pas", "STATINE EXEMPLE"):
        assert said in text
