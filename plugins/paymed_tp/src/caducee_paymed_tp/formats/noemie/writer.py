"""Writes NOEMIE PS, for rehearsals and tests: payers write it, practices read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from caducee_paymed_tp.formats.kinds import Value
from caducee_paymed_tp.formats.noemie.controls import Accounts, Controls
from caducee_paymed_tp.formats.noemie.entities import FORMAT, MARK, SLICE, Entity, tables
from caducee_paymed_tp.formats.quarantine import Place


class NoemieWriter:
    """Writes one file. ``heading`` holds the zones of block 000; those that 999 shares are repeated there.

    ``control`` writes a 990 for the innermost open level, ``close`` the last block, both from what was written: zones
    given to them win, so that a wrong control can be written on purpose.
    """

    def __init__(self, sink: BinaryIO, heading: Mapping[str, Value]) -> None:
        self._sink = sink
        self._heading = dict(heading)
        self._held = ""
        self._blocks = 0
        self._number = 0
        self._accounts = Accounts(Controls())
        self._block(tables()["000"].write({"currency": "U", "record_length": 128, **heading}, format_name=FORMAT))

    def entity(self, kind: str, values: Mapping[str, Value], *, more: str = "") -> None:
        """Write one entity; ``more`` are characters beyond the known zones.

        Raises:
            FormatFault: a zone cannot be written as its table says.
        """
        text = tables()[kind].write(values, format_name=FORMAT) + more
        self._number += 1
        place = Place(format=FORMAT, record=self._number)
        made = Entity(
            type=kind,
            level=text[3:5],
            number=self._number,
            offset=-1,
            raw=text.encode(),
            values=tables()[kind].read(text, place),
            more=more,
        )
        if kind != "990":
            self._accounts.take(made, place)
        self.raw(text)

    def control(self, *, count: int, cents: int, level_id: str = "") -> None:
        """Write a 990. The level that it closes stays open for the totals of this writer."""
        sign = "N" if cents < 0 else "P"
        self.entity("990", {"level_id": level_id, "count": count, "sum": abs(cents), "sign": sign})

    def raw(self, text: str) -> None:
        """Write an entity that no table describes."""
        self._held += text + MARK
        while len(self._held) > SLICE:
            self._block("0" + self._held[:SLICE])
            self._held = self._held[SLICE:]

    def close(self, **given: Value) -> None:
        """Write what is left and block 999."""
        if self._held:
            self._block("1" + self._held.ljust(SLICE))
            self._held = ""
        shared = {field.name for field in tables()["999"].fields} & set(self._heading)
        values: dict[str, Value] = {
            **{name: self._heading[name] for name in shared - {"type"}},
            "records": self._blocks + 1,
            "lots": self._accounts.lots,
            "sum": abs(self._accounts.paid),
            "sign": "N" if self._accounts.paid < 0 else "P",
        }
        self._block(tables()["999"].write({**values, **given}, format_name=FORMAT))

    def _block(self, text: str) -> None:
        self._sink.write(text.encode("ascii"))
        self._blocks += 1
