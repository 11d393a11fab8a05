from __future__ import annotations

import msgspec
import pytest

from caducee.model.codes import Code
from caducee_dmp.brief.model import (
    Answer,
    Brief,
    Part,
    PartName,
    Passage,
    Piece,
    TreatmentLine,
    Writer,
    WriterKind,
)
from caducee_dmp.brief.page import to_page

from .clinical_documents import statement, structured
from .practice_record import BIOLOGY, REMB, SYNTH, PracticeRecord

DOCTOR = Writer(kind=WriterKind.PROFESSIONAL, name="Dominique LENOIR")
FROM_INSURANCE = "ce qui a été délivré, pas ce qui est pris"


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


def piece(**said: object) -> Piece:
    described = {"title": "Compte rendu", "type": None, "date": "20261120", "writer": DOCTOR, "answer": Answer.SHOWN}
    return Piece(document_id="1.2.250.1.999.7.1", **{**described, **said})  # type: ignore[arg-type]


def page(part: Part, **said: object) -> str:
    brief = Brief(local_id="P1", made="20261125083000", asked="20261125080000", parts=(part,))
    return to_page(msgspec.structs.replace(brief, **said), patient="Mme N.")


def part_of(*pieces: Piece, name: PartName = PartName.BIOLOGY, **said: object) -> Part:
    return Part(name=name, answer=Answer.SHOWN, pieces=pieces, **said)  # type: ignore[arg-type]


def medicine(name: str = "STATINE EXEMPLE 5 mg", *groups: str) -> TreatmentLine:
    codes = (Code("3400900000000", "1.2.250.1.215.200.1.1.1", name), *(Code("C10", "1.2", group) for group in groups))
    return TreatmentLine(date="20260301", name=name, codes=codes, document_id="1.2.250.1.999.7.1")


def test_what_insurance_counts_is_said_not_to_be_what_is_taken_and_only_there() -> None:
    treatments = part_of(piece(), name=PartName.TREATMENTS, treatments=(medicine(),))
    assert FROM_INSURANCE in page(treatments)
    assert FROM_INSURANCE not in page(part_of(piece()))
    assert FROM_INSURANCE not in page(part_of(name=PartName.TREATMENTS))


@pytest.mark.parametrize(("more", "said"), [(1, "1 ligne de plus"), (2, "2 lignes de plus")])
def test_lines_left_out_are_counted(more: int, said: str) -> None:
    passage = Passage(title="Sang", lines=("Hémoglobine 13 g/dL",), more=more)
    assert f"… {said} dans le document." in page(part_of(piece(passages=(passage,))))


def test_a_whole_passage_says_nothing_of_lines_left_out() -> None:
    assert "de plus dans le document" not in page(part_of(piece(passages=(Passage(title="", lines=("a",)),))))


@pytest.mark.parametrize(
    ("others", "said"), [(1, "1 autre document plus ancien dans"), (2, "2 autres documents plus anciens dans")]
)
def test_documents_left_out_are_counted(others: int, said: str) -> None:
    assert said in page(part_of(piece(), others=others))


def test_a_part_that_shows_all_there_is_says_nothing_of_others() -> None:
    assert "plus ancien" not in page(part_of(piece()))


@pytest.mark.parametrize("groups", [("HYPOLIPIDÉMIANTS",), ("", "HYPOLIPIDÉMIANTS"), ("HYPOLIPIDÉMIANTS", "AUTRE")])
def test_a_medicine_is_shown_once_with_its_therapeutic_group(groups: tuple[str, ...]) -> None:
    shown = page(part_of(name=PartName.TREATMENTS, treatments=(medicine("STATINE EXEMPLE", *groups),)))
    assert "<td>STATINE EXEMPLE<br><small>HYPOLIPIDÉMIANTS</small></td>" in shown


