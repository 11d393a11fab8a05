"""Writes B2: the records of the host's invoices, and the totals that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from caducee_paymed_tp.formats.b2.controls import B2Controls, Checker
from caducee_paymed_tp.formats.b2.records import FORMAT, LATEST, LENGTH, Norm, Record, table_of
from caducee_paymed_tp.formats.kinds import Value
from caducee_paymed_tp.formats.quarantine import FormatFault, Place
from caducee_paymed_tp.formats.reading import Reading


class B2Writer:
    """Writes one file. Records go through the same checks as when they are read: what is written can be read back.

    The totals of records 5 and 6 and the counts of 999 are computed where the caller gives none; where he does, they
    must be right.
    """

    def __init__(self, sink: BinaryIO, *, edition: str = LATEST, controls: B2Controls | None = None) -> None:
        self._sink = sink
        self._edition = edition
        self._norm = Norm.GENERAL
        self._checker = Checker(controls or B2Controls(), Reading())
        self._number = 0

    def record(self, name: str, values: Mapping[str, Value]) -> None:
        """Write one record. Record 1 sets the norm of what follows (``norm_code`` CP or another).

        Raises:
            FormatFault: a zone cannot be written, the record is not in its place, a total is wrong.
        """
        if name == "1":
            self._norm = Norm.CP if values.get("norm_code") == "CP" else Norm.GENERAL
        table = table_of(name, self._norm, self._edition)
        if table is None:
            raise FormatFault("record.unknown", Place(format=FORMAT, record=self._number + 1, field=name))
        text = table.write({**self._computed(name), **values}, format_name=FORMAT)
        self._number += 1
        offset = (self._number - 1) * LENGTH
        place = Place(format=FORMAT, offset=offset, record=self._number)
        raw = text.encode("ascii")
        zones = table.read(text, place)
        self._checker.take(
            Record(name=name, norm=self._norm, number=self._number, offset=offset, raw=raw, values=zones)
        )
        self._sink.write(raw)

    def _computed(self, name: str) -> dict[str, Value]:
        checker = self._checker
        if name in ("000", "999"):
            ends: dict[str, Value] = {"record_length": LENGTH, "norm_version": FORMAT} if name == "000" else {}
            return ends or {"volume": checker.volume + 1, "lots": checker.lots}
        if name == "5" and checker.invoice:
            count = "count_type4" if self._norm is Norm.GENERAL else "count_type3_4"
            return {**checker.invoice.totals(), count: checker.invoice.lines}
        if name == "6" and checker.lot:
            counts = {zone: readings[0] for zone, readings in checker.lot_counts(checker.lot).items()}
            return {**counts, **checker.lot.totals(), "lot_no": checker.lot.head.text("lot_no")}
        return {}
