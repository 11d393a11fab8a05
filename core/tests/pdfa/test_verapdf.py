"""Each shape of file held against PDF/A-1b by veraPDF: what is made must pass, what our check refuses must not."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from caducee.pdfa import How, to_pdfa

from .shapes import REPAIRED, UNFIT, changed, plain
from .test_images import letter, saved

pytestmark = [pytest.mark.interop, pytest.mark.timeout(600)]
JUDGE = Path(__file__).parents[3] / "tests/interop/verapdf"
PAGE = """<html lang=fr><meta charset=utf-8><title>Courrier</title><body{style}>
<h1>Élève : « ça a coûté 3 € »</h1><p>œuvre <b>gras</b> <i>italique</i> <a href="https://exemple.invalid/">lien</a>
<p style="page-break-before:always">Deux"""


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("verapdf")
    shutil.copytree(JUDGE, folder, dirs_exist_ok=True)
    subprocess.run(["mvn", "-q", "-B", "package"], cwd=folder, check=True, capture_output=True, timeout=300)
    return ["java", "-cp", f"{folder}/target/pdfa-judge-1.jar:{folder}/target/lib/*", "Judge"]


def verdicts(judge: list[str], files: dict[str, bytes], folder: Path) -> dict[str, str]:
    """Return for each file nothing when it passes, else the clauses that it breaks."""
    paths = {folder / f"{number:03}.pdf": name for number, name in enumerate(files)}
    for path, name in paths.items():
        path.write_bytes(files[name])
    ended = subprocess.run([*judge, *map(str, paths)], check=False, capture_output=True, text=True, timeout=300)
    said = {}
    for line in ended.stdout.splitlines():
        path, _, clauses = line[len("PASS ") :].partition(": ")
        said[paths[Path(path)]] = clauses if line.startswith("FAIL") else ""
    assert said.keys() == files.keys(), ended.stderr
    return said


def test_every_shape_becomes_a_pdfa(judge: list[str], tmp_path: Path) -> None:
    changes = {**REPAIRED, **{name: change for name, (change, _) in UNFIT.items()}}
    made = {name: to_pdfa(changed(change)) for name, change in changes.items()}
    assert {name for name, file in made.items() if file.how is How.REPAIRED} == set(REPAIRED)
    said = verdicts(judge, {name: file.content for name, file in made.items()}, tmp_path)
    assert {name: clauses for name, clauses in said.items() if clauses} == {}


def test_what_our_check_refuses_is_refused_by_the_judge(judge: list[str], tmp_path: Path) -> None:
    base = plain(standard="a-1b")
    said = verdicts(judge, {name: changed(change, base) for name, (change, _) in UNFIT.items()}, tmp_path)
    assert {name for name, clauses in said.items() if not clauses} == set()


def test_images_of_every_kind_become_a_pdfa(judge: list[str], tmp_path: Path) -> None:
    kinds = {
        "TIFF": ("1", "L", "RGB", "CMYK", "P", "RGBA", "LA"),
        "PNG": ("1", "L", "RGB", "P", "RGBA", "LA"),
        "JPEG": ("L", "RGB", "CMYK"),
    }
    images = {f"{form} {mode}": saved(letter(mode), form) for form, modes in kinds.items() for mode in modes}
    images["fax"] = saved(letter("1"), "TIFF", compression="group4", save_all=True, append_images=[letter("1")] * 2)
    files = {name: to_pdfa(image).content for name, image in images.items()}
    assert set(verdicts(judge, files, tmp_path).values()) == {""}


def test_pages_printed_by_a_browser_keep_their_text_and_those_with_transparency_become_pictures(
    judge: list[str], tmp_path: Path
) -> None:
    styles = {"plain": "", "shadow": ' style="opacity:.5"'}
    made = {}
    for name, style in styles.items():
        page, printed = tmp_path / f"{name}.html", tmp_path / f"{name}.pdf"
        page.write_text(PAGE.format(style=style), encoding="utf-8")
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={printed}", str(page)]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        made[name] = to_pdfa(printed.read_bytes())
    assert {name: (file.how, file.pages) for name, file in made.items()} == {
        "plain": (How.REPAIRED, 2),
        "shadow": (How.RASTERIZED, 2),
    }
    said = verdicts(judge, {name: file.content for name, file in made.items()}, tmp_path)
    assert set(said.values()) == {""}
