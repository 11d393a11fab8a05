"""The table of mutations, held against the official kit: what it refuses, and what it lets pass."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from caducee.cda import CdaSealer
from caducee.cda.rules import Severity, check_document
from core.tests.cda.samples import ROUX, documents, identifiers_of

from .mutations import MUTATIONS, mutated

pytestmark = pytest.mark.conformance

SUPPORTED = ("VSM_", "eP-MED-DM_", "LDL-EES_", "IMG-DA-IMG_2024", "VAC-NOTE_", "DOC_NON_STRUCTURE", "TLM-DA_")
JUSTIFIED = {
    "cda.entry.id": "entries of the official examples were copied with their identifiers",
    "cda.reference.dangling": "some references of the official examples lead to no passage",
    "cda.ps.form": "the examples hold professional numbers that have no register's form",
}


@pytest.mark.requirement("SDK-BLIND-SPOTS")
@pytest.mark.timeout(900)
def test_the_official_stack_does_with_each_mutation_what_the_table_says(sealer: CdaSealer, tmp_path: Path) -> None:
    for number, mutation in enumerate(MUTATIONS):
        document = documents()[mutation.base]
        right = sealer.seal(document, ROUX, identifiers_of(document)).document
        (tmp_path / f"{number:03}.xml").write_bytes(mutated(right, mutation))
    command = [sys.executable, str(Path(os.environ["KIT"]) / "ans/validate"), "--json", "-j", "2", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    refused = {int(Path(one["file"]).stem): not one["ok"] for one in verdicts}
    assert len(refused) == len(MUTATIONS)
    wrong = [
        (mutation, refused[number])
        for number, mutation in enumerate(MUTATIONS)
        if refused[number] is not mutation.official
    ]
    assert [(m.base, m.where, m.what, m.value, was) for m, was in wrong] == []


def examples() -> list[Path]:
    folder = Path(os.environ.get("KIT", ".")) / "ans/examples"
    return [path for path in sorted(folder.glob("*.xml")) if path.name.startswith(SUPPORTED)]


def test_official_examples_of_the_types_we_write_have_no_errors_but_justified_ones() -> None:
    assert len(examples()) >= 14
    for path in examples():
        errors = {one.rule for one in check_document(path.read_bytes()) if one.severity is Severity.ERROR}
        assert errors <= JUSTIFIED.keys(), path.name
