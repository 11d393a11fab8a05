"""Documents of every type, judged by the official kit: all layers, warnings included."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from caducee.cda import CdaChecker, CdaSealer

from .samples import ROUX, documents, identifiers_of

BUILT = Path(__file__).parents[3] / "build/conformance/documents"
LEAST = 60


def file_name(name: str) -> str:
    return "".join(c if c.isalnum() or c == "-" else "_" for c in name) + ".xml"


@pytest.mark.parametrize("name", documents())
def test_a_right_document_has_no_findings_and_is_sealed(checker: CdaChecker, sealer: CdaSealer, name: str) -> None:
    document = documents()[name]
    assert checker.check(document, ROUX) == ()
    first = sealer.seal(document, ROUX, identifiers_of(document))
    assert first == sealer.seal(document, ROUX, identifiers_of(document))


@pytest.mark.conformance
@pytest.mark.requirement("CISIS-DOCUMENTS-OFFICIAL")
@pytest.mark.timeout(600)
def test_every_document_passes_every_official_layer_without_a_warning(checker: CdaChecker, sealer: CdaSealer) -> None:
    BUILT.mkdir(parents=True, exist_ok=True)
    for old in BUILT.glob("*.xml"):
        old.unlink()
    for name, document in documents().items():
        (BUILT / file_name(name)).write_bytes(sealer.seal(document, ROUX, identifiers_of(document)).document)
    validate = Path(os.environ["KIT"]) / "ans/validate"
    command = [sys.executable, str(validate), "--strict", "--json", "-j", "2", str(BUILT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(verdicts) == len(documents()) >= LEAST
    assert {Path(one["file"]).name: one["findings"] for one in verdicts if not one["ok"]} == {}
    structured = [one for one in verdicts if len(one["layers"]) > 2]
    assert all(one["volets"] for one in structured)
    assert len({volet for one in structured for volet in one["volets"]}) == 6
