"""Draws the documents of docs/examples as they come out on paper: docs/pictures/documents."""

from __future__ import annotations

import sys
from pathlib import Path

import pypdfium2

from caducee.cda.file import build, decode
from caducee.cda.reading import read_document
from caducee.cda.view import to_pdf

EXAMPLES, PICTURES = Path("docs/examples"), Path("docs/pictures/documents")
SCALE = 0.9


def main() -> int:
    """Draw the first page of each."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for path in sorted(EXAMPLES.glob("*.json")):
        document = read_document(build(decode(path.read_bytes())).document)
        copy = next((one.content for one in document.attachments if one.is_copy), None)
        page = pypdfium2.PdfDocument(copy if copy and copy.startswith(b"%PDF") else to_pdf(document))
        picture = page[0].render(scale=SCALE).to_pil().quantize(32)
        picture.save(PICTURES / f"{path.stem}.png", optimize=True)
        page.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
