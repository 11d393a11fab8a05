from __future__ import annotations

from base64 import b64encode

import msgspec
import pytest

from caducee.cda.reading import read_document
from caducee.cda.reading.model import ReadWarning
from caducee.errors import PatientOpposed
from caducee.model.codes import LOINC, Code
from caducee_dmp.brief.model import Answer, Brief, PartName, Writer, WriterKind
from caducee_dmp.brief.page import to_page
from caducee_dmp.brief.words import of_piece
from caducee_dmp.record.model import Followed, Standing

from .clinical_documents import INSURANCE, PATIENT, statement, structured, text
from .practice_record import (
    BIOLOGY,
    BY_INS,
    DIRECTIVES,
    DISCHARGE,
    EVERYTHING,
    FOLLOWED,
    IMAGING,
    PROFILE,
    REMB,
    SYNTH,
    VACCINE,
    PracticeRecord,
)


def test_none_not_fetched_and_not_permitted_are_three_answers(record: PracticeRecord) -> None:
    never = record.brief(Followed()).part(PartName.SUMMARY)
    refused = record.brief(Followed(refused="DMPAccessDeniedByRightsService")).part(PartName.SUMMARY)
    none = record.brief().part(PartName.SUMMARY)
    assert (never.answer, refused.answer, none.answer) == (Answer.NOT_FETCHED, Answer.NOT_PERMITTED, Answer.NONE)
    assert "pas encore été interrogé" in never.sentence
    assert "ne vous autorise pas" in refused.sentence
    opposed = record.brief(Followed(refused=PatientOpposed.code)).part(PartName.SUMMARY)
    assert opposed.answer is Answer.NOT_PERMITTED
    assert "s'oppose" in opposed.sentence
    assert "aucun document de ce type pour les soins depuis le 25/11/2024" in none.sentence


def test_a_document_that_is_not_here_says_whether_it_was_refused_or_not_fetched(record: PracticeRecord) -> None:
    record.add(SYNTH, "11")
    record.add(BIOLOGY, "10", trouble="DMPAccessDeniedByRightsService")
    record.add(IMAGING, "31", trouble="service.protocol_violation")
    brief = record.brief()
    answers = [brief.part(name).pieces[0].answer for name in (PartName.SUMMARY, PartName.BIOLOGY, PartName.IMAGING)]
    assert answers == [Answer.NOT_FETCHED, Answer.NOT_PERMITTED, Answer.NOT_FETCHED]
    assert brief.part(PartName.BIOLOGY).answer is Answer.NOT_PERMITTED
    assert "sont dans le DMP" in brief.part(PartName.BIOLOGY).sentence


@pytest.mark.parametrize("name", [PartName.VACCINATIONS, PartName.WISHES, PartName.PROFILE])
def test_what_has_no_limit_of_date_is_none_only_once_somebody_searched_without_one(
    record: PracticeRecord, name: PartName
) -> None:
    assert record.brief().part(name).answer is Answer.NOT_FETCHED
    assert "plus anciens n'ont pas été demandés" in record.brief().part(name).sentence
    searched = record.brief(EVERYTHING).part(name)
    assert (searched.answer, searched.since) == (Answer.NONE, "")


def test_a_type_that_is_not_followed_is_not_said_to_be_absent(record: PracticeRecord) -> None:
    narrowed = msgspec.structs.replace(FOLLOWED, types=(f"11502-2^^{LOINC}",))
    brief = record.brief(narrowed)
    assert brief.filtered
    assert brief.part(PartName.BIOLOGY).answer is Answer.NONE
    assert brief.part(PartName.IMAGING).answer is Answer.NOT_FETCHED
    assert "n'est pas suivi" in brief.part(PartName.IMAGING).sentence


