"""Shows every example document of the official kit (KIT) as a page and on paper: build/contact-sheet.png.

What a reader makes of documents that others wrote is looked at, not only counted. Chromium draws the pages.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw

from caducee.cda.reading import read_document
from caducee.cda.view import to_html, to_pdf

SHEET = Path("build/contact-sheet.png")
WIDTH, HEIGHT, COLUMNS = 300, 424, 12
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=900,1272",
)


def main() -> int:
    """Draw the sheet; say which documents could not be drawn."""
    examples = sorted((Path(os.environ["KIT"]) / "ans/examples").glob("*.xml"))
    tiles: list[Image.Image] = []
    with tempfile.TemporaryDirectory() as name:
        for path in examples:
            document = read_document(path.read_bytes())
            tiles.append(_labelled(_screenshot(to_html(document), Path(name)), path.stem))
            tiles.append(_labelled(_first_page(to_pdf(document)), path.stem))
            print(path.name, file=sys.stderr)
    rows = -(-len(tiles) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * WIDTH, rows * HEIGHT), "white")
    for at, tile in enumerate(tiles):
        sheet.paste(tile, (at % COLUMNS * WIDTH, at // COLUMNS * HEIGHT))
    SHEET.parent.mkdir(exist_ok=True)
    sheet.save(SHEET)
    print(f"{SHEET}: {len(examples)} documents")
    return 0


def _screenshot(page: str, folder: Path) -> Image.Image:
    source, picture = folder / "page.html", folder / "page.png"
    source.write_text(page, encoding="utf-8")
    command = ["chromium", *FLAGS, f"--user-data-dir={folder}/profile", f"--screenshot={picture}", source.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return Image.open(io.BytesIO(picture.read_bytes()))


def _first_page(pdf: bytes) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[0].render(scale=1).to_pil()
    finally:
        document.close()


def _labelled(picture: Image.Image, label: str) -> Image.Image:
    tile = Image.new("RGB", (WIDTH, HEIGHT), "white")
    small = picture.convert("RGB")
    small.thumbnail((WIDTH - 8, HEIGHT - 20))
    tile.paste(small, (4, 16))
    ImageDraw.Draw(tile).text((4, 2), label[:44], fill="black")
    return tile


if __name__ == "__main__":
    sys.exit(main())