def test_a_medicine_without_group_has_its_name_alone() -> None:
    shown = page(part_of(name=PartName.TREATMENTS, treatments=(medicine("STATINE EXEMPLE"),)))
    assert "<td>STATINE EXEMPLE</td>" in shown


@pytest.mark.parametrize(
    ("count", "said"),
    [(60, ""), (61, "… 1 délivrance plus ancienne."), (62, "… 2 délivrances plus anciennes.")],
)
def test_a_long_list_of_medicines_says_how_many_are_left_out(count: int, said: str) -> None:
    shown = page(part_of(name=PartName.TREATMENTS, treatments=(medicine(),) * count))
    assert shown.count("<tr><td>") == 60
    assert said in shown
    assert ("plus ancienne" in shown) is bool(said)


def test_a_document_that_is_not_here_is_not_called_incomplete() -> None:
    shown = page(part_of(piece(answer=Answer.NOT_FETCHED)))
    assert 'class="sentence">Le contenu de ce document' in shown
    assert 'class="warning"' not in shown


def test_a_document_that_may_not_be_whole_is_said_so_even_among_treatments() -> None:
    treatments = part_of(
        piece(), piece(title="Relevé", incomplete=True), name=PartName.TREATMENTS, treatments=(medicine(),)
    )
    shown = page(treatments)
    assert '<p class="warning">Ce document présente des anomalies ; il est peut-être incomplet.</p>' in shown
    assert "Compte rendu" not in shown


@pytest.mark.parametrize("hidden", [{"answer": Answer.NOT_FETCHED}, {"passages": (Passage(title="", lines=("a",)),)}])
def test_a_statement_beside_the_treatments_is_left_out_only_if_they_say_all_of_it(hidden: dict[str, object]) -> None:
    assert "Compte rendu" in page(part_of(piece(**hidden), name=PartName.TREATMENTS, treatments=(medicine(),)))


@pytest.mark.parametrize("name", ["refused", "filtered"])
def test_a_record_that_is_not_shown_whole_says_so_above_everything(name: str) -> None:
    whole, partly = page(part_of()), page(part_of(), **{name: True if name == "filtered" else "service.refused"})
    assert (whole.count('role="note"'), partly.count('role="note"')) == (0, 1)


def test_a_record_never_asked_for_says_so() -> None:
    assert "DMP jamais consulté pour ce patient" in page(part_of(), asked="")
    assert "DMP consulté le 25/11/2026" in page(part_of())


@pytest.mark.parametrize(
    ("said", "heading"),
    [
        ({"title": "Titre"}, "Titre"),
        ({"title": "", "type": Code("11502-2", "2.16.840.1.113883.6.1", "Biologie")}, "Biologie"),
        ({"title": ""}, "Document"),
    ],
)
def test_a_document_is_headed_by_its_title_or_else_by_its_type(said: dict[str, object], heading: str) -> None:
    assert f"<h3>{heading}</h3>" in page(part_of(piece(**said)))


def test_what_there_is_to_say_of_a_part_stands_above_it() -> None:
    assert '<p class="sentence">Rien &lt;depuis&gt; 2024.</p>' in page(part_of(sentence="Rien <depuis> 2024."))
    assert '<p class="sentence">' not in page(part_of(piece(passages=(Passage(title="", lines=("a",)),))))


def test_the_index_of_the_page_counts_what_is_shown_or_says_why_nothing_is() -> None:
    assert "Dernière biologie</a> <span>2</span>" in page(part_of(piece(), piece()))
    treatments = part_of(piece(), piece(), name=PartName.TREATMENTS, treatments=(medicine(),) * 3)
    assert "24 mois</a> <span>3</span>" in page(treatments)
    untabulated = part_of(piece(), name=PartName.TREATMENTS)
    assert "24 mois</a> <span>1</span>" in page(untabulated)
    refused = msgspec.structs.replace(part_of(), answer=Answer.NOT_PERMITTED)
    assert "Dernière biologie</a> <span>Accès non autorisé</span>" in page(refused)
