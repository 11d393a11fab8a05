"""Every dictionary and stream of a PDF, those that stand inside others too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from caducee.pdfa.needs import need

_MAX_DEPTH = 200


def everything(pdf: Any) -> Iterator[Any]:
    """Yield them; an object that is referred to comes once, from the file's own list.

    Raises:
        ValueError: objects inside others deeper than any real file has.
    """
    pikepdf = need("pikepdf")
    containers = pikepdf.Array, pikepdf.Dictionary, pikepdf.Stream
    waiting = [(one, 0) for one in pdf.objects]
    while waiting:
        one, depth = waiting.pop()
        if isinstance(one, pikepdf.Array):
            parts = list(one)
        elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            yield one
            parts = [one.get(name) for name in one.keys()]  # noqa: SIM118 - a stream is not iterable
        else:
            continue
        if depth > _MAX_DEPTH:
            raise ValueError("objects nested too deep")
        waiting += [(part, depth + 1) for part in parts if isinstance(part, containers) and not part.is_indirect]
