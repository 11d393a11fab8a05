"""Every dictionary and stream of a PDF, those that stand inside others too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from caducee.pdfa.needs import need


def everything(pdf: Any) -> Iterator[Any]:
    """Yield them; an object that is referred to comes once, from the file's own list."""
    for one in pdf.objects:
        yield from _inside(one)


def _inside(one: Any) -> Iterator[Any]:
    pikepdf = need("pikepdf")
    if isinstance(one, pikepdf.Array):
        parts = list(one)
    elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        yield one
        parts = [one.get(name) for name in one.keys()]  # noqa: SIM118 - a stream is not iterable
    else:
        return
    for part in parts:
        if isinstance(part, pikepdf.Object) and not part.is_indirect:
            yield from _inside(part)
