from __future__ import annotations

import pikepdf
import pytest

from caducee.pdfa import FormNotDrawn, How, to_pdfa

from .shapes import UNFIT, annotation, attached, changed, core_font, field, seen, signed, stamp


def notes(content: bytes) -> str:
    return " ".join(to_pdfa(content).notes)


@pytest.mark.parametrize("name", UNFIT)
def test_pages_that_cannot_be_kept_become_pictures_that_look_the_same(name: str) -> None:
    content = changed(UNFIT[name][0])
    made = to_pdfa(content)
    assert made.how is How.RASTERIZED
    before, after = seen(content), seen(made.content)
    assert before.size == after.size
    assert before.resize((60, 85)).getextrema() != ((255, 255),) * 3
    pairs = zip(before.resize((60, 85)).tobytes(), after.resize((60, 85)).tobytes(), strict=True)
    assert max(abs(one - other) for one, other in pairs) < 40


def test_the_value_of_a_form_stays_visible() -> None:
    empty = seen(to_pdfa(changed(lambda pdf: None)).content).crop((100, 642, 200, 742))
    filled = seen(to_pdfa(changed(field)).content).crop((100, 642, 200, 742))
    assert empty.getextrema()[0] == (255, 255)
    assert filled.getextrema()[0][0] < 100


def test_a_stamp_stays_visible() -> None:
    assert seen(to_pdfa(changed(stamp)).content).getpixel((150, 692))[1] < 30


@pytest.mark.parametrize("more", [lambda pdf: None, core_font(b"BT /Core 9 Tf (x) Tj ET")], ids=["kept", "pictures"])
def test_a_file_joined_to_a_pdf_is_not_dropped_in_silence(more) -> None:
    def both(pdf: pikepdf.Pdf) -> None:
        attached(pdf)
        more(pdf)

    assert "fichiers joints au PDF n'ont pas été conservés" in notes(changed(both))


def test_an_electronic_signature_is_not_dropped_in_silence() -> None:
    assert "La signature électronique du PDF n'a pas été conservée" in notes(changed(signed))


def test_the_text_of_a_comment_is_not_dropped_in_silence() -> None:
    said = notes(changed(annotation(Subtype=pikepdf.Name.Text, Contents="à revoir", F=4)))
    assert "Le texte des commentaires" in said
    assert "revoir" not in said


def test_a_protection_that_was_removed_is_said() -> None:
    content = changed(lambda pdf: None, encryption=pikepdf.Encryption(user="", owner="x"))
    assert "protégé contre les modifications" in notes(content)


def test_the_title_of_the_pdf_is_kept_and_one_that_is_given_comes_first() -> None:
    content = changed(lambda pdf: pdf.docinfo.__setitem__("/Title", "Lettre"))
    assert b'<rdf:li xml:lang="x-default">Lettre<' in to_pdfa(content).content
    assert b"Lettre" not in to_pdfa(content, title="Autre").content


def test_a_dynamic_form_is_refused_rather_than_shown_empty() -> None:
    def dynamic(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([]), XFA=pdf.make_stream(b"<xdp/>"))

    with pytest.raises(FormNotDrawn) as refused:
        to_pdfa(changed(dynamic))
    assert "imprimez-le en PDF" in refused.value.explain().remedy
