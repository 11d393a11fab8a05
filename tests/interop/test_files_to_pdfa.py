"""Files of many producers through ``to_pdfa``: PDF/A-1b for veraPDF, and nothing that was seen is lost."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat

from caducee.pdfa import How, to_pdfa

pytestmark = [pytest.mark.interop, pytest.mark.timeout(900), pytest.mark.filterwarnings("ignore")]
COUNT = int(os.environ.get("CADUCEE_PDFA_FILES", "200"))
PRODUCERS = 10
FAINT = 6.0


def pages(pdf: bytes) -> Iterator[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    try:
        for page in document:
            yield page.render(scale=0.5, may_draw_forms=True).to_pil().convert("L")
    finally:
        document.close()


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return how far two pages are apart, of 255: edges drawn another way weigh little."""
    assert abs(one.width - other.width) <= 1
    assert abs(one.height - other.height) <= 1
    return float(ImageStat.Stat(ImageChops.difference(one, other.resize(one.size))).mean[0])


def test_files_of_many_producers_become_pdfa_and_look_the_same(judge: list[str], tmp_path: Path) -> None:
    from .producers import MAKERS, files  # what it needs is installed for this stage only

    made: dict[Path, str] = {}
    how: Counter[How] = Counter()
    for number, (name, content) in enumerate(islice(files(), COUNT)):
        result = to_pdfa(content)
        how[result.how] += 1
        path = tmp_path / f"{number:04}.pdf"
        path.write_bytes(result.content)
        made[path] = f"{name} ({result.how})"
        if content.startswith(b"%PDF"):
            pairs = list(zip(pages(content), pages(result.content), strict=True))
            assert len(pairs) == result.pages, name
            assert max(difference(before, after) for before, after in pairs) < FAINT, name
    verdict = subprocess.run([*judge, *map(str, made)], check=False, capture_output=True, text=True, timeout=600)
    lines = verdict.stdout.splitlines()
    failed = {made[Path(line.split(": ")[0].removeprefix("FAIL "))]: line for line in lines if line.startswith("FAIL")}
    print("\n".join(f"{k}: {v.split(': ')[1]}" for k, v in failed.items()))
    assert failed == {}
    assert sum(line.startswith("PASS") for line in lines) == COUNT
    assert how.keys() == set(How)
    assert len({name.split()[0] for name in MAKERS}) >= PRODUCERS
