"""Writes a file whole or not at all, readable by its owner only."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: bytes, *, over: bool = True) -> None:
    """Write the file: a document that is cut must never lie where a whole one is looked for.

    ``over`` lets it take the place of a file that is there.

    Raises:
        OSError: nothing was written; ``FileExistsError`` without ``over``.
    """
    if not over:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    name = ""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        if name:
            Path(name).unlink(missing_ok=True)
        if not over:  # the empty file that kept the place
            path.unlink(missing_ok=True)
        raise
