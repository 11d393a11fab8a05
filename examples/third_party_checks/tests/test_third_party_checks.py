"""The stranger's check, called as the plugin calls it."""

from __future__ import annotations

from pathlib import Path

from caducee.clinical import CIS, Medicine, MedicinePrescription, Prescription
from caducee.errors import Finding
from caducee.model.codes import Code
from caducee.model.document import Document
from caducee.testing import PATIENT
from caducee_eprescription.checks import findings
from third_party_checks import check

HERE = Path(__file__).parents[1]


def prescription(*codes: str) -> Document:
    lines = tuple(MedicinePrescription(medicine=Medicine(name="x", code=Code(code, CIS, "x"))) for code in codes)
    return Document(
        local_id="RX-1",
        patient=PATIENT,
        author="roux",
        created="20260105080000+0100",
        body=Prescription(medicines=lines),
    )


def found(document: Document) -> tuple[Finding, ...]:
    return findings({"third_party_checks": check}, document)


def test_the_second_line_of_a_substance_is_shown_in_its_field() -> None:
    (finding,) = found(prescription("69999999", "69999995", "69999994"))
    assert (finding.field, finding.rule) == ("body.medicines[2].medicine", "example.same_substance")


def test_different_substances_have_no_finding() -> None:
    assert found(prescription("69999999", "69999995")) == ()


def test_a_check_that_fails_is_named() -> None:
    def broken(document: Document) -> list[Finding]:
        raise RuntimeError

    (finding,) = findings({"broken": broken}, prescription("69999999"))
    assert "broken" in finding.message


def test_it_is_short() -> None:
    lines = (HERE / "src/third_party_checks/__init__.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) < 80
