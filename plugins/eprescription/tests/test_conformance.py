"""Prescriptions of every kind and way of taking, judged by the official rules and by a scanner; a dispensation too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import msgspec
import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from caducee.cda.file import build
from caducee_eprescription.api import EPRESCRIPTION

from .desk import DOCTOR, JEANNE, PAPER_ALONE, Sandbox, opened, prescription
from .hundred import as_file, made

pytestmark = pytest.mark.conformance


def judged(folder: Path) -> str:
    command = [
        sys.executable,
        str(Path(os.environ["KIT"]) / "ans" / "validate"),
        "--strict",
        *map(str, folder.iterdir()),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def codes(page: Image.Image) -> list[str]:
    return [one.text for one in zxingcpp.read_barcodes(page)]


@pytest.mark.timeout(400)
def test_a_hundred_prescriptions_pass_every_layer_and_their_codes_are_read_from_the_page(tmp_path: Path) -> None:
    count = 0
    for count, one in enumerate(made(), start=1):
        (tmp_path / f"{count:03}.xml").write_bytes(build(as_file(one.document)).document)
        page = pypdfium2.PdfDocument(one.pdf)[0]
        printed, scanned = (page.render(scale=dpi / 72).to_pil().convert("L") for dpi in (150, 200))
        worn = scanned.filter(ImageFilter.GaussianBlur(1.5)).rotate(3, expand=True, fillcolor=255)
        assert (codes(printed), codes(worn)) == (([one.number],) * 2 if one.number else ([], [])), count
    said = judged(tmp_path).splitlines()
    assert [one for one in said if not one.startswith("OK ")] == []
    assert len(said) == count >= 100
    assert sum("EP-MED-DM" in one for one in said) >= 100


@pytest.mark.anyio
async def test_the_pharmacy_s_document_passes_every_layer(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "judged").mkdir()
    async with opened(sandbox, tmp_path / "practice") as kernel, kernel.use(EPRESCRIPTION) as rx:
        document = msgspec.structs.replace(prescription("RX-D"), patient=JEANNE)
        number = (await rx.issue(document, PAPER_ALONE, acting=DOCTOR)).number
        given = {"line": "medicines[0]", "action": "substituted", "product": "GÉNÉRIQUE", "quantity": "1 boîte"}
        made = sandbox.dispense(number, given)
        content = httpx.get(f"{sandbox.pharmacy}document/{made['identifier']}", timeout=10).content
    (tmp_path / "judged" / "edisp.xml").write_bytes(content)
    assert judged(tmp_path / "judged").startswith("OK ")
