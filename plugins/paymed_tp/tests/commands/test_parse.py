# ruff: noqa: TID252
from __future__ import annotations

import json
from pathlib import Path

import pytest

from caducee.cli import main
from caducee_paymed_tp import command
from caducee_paymed_tp.euros import euros

from ..formats import worked
from ..formats.b2 import samples as b2
from ..formats.camt import samples as camt
from ..formats.cfonb import samples as cfonb
from ..formats.noemie import samples as noemie
from ..formats.ofx import samples as ofx


def returned(writer: noemie.NoemieWriter) -> None:
    noemie.wire(writer)
    noemie.invoice(writer, 1, 123450)
    noemie.invoice(writer, 2, 0, state="R")
    writer.entity("294", {"level": "05", "code": "0009", "label": "MOTIF", "scope": "F", "part": "O"})
    noemie.retention(writer, -500)


FILES = {
    "b2": b2.written(lambda writer: b2.invoice(writer, 1)),
    "noemie": noemie.written(returned),
    "camt": camt.document(camt.of(camt.entry(4200), closing=14200)),
    "cfonb": b"".join([cfonb.balance("01", 0), cfonb.movement(2650), cfonb.balance("07", 2650)]),
    "ofx": ofx.version_2(ofx.transaction("42.00", closed=True)),
}


@pytest.fixture
def parse(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def run(data: bytes, *options: str) -> tuple[int, str, str]:
        file = tmp_path / "whatever.bin"
        file.write_bytes(data)
        code = command.main(["parse", str(file), *options])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_recognised_and_printed_as_json(name: str, parse) -> None:
    code, out, err = parse(FILES[name], "--json")
    told = json.loads(out)
    assert (code, told["format"], err) == (0, name, "")
    assert told["rows"]
    assert told["counts"]


def test_a_return_is_shown_as_wires_parts_and_reasons(parse) -> None:
    _, out, _ = parse(FILES["noemie"])
    assert "Format : NOEMIE PS" in out
    assert f"12/01/2026  CPAM751 TP 260112  {euros(122950)}  2" in out
    assert "rejetée" in out
    assert "0009  MOTIF" in out
    assert f"Retenues : {euros(-500)}" in out


def test_an_invoicing_file_is_shown_by_its_totals(parse) -> None:
    _, out, _ = parse(FILES["b2"])
    assert f"1 facture(s), {euros(3000)} facturés" in out
    assert f"{euros(2100)} en part obligatoire et {euros(900)} en part complémentaire" in out


def test_no_name_nor_number_of_a_patient_is_shown(parse) -> None:
    _, out, _ = parse(FILES["b2"])
    assert "2790351215189" not in out


@pytest.mark.parametrize("name", ["camt", "cfonb"])
def test_a_statement_is_shown_with_its_balances(name: str, parse) -> None:
    _, out, _ = parse(FILES[name])
    assert "12/01/2026" in out
    assert "soldes vérifiés" in out


def test_a_statement_that_nothing_verifies_says_so(parse) -> None:
    _, out, _ = parse(FILES["ofx"])
    assert "soldes non vérifiables" in out
    assert "rien ne prouve qu'ils sont complets" in out


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_nothing_of_a_file_that_fails_is_printed(
    options: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "return"
    file.write_bytes(FILES["noemie"].replace(b"P00123450P", b"P00123451P"))
    assert main(["tp", "parse", str(file), *options]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "mis de côté en entier" in printed.err
    assert "zone" not in printed.err or "octet" in printed.err


def test_a_csv_needs_its_columns(parse, tmp_path: Path) -> None:
    mapping = tmp_path / "bank.toml"
    mapping.write_text('account = "PRO"\ndate = "Date"\namount = "Montant"\nlabel = ["Libelle"]\n')
    code, out, _ = parse(b"Date;Libelle;Montant\n12/01/2026;VIR CPAM;26,50\n", "--csv", str(mapping))
    assert code == 0
    assert euros(2650) in out


def test_a_mapping_that_cannot_be_used_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mapping = tmp_path / "bank.toml"
    mapping.write_text('account = "PRO"\n')
    assert main(["tp", "parse", str(mapping), "--csv", str(mapping)]) == 1
    assert "Déclaration de colonnes invalide" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["parse", str(tmp_path / "nothing")]) == 2
    assert "lecture impossible" in capsys.readouterr().err


def test_the_vectors_worked_out_by_hand_can_be_looked_at(parse) -> None:
    from ..formats.b2 import vectors

    code, out, _ = parse(b"".join(worked.raw(zones) for _, zones in vectors.FILE))
    assert code == 0
    assert "détail CCAM" in out
