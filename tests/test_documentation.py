"""The pages point at what exists, and say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from caducee.cda.file import build, decode
from caducee.cda.rules import Severity, check_document
from caducee.serve import schema
from caducee_annuaire.prerequisites import PREREQUISITES as ANNUAIRE
from caducee_dmp.prerequisites import PREREQUISITES as DMP
from caducee_eprescription.prerequisites import PREREQUISITES as RX
from caducee_insi.prerequisites import PREREQUISITES as INSI
from caducee_mss.prerequisites import PREREQUISITES as MSS
from caducee_paymed_tp.prerequisites import PREREQUISITES as TP
from caducee_psc.prerequisites import PREREQUISITES as PSC

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    broken = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize("prerequisite", [*INSI, *DMP, *MSS, *PSC, *ANNUAIRE, *RX, *TP], ids=lambda one: one.key)
def test_going_live_names_every_key_that_the_code_asks_for(prerequisite: object) -> None:
    page = (ROOT / "docs/how-to/going-live.md").read_text(encoding="utf-8")
    assert f"`{prerequisite.key}`" in page  # type: ignore[attr-defined]


def test_the_index_names_every_page() -> None:
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    pages = {str(page.relative_to(ROOT / "docs")) for page in PAGES if page.is_relative_to(ROOT / "docs")}
    missing = {page for page in pages if page not in index and not page.startswith("adr/")} - {"README.md"}
    assert missing == set()


def test_the_page_of_serve_names_every_verb_and_every_code() -> None:
    page = (ROOT / "docs/reference/serve.md").read_text(encoding="utf-8")
    described = schema()
    assert [name for name in (*described["verbs"], *described["codes"]) if f"`{name}`" not in page] == []


EXAMPLES = sorted((ROOT / "docs/examples").glob("*.json"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_of_a_document_is_built_without_errors_and_has_its_page_and_its_picture(example: Path) -> None:
    document = build(decode(example.read_bytes())).document
    assert [one for one in check_document(document) if one.severity is Severity.ERROR] == []
    page = (ROOT / f"docs/how-to/documents/{example.stem}.md").read_text(encoding="utf-8")
    assert f"docs/examples/{example.stem}.json" in page
    assert (ROOT / f"docs/pictures/documents/{example.stem}.png").exists()
