"""The official schema and header rules accept the document, without a warning."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from third_party_document import render

from .invented import MEASUREMENTS, growth

pytestmark = pytest.mark.conformance


def test_the_document_passes_the_official_schema_and_header_rules(tmp_path: Path) -> None:
    file = tmp_path / "growth.xml"
    file.write_bytes(render(growth(*MEASUREMENTS)))
    validate = Path(os.environ["KIT"]) / "ans" / "validate"
    command = [sys.executable, str(validate), "--strict", "--json", "--layers", "xsd,smin"]
    command += ["--cache", str(tmp_path / "cache"), str(file)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    (line,) = ended.stdout.splitlines()
    answer = json.loads(line)
    assert {"XSD", "SMIN"} <= set(answer["layers"])
    assert (ended.returncode, answer["findings"]) == (0, []), line
