"""Every text of a model, with its path: for rules that hold for all of them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec


def texts(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path (``patient.traits.given_names[0]``) and the text of every ``str`` in a struct."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from texts(getattr(value, name), f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple):
        for at, item in enumerate(value):
            yield from texts(item, f"{path}[{at}]")
