"""Black and white pages as a fax sends them (ITU-T T.6), by far the smallest form of a scanned text."""

from __future__ import annotations

import io
from typing import Any

from caducee.pdfa.needs import need

_ROWS_PER_STRIP, _OFFSETS, _COUNTS = 278, 273, 279


def group4(image: Any) -> bytes:
    """Return the picture, in one piece, a bit that is set being white."""
    out = io.BytesIO()
    image.save(out, "TIFF", compression="group4", tiffinfo={_ROWS_PER_STRIP: image.height})
    with need("PIL.Image").open(out, formats=("TIFF",)) as written:
        places = zip(written.tag_v2[_OFFSETS], written.tag_v2[_COUNTS], strict=True)
        (data,) = (out.getvalue()[at : at + length] for at, length in places)
    return bytes(data)