def test_the_latest_summary_is_shown_with_who_wrote_it(record: PracticeRecord) -> None:
    record.add(SYNTH, "11", structured(("Allergies", "<paragraph>Ancienne</paragraph>")), care="20250101080000")
    record.add(SYNTH, "11", structured(("Allergies", "<list><item>Pénicilline</item><item>Iode</item></list>")))
    record.add(SYNTH, "11", care="20261124080000", standing=Standing.REPLACED)
    part = record.brief().part(PartName.SUMMARY)
    (piece,) = part.pieces
    assert part.others == 1
    assert [(p.title, p.lines) for p in piece.passages] == [("Allergies", ("Pénicilline", "Iode"))]
    assert piece.writer == Writer(kind=WriterKind.PROFESSIONAL, name="Dominique LENOIR", organisation="CH de l'Exemple")


def test_the_patients_own_profile_is_marked_and_nobody_is_named(record: PracticeRecord) -> None:
    profile = structured(("Antécédents", "<paragraph>Asthme</paragraph>"), author=PATIENT)
    record.add(PROFILE, "90", profile, authors=(BY_INS,))
    brief = record.brief()
    (piece,) = brief.part(PartName.PROFILE).pieces
    assert piece.writer == Writer(kind=WriterKind.PATIENT)
    page = to_page(brief, patient="Mme Jeanne N.")
    assert "non vérifié par un professionnel" in page
    assert "NESSI" not in page


def test_what_the_patient_filed_as_a_summary_is_not_a_summary(record: PracticeRecord) -> None:
    record.add(SYNTH, "90", structured(("Moi", "<paragraph>Je vais bien</paragraph>"), author=PATIENT))
    assert record.brief().part(PartName.SUMMARY).answer is Answer.NONE


def test_letters_of_hospitals_are_known_by_their_type_or_by_where_they_come_from(record: PracticeRecord) -> None:
    letter = record.add(DISCHARGE, "10", text("Hospitalisée du 3 au 9.\nSortie sans traitement."))
    report = record.add(
        Code("11488-4", LOINC, "CR"), "10", text("Vue en consultation."), facility=Code("SA01", "1.2", "Hôpital")
    )
    record.add(Code("11488-4", LOINC, "CR"), "10", text("Au cabinet."), facility=Code("SA07", "1.2", "Cabinet"))
    part = record.brief().part(PartName.HOSPITAL)
    assert {piece.document_id for piece in part.pieces} == {letter, report}
    (lines,) = [piece.passages[0].lines for piece in part.pieces if piece.document_id == letter]
    assert lines == ("Hospitalisée du 3 au 9.", "Sortie sans traitement.")


def test_only_the_last_biology_and_the_last_imaging_are_shown(record: PracticeRecord) -> None:
    for care in ("20260101080000", "20260601080000"):
        record.add(BIOLOGY, "10", structured(("Sang", f"<paragraph>{care}</paragraph>")), care=care)
        record.add(IMAGING, "31", structured(("Conclusion", f"<paragraph>{care}</paragraph>")), care=care)
    brief = record.brief()
    for name in (PartName.BIOLOGY, PartName.IMAGING):
        (piece,) = brief.part(name).pieces
        assert piece.passages[0].lines == ("20260601080000",)
        assert brief.part(name).others == 1


def test_vaccinations_of_any_date_are_all_shown(record: PracticeRecord) -> None:
    table = "<table><tbody><tr><td>12/03/1998</td><td>ROR</td></tr></tbody></table>"
    record.add(VACCINE, "10", structured(("Vaccinations", table)), care="19980312080000")
    (piece,) = record.brief(EVERYTHING).part(PartName.VACCINATIONS).pieces
    assert piece.passages[0].lines == ("12/03/1998 · ROR",)


def test_reimbursements_become_treatment_lines_once_each_newest_first(record: PracticeRecord) -> None:
    old, new = ("STATINE EXEMPLE 5 mg", "20260301", "1"), ("STATINE EXEMPLE 5 mg", "20260901", "3")
    first = record.add(REMB, "60", statement(old), authors=())
    record.add(REMB, "60", statement(old, new), care="20261001080000", authors=())
    record.add(REMB, "60", statement(("TROP ANCIEN", "20230101", "1")), care="20230102080000")
    part = record.brief().part(PartName.TREATMENTS)
    assert [(line.date, line.name, line.quantity) for line in part.treatments] == [
        ("20260901", "STATINE EXEMPLE 5 mg", "3"),
        ("20260301", "STATINE EXEMPLE 5 mg", "1"),
    ]
    line = part.treatments[1]
    assert (line.prescribed_by, line.dispensed_by, line.document_id) == ("Camille ROUX", "PHARMACIE DU PORT", first)
    assert [code.code for code in line.codes] == ["3400900000000", "C10"]
    assert {piece.writer.said for piece in part.pieces} == {"Assurance Maladie"}


