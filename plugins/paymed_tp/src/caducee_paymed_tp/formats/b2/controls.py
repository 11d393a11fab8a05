"""Whether a B2 file agrees with itself: order, numbers of invoices, keys, sums from lines to invoice to lot, counts.

Certain: sums of lines make the invoice, sums of invoices the lot, the insured part is what was billed less AMO.
Assumed: which records a count counts, hence several readings in ``B2Controls``. Rates are compared with a remark only:
rounding, participations and ceilings explain many differences.
"""

from __future__ import annotations

from collections import Counter

import msgspec

from caducee_paymed_tp.formats.b2.records import FORMAT, Norm, Record
from caducee_paymed_tp.formats.nir import key_of
from caducee_paymed_tp.formats.quarantine import FormatFault, Place
from caducee_paymed_tp.formats.reading import Reading

_SUMS = {
    Norm.GENERAL: {
        "4": {"fee_total": "total_billed", "amo_amount": "total_amo", "amc_amount": "total_amc"},
        "3": {},
    },
    Norm.CP: {
        "3": {
            "base": "base_hospital",
            "amo_amount": "amo_hospital",
            "amc_amount": "amc_hospital",
            "total": "total_hospital",
        },
        "4": {"fee_total": "fees_billed", "amo_amount": "amo_fees", "amc_amount": "amc_fees"},
    },
}
"""By norm and line, which zone of a line adds up to which zone of record 5."""

_BILLED = {Norm.GENERAL: ("total_billed",), Norm.CP: ("total_hospital", "fees_billed")}
_AMO = {Norm.GENERAL: ("total_amo",), Norm.CP: ("amo_hospital", "amo_fees")}
_AMC = {Norm.GENERAL: ("total_amc",), Norm.CP: ("amc_hospital", "amc_fees")}


