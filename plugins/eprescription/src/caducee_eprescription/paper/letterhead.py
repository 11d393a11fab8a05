"""The practice's letterhead: a picture of theirs at the top of our page."""

from __future__ import annotations

import io
from pathlib import Path

from caducee.errors import CaduceeError, ConfigError, Finding
from caducee.pdfa.frames import frames_of

_LARGEST = (2000, 600)
_QUALITY = 90


def read_letterhead(file: Path) -> bytes:
    """Return a JPEG, PNG or TIFF as a JPEG that PDF/A-1b takes: opaque, in sRGB, no finer than a printer shows.

    Raises:
        ConfigError: it cannot be read, or is no picture.
    """
    try:
        picture = next(frames_of(file.read_bytes())).image.convert("RGB")
    except (OSError, CaduceeError):
        message = f"« {file.name} » n'est pas une image lisible (JPEG, PNG ou TIFF)."
        finding = Finding(field="plugins.eprescription.letterhead", rule="config.letterhead", message=message)
        raise ConfigError((finding,)) from None
    picture.thumbnail(_LARGEST)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
