"""Draws the brief of an invented record in Chromium: docs/pictures/brief.png."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec

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
from caducee_dmp.brief.selection import KINDS
from caducee_dmp.brief.words import of_part
from tools.contact_sheet import FLAGS

PICTURE = Path("docs/pictures/brief.png")
CHU = Writer(kind=WriterKind.PROFESSIONAL, name="Dominique LENOIR", organisation="CHU de l'Exemple")
PATIENT, INSURANCE = Writer(kind=WriterKind.PATIENT), Writer(kind=WriterKind.INSURANCE, name="Assurance Maladie")
NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC).strftime("%Y%m%d%H%M%S")
SINCE = "20241125"


def piece(title: str, day: str, writer: Writer, *passages: Passage, answer: Answer = Answer.SHOWN) -> Piece:
    """Return an invented document."""
    return Piece(document_id="1.2.3", title=title, type=None, date=day, writer=writer, answer=answer, passages=passages)


def invented() -> Brief:
    """Return a brief in which every answer is met."""
    summary = (
        Passage(title="Allergies", lines=("Pénicilline : éruption (2011)",)),
        Passage(title="Antécédents", lines=("Asthme depuis l'enfance", "Appendicectomie (1992)")),
        Passage(title="Traitements au long cours", lines=("Statine exemple 5 mg : 1 comprimé le soir",)),
    )
    letter = Passage(
        title="", lines=("Hospitalisée du 3 au 9 septembre pour pneumopathie.", "Sortie sous relais oral.")
    )
    lines = tuple(
        TreatmentLine(
            date=day, name=name, quantity="1", prescribed_by=who, dispensed_by="PHARMACIE DU PORT", document_id="1.2.3"
        )
        for day, name, who in (
            ("20261102", "STATINE EXEMPLE 5 MG CPR 90", "Camille ROUX"),
            ("20261015", "BRONCHODILATATEUR EXEMPLE INH", "Dominique LENOIR"),
            ("20260802", "STATINE EXEMPLE 5 MG CPR 90", "Camille ROUX"),
        )
    )
    shown = {
        PartName.SUMMARY: (piece("Synthèse médicale", "20260612", CHU, *summary),),
        PartName.PROFILE: (
            piece("Profil médical", "20261001", PATIENT, Passage(title="Habitudes", lines=("Course à pied",))),
        ),
        PartName.HOSPITAL: (piece("Lettre de liaison à la sortie", "20260909", CHU, letter),),
        PartName.BIOLOGY: (piece("Bilan sanguin", "20261110", CHU, answer=Answer.NOT_PERMITTED),),
        PartName.IMAGING: (),
        PartName.VACCINATIONS: (),
        PartName.WISHES: (
            piece("Directives anticipées", "20180103", PATIENT, Passage(title="", lines=("Contact : ma sœur.",))),
        ),
        PartName.TREATMENTS: (piece("Données de remboursement", "20261120", INSURANCE),),
    }
    return Brief(local_id="P1", made=NOW, asked=NOW, parts=tuple(part(name, shown[name], lines) for name in KINDS))


def part(name: PartName, pieces: tuple[Piece, ...], lines: tuple[TreatmentLine, ...]) -> Part:
    """Return one part, with its sentence."""
    empty = Answer.NOT_FETCHED if name is PartName.VACCINATIONS else Answer.NONE
    made = Part(
        name=name,
        answer=pieces[0].answer if pieces else empty,
        since="" if name is PartName.WISHES else SINCE,
        pieces=pieces,
        treatments=lines if name is PartName.TREATMENTS else (),
        others=2 if name is PartName.HOSPITAL else 0,
    )
    return msgspec.structs.replace(made, sentence=of_part(made, filtered=False))


def main() -> int:
    """Draw the page."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "brief.html"
        source.write_text(to_page(invented(), patient="Mme Jeanne N. (patiente inventée)"), encoding="utf-8")
        flags = [flag for flag in FLAGS if not flag.startswith("--window-size")]
        size = ["--window-size=1100,2250", f"--user-data-dir={folder}/profile"]
        command = ["chromium", *flags, *size, f"--screenshot={PICTURE.resolve()}", source.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    print(PICTURE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