class B2Controls(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How counts are understood (assumed).

    ``strict_lines``: lines are records 3 and 4 without their details.
    ``volume_without_ends``: the volume of a file may leave records 000 and 999 out.
    """

    strict_lines: bool = False
    volume_without_ends: bool = True


class Invoice:
    """The invoice at hand: its number and what its lines come to."""

    def __init__(self, head: Record) -> None:
        self.head = head
        self.number = head.text("invoice_no")
        self.sums: Counter[str] = Counter()
        self.lines = 0
        self.line_records = 0

    def add(self, record: Record) -> None:
        """Count a record of the invoice."""
        if record.name[0] in "34":
            self.line_records += 1
            self.lines += len(record.name) == 1
        for zone, total in _SUMS[record.norm].get(record.name, {}).items():
            self.sums[total] += record.cents(zone)

    def totals(self) -> dict[str, int]:
        """Return what record 5 must say, by its zones."""
        norm = self.head.norm
        zones = [total for sums in _SUMS[norm].values() for total in sums.values()]
        made = {zone: self.sums[zone] for zone in zones}
        billed, amo = sum(made[z] for z in _BILLED[norm]), sum(made[z] for z in _AMO[norm])
        return {**made, "insured_part_before_amc": billed - amo}


class Lot:
    """The lot at hand: what its invoices come to."""

    def __init__(self, head: Record) -> None:
        self.head = head
        self.counts: Counter[str] = Counter()
        self.billed = self.amo = self.amc = 0

    def add(self, invoice: Invoice, totals: dict[str, int]) -> None:
        """Count a finished invoice."""
        norm = invoice.head.norm
        self.billed += sum(totals[zone] for zone in _BILLED[norm])
        self.amo += sum(totals[zone] for zone in _AMO[norm])
        self.amc += sum(totals[zone] for zone in _AMC[norm])
        self.counts["invoices"] += 1
        self.counts["lines"] += invoice.lines
        self.counts["line_records"] += invoice.line_records

    def totals(self) -> dict[str, int]:
        """Return the sums that record 6 must say, by its zones."""
        return {"total_billed": self.billed, "total_amo": self.amo, "total_amc": self.amc}


class Checker:
    """Takes the records of a file in their order."""

    def __init__(self, controls: B2Controls, reading: Reading) -> None:
        self._controls = controls
        self._reading = reading
        self._begin()

    def _begin(self) -> None:
        self.start: Record | None = None
        self.lot: Lot | None = None
        self.invoice: Invoice | None = None
        self.lots = 0
        self.volume = 0
        self._numbers: set[tuple[str, str]] = set()

    def take(self, record: Record) -> None:
        """Hold one record against what came before.

        Raises:
            FormatFault: not its place, a number used twice, a sum or a count that is wrong.
        """
        self.volume += 1
        steps = {"000": self._start, "1": self._open_lot, "2": self._open_invoice, "5": self._close_invoice}
        steps |= {"6": self._close_lot, "999": self._end}
        steps.get(record.name, self._inside)(record)

    def _start(self, record: Record) -> None:
        _expect(self.start is None, "record.order", record)
        self.start = record

    def _open_lot(self, record: Record) -> None:
        _expect(self.start is not None and self.lot is None, "record.order", record)
        self.lot = Lot(record)
        self.lots += 1

    def _open_invoice(self, record: Record) -> None:
        _expect(self.lot is not None and self.invoice is None, "record.order", record)
        number = record.text("invoice_no")
        key = (record.text("ps_id"), number)
        _expect(bool(number.strip("0")) and key not in self._numbers, "b2.invoice_number", record, "invoice_no")
        self._numbers.add(key)
        expected = key_of(record.text("nir_insured"))
        _expect(expected in (None, record.text("nir_key")), "b2.nir_key", record, "nir_key")
        self.invoice = Invoice(record)
        self._count(record)

    def _inside(self, record: Record) -> None:
        _expect(self.invoice is not None, "record.order", record)
        if self.invoice:
            same = not record.values or record.text("invoice_no") == self.invoice.number
            _expect(same, "b2.invoice_mixed", record, "invoice_no")
            self.invoice.add(record)
        if record.name in ("3", "4"):
            self._rates(record)
        self._count(record)

    def _close_invoice(self, record: Record) -> None:
        self._inside(record)
        invoice, lot = self.invoice, self.lot
        if invoice is None or lot is None:
            return
        totals = invoice.totals()
        for zone, expected in totals.items():
            _expect(record.cents(zone) == expected, "b2.invoice_sum", record, zone)
        zone = "count_type4" if record.norm is Norm.GENERAL else "count_type3_4"
        _expect(
            self._counts_lines(record.cents(zone), invoice.lines, invoice.line_records), "b2.invoice_sum", record, zone
        )
        lot.add(invoice, totals)
        self.invoice = None

    def _close_lot(self, record: Record) -> None:
        lot = self.lot
        _expect(lot is not None and self.invoice is None, "record.order", record)
        if lot is None:
            return
        _expect(record.text("lot_no") == lot.head.text("lot_no"), "b2.lot", record, "lot_no")
        for zone, expected in lot.totals().items():
            _expect(record.cents(zone) == expected, "b2.lot_sum", record, zone)
        for zone, readings in self.lot_counts(lot).items():
            _expect(record.cents(zone) in readings, "b2.lot_count", record, zone)
        self.lot = None

    def lot_counts(self, lot: Lot) -> dict[str, tuple[int, ...]]:
        """Return the counts that record 6 may say, by its zones, the first being the one that is written."""
        counts = lot.counts
        lines = (counts["lines"],) if self._controls.strict_lines else (counts["lines"], counts["line_records"])
        return {
            "invoices": (counts["invoices"],),
            "lines": lines,
            "count_type2": (counts["2"], counts["2*"]),
            "count_type5": (counts["5"],),
        }

    def _end(self, record: Record) -> None:
        _expect(self.start is not None and self.lot is None, "record.order", record)
        _expect(record.cents("lots") == self.lots, "file.lots", record, "lots")
        volumes = (self.volume, self.volume - 2 if self._controls.volume_without_ends else self.volume)
        _expect(record.cents("volume") in volumes, "file.count", record, "volume")
        if self.start:
            _expect(record.text("file_id") in ("", self.start.text("file_id")), "file.other_end", record, "file_id")
        self._begin()

    def _count(self, record: Record) -> None:
        if self.lot:
            self.lot.counts[record.name] += 1
            self.lot.counts[f"{record.name[0]}*"] += 1

    def _counts_lines(self, said: int, lines: int, records: int) -> bool:
        return said == lines or (said == records and not self._controls.strict_lines)

    def _rates(self, record: Record) -> None:
        place = _place(record, "amo_amount")
        amo, amc = record.cents("amo_amount"), record.cents("amc_amount")
        if abs(record.cents("base") * record.cents("rate") - 100 * amo) > 100:
            self._reading.remark("b2.rate", place)
        if amo + amc > record.cents("fee_total" if record.name == "4" else "total"):
            self._reading.remark("b2.parts_over_fee", place)


def _expect(true: bool, rule: str, record: Record, field: str = "") -> None:  # noqa: FBT001 - it is what is expected
    if not true:
        raise FormatFault(rule, _place(record, field))


def _place(record: Record, field: str) -> Place:
    return Place(format=FORMAT, offset=record.offset, record=record.number, field=field)
