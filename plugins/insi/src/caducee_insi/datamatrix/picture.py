"""Reading the datamatrix off a picture. Takes the extra ``caducee-insi[scan]`` (zxing-cpp, pillow)."""

from __future__ import annotations

import io

import anyio
import anyio.to_thread

from caducee.errors import CapabilityMissing
from caducee.model.environment import Environment
from caducee_insi.datamatrix.carrier import DatamatrixInvalid, Scanned, read


async def read_picture(picture: bytes, *, environment: Environment) -> Scanned:
    """Read the one INS datamatrix of a picture (PNG, JPEG, TIFF), whatever other codes are on it.

    Raises:
        CapabilityMissing: the extra is not installed.
        DatamatrixInvalid: no picture, no INS datamatrix on it, or several different ones.
        RealmMixed: as ``read``.
    """
    texts = await anyio.to_thread.run_sync(_texts, picture, limiter=anyio.CapacityLimiter(1))
    ours = {text for text in texts if text.startswith("IS01")}
    if len(ours) != 1:
        raise DatamatrixInvalid("picture")
    return read(ours.pop(), environment=environment)


def _texts(picture: bytes) -> list[str]:
    try:
        import zxingcpp
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        raise CapabilityMissing("caducee-insi[scan]") from None
    try:
        image = Image.open(io.BytesIO(picture)).convert("L")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        raise DatamatrixInvalid("picture") from None
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.barcode_formats_from_str("DataMatrix"))
    return [code.bytes.decode("ascii", errors="replace") for code in found]
