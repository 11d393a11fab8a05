"""The pictures of a document, as a page of PDF/A-1b can hold them: upright, opaque, of a bounded size."""

from __future__ import annotations

import io

from caducee.cda.view.narrative import PICTURES

_MOST_PIXELS = 50_000_000
_MOST_BYTES = 20_000_000
_SIDE = 1600
_QUALITY = 90


class Pictures:
    """Makes pictures ready; what cannot be drawn, or is too much of it, is left out."""

    def __init__(self) -> None:
        self._left = _MOST_BYTES

    def ready(self, media_type: str, content: bytes) -> bytes | None:
        """Return a JPEG without transparency, on white; ``None`` when Pillow is missing or the picture is damaged."""
        try:
            from PIL import Image, ImageOps
        except ImportError:
            return None
        if media_type not in PICTURES:
            return None
        out = io.BytesIO()
        try:
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "GIF")) as image:
                if image.width * image.height > _MOST_PIXELS:
                    return None
                upright = ImageOps.exif_transpose(image).convert("RGBA")
        except (
            OSError,
            ValueError,
            SyntaxError,
            EOFError,
            Image.DecompressionBombError,
            Image.DecompressionBombWarning,
        ):
            return None
        upright.thumbnail((_SIDE, _SIDE))
        white = Image.new("RGB", upright.size, "white")
        white.paste(upright, mask=upright.getchannel("A"))
        white.save(out, "JPEG", quality=_QUALITY, subsampling=0)
        self._left -= out.tell()
        return out.getvalue() if self._left >= 0 else None
