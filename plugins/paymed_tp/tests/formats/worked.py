"""Vectors worked out by hand: the bytes of each zone beside its name and what it means."""

from __future__ import annotations

from caducee_paymed_tp.formats.kinds import Value
from caducee_paymed_tp.formats.layout import Table
from caducee_paymed_tp.formats.quarantine import Place

Zone = tuple[bytes, str, Value]
"""Bytes, name (empty for what is not looked at), value."""


def raw(zones: list[Zone]) -> bytes:
    return b"".join(data for data, _, _ in zones)


def values(zones: list[Zone]) -> dict[str, Value]:
    return {name: value for _, name, value in zones if name}


def holds(table: Table, zones: list[Zone]) -> None:
    """The bytes mean these values, and these values make those bytes."""
    text = raw(zones).decode("ascii")
    assert table.read(text, Place(format="test", offset=0)) == values(zones)
    assert table.write(values(zones), format_name="test") == text
