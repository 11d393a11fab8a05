"""What is wrong with a file is one clear French error, and nothing is opened, stored or sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import pytest

from caducee.cda.file import PrescriptionFile
from caducee.cli import main
from caducee.clinical import CIS, Medicine
from caducee.model.codes import Code
from caducee.testing import AUTHOR

from .desk import line, prescription, revised

Write = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Write:
    def write(**body: Any) -> Path:
        document = revised(prescription(), **body)
        content = json.loads(msgspec.json.encode(document))
        content |= {"practitioners": {"roux": json.loads(msgspec.json.encode(AUTHOR))}, "oid_root": "1.2.250.1.999.1"}
        file = tmp_path / "rx.json"
        file.write_text(json.dumps(content), encoding="utf-8")
        return file

    return write


def test_a_prescription_that_is_right_can_be_issued(written: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rx", "check", str(written())]) == 0
    assert capsys.readouterr().out == "L'ordonnance peut être émise.\n"


def test_warnings_are_shown_and_stop_nothing(written: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rx", "check", str(written(medicines=(line(), line())))]) == 0
    assert "à vérifier : body.medicines[1]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"valid_until": "2026-02-30"}, "body.valid_until"),
        ({"medicines": (line(ald=True),)}, "body.kinds"),
        ({"medicines": (line(posology=type(line().posology)(steps=line().posology.steps * 2)),)}, "posology.steps"),
    ],
)
def test_an_impossible_date_zone_or_posology_names_its_field(
    written: Write, capsys: pytest.CaptureFixture[str], change: dict[str, Any], said: str
) -> None:
    assert main(["rx", "check", str(written(**change))]) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told


@pytest.mark.parametrize("content", ["", "{", "[]", '{"local_id": 1}', '{"body": {"type": "prescription", "x": 1}}'])
def test_bad_json_is_one_error_for_check_and_for_issue(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    file = tmp_path / "bad.json"
    file.write_text(content, encoding="utf-8")
    assert main(["rx", "check", str(file)]) == 1
    assert "(document.invalid)" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rx", "check", "nowhere.json"]) == 1
    assert "nowhere.json" in capsys.readouterr().err


def test_products_are_loaded_and_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample = str(files("caducee_eprescription.products").joinpath("sample"))
    index = str(tmp_path / "medicines.sqlite")
    assert main(["rx", "products", "--load", sample, "--index", index, "amoxi"]) == 0
    assert "69999998" in capsys.readouterr().out


def test_a_product_that_the_index_does_not_hold_is_refused_at_its_field(
    written: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = str(files("caducee_eprescription.products").joinpath("sample"))
    index = str(tmp_path / "medicines.sqlite")
    assert main(["rx", "products", "--load", sample, "--index", index]) == 0
    assert main(["rx", "check", str(written()), "--index", index]) == 0
    unknown = Medicine(name="INCONNU", code=Code("69999990", CIS, "INCONNU"))
    assert main(["rx", "check", str(written(medicines=(line(medicine=unknown),))), "--index", index]) == 1
    told = capsys.readouterr().err
    assert "body.medicines[0].medicine.code" in told
    assert "n'est pas dans la base des médicaments" in told


def test_the_schema_of_prescriptions_is_that_of_documents_with_fewer_bodies(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["schema", "prescription"]) == 0
    schema = json.loads(capsys.readouterr().out)
    said = json.dumps(schema)
    assert "nursing_prescription" in said
    assert "vaccination_note" not in said
    assert schema == json.loads(msgspec.json.encode(msgspec.json.schema(PrescriptionFile)))
