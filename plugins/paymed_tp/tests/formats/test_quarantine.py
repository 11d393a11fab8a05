from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO

import pytest

import caducee_paymed_tp.formats
from caducee.errors import Retry
from caducee_paymed_tp.formats.quarantine import FormatFault, Place, verified

FAULTS = tomllib.loads(files("caducee_paymed_tp.formats").joinpath("faults.toml").read_text(encoding="utf-8"))


def lines(source: BinaryIO) -> Iterator[bytes]:
    for line in source:
        if line == b"bad\n":
            raise FormatFault("file.sum", Place(format="test", offset=4, record=2, field="sum"))
        yield line


def test_a_file_that_holds_is_read_from_where_it_was() -> None:
    source = io.BytesIO(b"skipped\na\nb\n")
    source.readline()
    assert list(verified(source, lines)) == [b"a\n", b"b\n"]


def test_no_row_comes_from_a_file_that_fails_at_its_end() -> None:
    with pytest.raises(FormatFault):
        verified(io.BytesIO(b"a\nb\nbad\n"), lines)


def test_a_fault_says_in_french_what_is_wrong_where_and_what_to_do() -> None:
    fault = FormatFault("file.sum", Place(format="NOEMIE PS", offset=640, record=6, field="sum"))
    said = fault.explain()
    assert "rien n'en est utilisé" in said.sentence
    assert "NOEMIE PS, enregistrement 6, octet 640, zone « sum »" in said.sentence
    assert said.remedy
    assert fault.retry is Retry.AFTER_HUMAN


def test_every_rule_that_is_raised_has_its_words_and_every_word_its_rule() -> None:
    folder = Path(caducee_paymed_tp.formats.__path__[0])
    modules = [*folder.rglob("*.py"), folder.parent / "importing/from_formats.py"]
    source = "\n".join(path.read_text(encoding="utf-8") for path in modules)
    raised = set(re.findall(r'"((?:[a-z0-9]+)\.[a-z_]+|balance)"', source)) - {"faults.toml"}
    remarks = {
        "noemie.nir_key",
        "balance.missing",
        "cfonb.currency_assumed",
        "entry.not_booked",
        "b2.rate",
        "b2.parts_over_fee",
    }
    assert raised - remarks - {FormatFault.code} == set(FAULTS)