def test_directives_of_the_patient_are_shown_whole(record: PracticeRecord) -> None:
    record.add(DIRECTIVES, "90", text("Personne de confiance : ma sœur."), care="20180101080000")
    (piece,) = record.brief(EVERYTHING).part(PartName.WISHES).pieces
    assert piece.passages[0].lines == ("Personne de confiance : ma sœur.",)
    assert piece.writer.kind is WriterKind.PATIENT


def test_a_document_that_cannot_be_read_is_named_and_the_others_are_shown(record: PracticeRecord) -> None:
    record.add(DISCHARGE, "10", b"<not-a-cda/>")
    record.add(DISCHARGE, "10", text("Lisible."))
    part = record.brief().part(PartName.HOSPITAL)
    assert part.answer is Answer.SHOWN
    assert [piece.answer for piece in part.pieces] == [Answer.UNREADABLE, Answer.SHOWN]


def test_a_long_passage_says_how_much_is_left(record: PracticeRecord) -> None:
    lines = "".join(f"<paragraph>Ligne {n}</paragraph>" for n in range(20))
    record.add(BIOLOGY, "10", structured(("Sang", lines)))
    (passage,) = record.brief().part(PartName.BIOLOGY).pieces[0].passages
    assert (len(passage.lines), passage.more) == (12, 8)


def test_a_brief_is_data_that_goes_to_json_and_back(record: PracticeRecord) -> None:
    record.add(REMB, "60", statement(("STATINE", "20260301", "1")))
    record.add(PROFILE, "90", structured(("Moi", "<paragraph>Asthme</paragraph>"), author=INSURANCE))
    brief = record.brief()
    assert msgspec.json.decode(msgspec.json.encode(brief), type=Brief) == brief


@pytest.mark.parametrize(("losses", "incomplete"), [((), False), ((False,), False), ((False, True), True)])
def test_a_document_of_which_anything_was_lost_is_said_to_be_perhaps_not_whole(
    record: PracticeRecord, monkeypatch: pytest.MonkeyPatch, losses: tuple[bool, ...], *, incomplete: bool
) -> None:
    warnings = tuple(ReadWarning(code="c", message="m", line=1, xpath="", loss=loss) for loss in losses)
    content = structured(("Sang", "<paragraph>Hémoglobine</paragraph>"))
    damaged = msgspec.structs.replace(read_document(content), warnings=warnings)
    monkeypatch.setattr("caducee_dmp.brief.compose.read_document", lambda _: damaged)
    record.add(BIOLOGY, "10", content)
    (piece,) = record.brief().part(PartName.BIOLOGY).pieces
    assert piece.incomplete is incomplete


def test_a_document_that_is_a_file_is_named_with_its_type_and_opened_elsewhere(record: PracticeRecord) -> None:
    file = text(b64encode(b"%PDF-1.7").decode())
    record.add(BIOLOGY, "10", file.replace(b'"text/plain"', b'"application/pdf" representation="B64"'))
    record.add(IMAGING, "31", structured(("Conclusion", "<paragraph>Normale</paragraph>")))
    brief = record.brief()
    (read,), (whole,) = (brief.part(name).pieces for name in (PartName.BIOLOGY, PartName.IMAGING))
    assert (read.file, read.passages) == ("application/pdf", ())
    assert (whole.file, of_piece(whole)) == ("", "")
    assert of_piece(read) == "Ce document est un fichier : ouvrez-le depuis le dossier."


def test_a_document_without_anything_to_read_says_so(record: PracticeRecord) -> None:
    record.add(BIOLOGY, "10", structured())
    (piece,) = record.brief().part(PartName.BIOLOGY).pieces
    assert (piece.file, of_piece(piece)) == ("", "Ce document ne contient pas de texte à résumer.")
