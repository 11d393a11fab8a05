"""What Caducée prints, held against PDF/A-1b by veraPDF."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest

from caducee.cda.file import decode
from caducee.model.environment import Environment
from caducee.model.identity import InsStatus, Sex, Traits
from caducee.model.patient import Patient
from caducee.model.practice import Organisation, Practitioner
from caducee.paper import Letter, TypstPaper
from caducee.terminology import TableName, Terminology
from caducee_eprescription.numbers import SimulatedNumbers
from caducee_eprescription.paper import Paper as RxPaper
from plugins.eprescription.tests.hundred import made

pytestmark = pytest.mark.interop


@pytest.fixture
def letter() -> Letter:
    """A letter with every kind of text that a practice types."""
    terms = Terminology.load()
    author = Practitioner(
        identifier="899700000017",
        family_name="ROUX",
        given_name="Camille",
        title="DR",
        profession=terms.code(TableName.PROFESSION, "10"),
        specialty=terms.code(TableName.SPECIALTY, "SM26"),
        author_specialty=terms.code(TableName.AUTHOR_SPECIALTY, "G15_10/SM26"),
        organisation=Organisation(
            identifier="499700000017001",
            name="Cabinet du Dr Roux & associés",
            sector=terms.code(TableName.FACILITY_TYPE, "SA07"),
            setting=terms.code(TableName.PRACTICE_SETTING, "AMBULATOIRE"),
        ),
    )
    traits = Traits(
        birth_name="NESSI-TEST", given_names=("JEANNE",), sex=Sex.FEMALE, birth_date="1975-03-12", birth_place="63999"
    )
    patient = Patient(local_id="P1", traits=traits, status=InsStatus.PROVISIONAL)
    return Letter(
        author=author,
        patient=patient,
        written=date(2026, 11, 25),
        subject="l'œil gauche – ≥ 5 mmHg",
        recipient=("Docteur Dominique LENOIR",),
        paragraphs=("« Élève » : ça a coûté 3 € l'été.\nDeuxième ligne.", "mot " * 2000),
    )


def judged(judge: list[str], *files: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*judge, *map(str, files)], check=False, capture_output=True, text=True, timeout=240)


def test_a_letter_of_each_environment_is_pdfa_1b(judge, letter, tmp_path):
    files = []
    for environment in Environment:
        files.append(tmp_path / f"{environment}.pdf")
        files[-1].write_bytes(TypstPaper().print_letter(letter, environment=environment).pdf)
    verdict = judged(judge, *files)
    assert verdict.returncode == 0, verdict.stdout
    assert verdict.stdout.count("PASS ") == len(files)


def test_the_judge_refuses_what_is_not_pdfa(judge, letter, tmp_path):
    plain = tmp_path / "plain.pdf"
    pdf = TypstPaper().print_letter(letter, environment=Environment.SANDBOX).pdf
    assert b"/Metadata" in pdf
    plain.write_bytes(pdf.replace(b"/Metadata", b"/Metadaty"))
    verdict = judged(judge, plain)
    assert verdict.returncode == 1
    assert "FAIL " in verdict.stdout


@pytest.mark.timeout(300)
def test_a_hundred_prescriptions_of_every_kind_and_way_of_taking_are_pdfa_1b(judge, tmp_path):
    files = []
    for at, one in enumerate(made()):
        files.append(tmp_path / f"{at}.pdf")
        files[-1].write_bytes(one.pdf)
    verdict = judged(judge, *files)
    assert verdict.returncode == 0, verdict.stdout
    assert verdict.stdout.count("PASS ") == len(files) >= 100


def test_prescriptions_with_a_code_in_one_zone_two_zones_and_without_are_pdfa_1b(judge, tmp_path):
    file = decode(Path("docs/examples/digital-prescription.json").read_bytes())
    author = file.practitioners["roux"]
    number = SimulatedNumbers().number(prescriber=author.identifier)
    files = []
    for environment in Environment:
        paper = RxPaper(environment, simulated=True)
        for how in ({"number": number}, {"number": number, "duplicate": True}, {}):
            target = tmp_path / f"{environment}-{len(files)}.pdf"
            target.write_bytes(paper.print(file, author, **how))
            files.append(target)
    result = judged(judge, *files)
    assert result.returncode == 0, result.stdout + result.stderr
