from __future__ import annotations

import pytest

from caducee_dmp.brief.page import to_page

from .clinical_documents import statement, structured
from .practice_record import BIOLOGY, REMB, SYNTH, PracticeRecord


@pytest.fixture
def record() -> PracticeRecord:
    return PracticeRecord()


def test_the_page_is_whole_safe_and_says_every_answer(record: PracticeRecord) -> None:
    record.add(SYNTH, "11", structured(("<script>", "<paragraph>a &lt;b&gt; c</paragraph>"), title="<i>Titre</i>"))
    record.add(BIOLOGY, "10", trouble="DMPAccessDeniedByRightsService")
    record.add(REMB, "60", statement(("STATINE <5>", "20260301", "1")))
    page = to_page(record.brief(), patient="<b>Mme N.</b>")
    assert "<script" not in page
    assert "a &lt;b&gt; c" in page
    assert "&lt;b&gt;Mme N.&lt;/b&gt;" in page
    for said in ("Accès non autorisé", "Non récupéré", "Aucun", "STATINE &lt;5&gt;"):
        assert said in page
    assert "http" not in page.replace("http-equiv", "")
