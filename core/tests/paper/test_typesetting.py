from __future__ import annotations

import pypdfium2
import pytest
import typst

from caducee.paper.typesetting import NotLaidOut, typeset


def test_words_reach_the_page_as_data() -> None:
    page = b"#set document(date: datetime(year: 2026, month: 3, day: 2))\n#json(bytes(sys.inputs.page)).text"
    made = pypdfium2.PdfDocument(typeset(page, page={"text": "du balisage : #panic()"}))
    assert "#panic()" in made[0].get_textpage().get_text_bounded()
    made.close()


def test_a_page_that_cannot_be_set_says_nothing_of_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*given: object, **how: object) -> bytes:
        raise typst.TypstError("NESSI")

    monkeypatch.setattr(typst, "compile", fails)
    with pytest.raises(NotLaidOut) as refused:
        typeset(b"text", page={})
    assert "NESSI" not in repr(refused.value)
    assert refused.value.__cause__ is None
