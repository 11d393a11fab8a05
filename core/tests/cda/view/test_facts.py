"""What the head of a document says."""

from __future__ import annotations

import msgspec
import pytest

from caducee.cda.reading.model import ReadPatient
from caducee.cda.view.facts import head, patient, plain_lines
from caducee.model.codes import Code
from core.tests.cda.view.samples import BARE, related


@pytest.mark.parametrize(
    ("kind", "label", "words"),
    [
        ("RPLC", "Remplace", "Ce document remplace un document antérieur (version 3). Identifiant : 1.2.3"),
        ("APND", "Complète", "Ce document complète un autre document (version 3). Identifiant : 1.2.3"),
        ("XFRM", "Transformation", "Ce document est tiré d'un autre document (version 3). Identifiant : 1.2.3"),
    ],
)
def test_a_related_document_is_named_even_without_a_version_of_its_own(kind: str, label: str, words: str) -> None:
    assert (label, words) in head(related(BARE, kind, 3))


def test_a_relation_that_is_unknown_is_not_put_into_words() -> None:
    assert head(related(BARE, "ZZZZ")) == head(BARE)


@pytest.mark.parametrize(
    ("code", "display", "said"),
    [("F", "", "Féminin"), ("M", "", "Masculin"), ("UN", "", "Indéterminé"), ("F", "Femme", "Femme")],
)
def test_a_sex_without_words_has_those_of_its_code(code: str, display: str, said: str) -> None:
    assert ("Sexe", said) in patient(ReadPatient(sex=Code(code, "2.16.840.1.113883.5.1", display)))


@pytest.mark.parametrize("content", ["été\n\n œuvre".encode(), "été\n\n œuvre".encode("windows-1252")])
def test_a_plain_text_is_read_in_either_coding(content: bytes) -> None:
    assert plain_lines(msgspec.structs.replace(BARE, body=content, media_type="text/plain")) == ["été", " œuvre"]
