"""Opens PDF files with an engine that did not write them."""

from __future__ import annotations

import pypdfium2


def count_pages(pdf: bytes) -> int:
    """Return the number of pages of a PDF.

    Raises:
        pypdfium2.PdfiumError: the bytes are not a PDF that opens.
    """
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()
