"""What a person reads of a file: who sent it, which money, which invoices were refused. No patient's name or number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from caducee.cli.printing import print_table
from caducee_paymed_tp.euros import euros
from caducee_paymed_tp.formats.b2 import Record
from caducee_paymed_tp.formats.b2.records import Norm, table_of
from caducee_paymed_tp.formats.bank import BankStatement, EntryStatus, StatementKind
from caducee_paymed_tp.formats.noemie import FileStart, Movement, ReturnedInvoice, WireTotal
from caducee_paymed_tp.formats.noemie.entities import tables
from caducee_paymed_tp.formats.opening import Row
from caducee_paymed_tp.formats.reading import Reading
from caducee_paymed_tp.formats.recognise import FileFormat

_NAMES = {
    FileFormat.B2: "B2",
    FileFormat.NOEMIE: "NOEMIE PS",
    FileFormat.CAMT: "CAMT (ISO 20022)",
    FileFormat.CFONB: "CFONB 120",
    FileFormat.OFX: "OFX",
    FileFormat.CSV: "CSV",
}
_KINDS = {
    StatementKind.STATEMENT: "Relevé",
    StatementKind.INTRADAY: "Relevé provisoire (journée en cours)",
    StatementKind.NOTIFICATION: "Avis d'opérations",
}
_STATES = {"P": "payée", "R": "rejetée", "D": "différée", "": "non traitée"}
_REMARKS = {
    "record.unknown": "enregistrements d'un type inconnu, conservés",
    "cfonb.currency_assumed": "relevés sans monnaie ni décimales : EUR et 2 supposés",
    "balance.missing": "relevés sans les deux soldes : rien ne prouve qu'ils sont complets",
    "entry.not_booked": "mouvements non comptabilisés",
    "noemie.nir_key": "numéros d'assuré dont la clé est fausse",
    "b2.rate": "lignes dont la part obligatoire n'est pas base × taux",
    "b2.parts_over_fee": "lignes dont les parts dépassent les honoraires",
}


def print_rows(found: FileFormat, rows: Iterable[Row], readings: list[Reading]) -> None:
    """Print a file that is verified. Memory grows with wires and statements, not with invoices."""
    print(f"Format : {_NAMES[found]}")
    returned = _Returned()
    billed: Counter[str] = Counter()
    for row in rows:
        if isinstance(row, BankStatement):
            _print_statement(row)
        elif isinstance(row, Record):
            _add_billed(billed, row)
        else:
            returned.take(row)
    if found is FileFormat.NOEMIE:
        returned.show()
    if found is FileFormat.B2:
        _print_billed(billed)
    _print_counts(found, readings[-1])


def _print_statement(statement: BankStatement) -> None:
    print(f"{_KINDS[statement.kind]} du compte {statement.account}, {len(statement.entries)} mouvement(s)")
    rows = [
        (
            f"{entry.booked:%d/%m/%Y}",
            euros(entry.amount) + ("" if entry.status is EntryStatus.BOOKED else " (non comptabilisé)"),
            " ".join(text for text in (entry.label, entry.reference) if text),
        )
        for entry in statement.entries
    ]
    if rows:
        print_table(("DATE", "MONTANT", "LIBELLÉ"), rows)
    balances = [
        f"{name} {euros(amount)}"
        for name, amount in (("ancien solde", statement.opening), ("nouveau solde", statement.closing))
        if amount is not None
    ]
    proof = "soldes vérifiés" if statement.verified else "soldes non vérifiables"
    print(", ".join((*balances, proof)))


class _Returned:
    """What a NOEMIE file comes to."""

    def __init__(self) -> None:
        self._wires: list[tuple[str, ...]] = []
        self._parts: Counter[tuple[str, str]] = Counter()
        self._paid: Counter[tuple[str, str]] = Counter()
        self._reasons: Counter[tuple[str, str]] = Counter()
        self._movements: Counter[str] = Counter()

    def take(self, row: object) -> None:
        if isinstance(row, FileStart):
            print(f"Émetteur : {row.values['sender_type']} {row.values['sender_id']}, fichier {row.values['file_id']}")
        elif isinstance(row, WireTotal):
            self._wires.append(_wire(row))
        elif isinstance(row, ReturnedInvoice):
            self._invoice(row)
        elif isinstance(row, Movement):
            self._movements[row.kind] += row.amount

    def _invoice(self, invoice: ReturnedInvoice) -> None:
        for part in invoice.parts:
            self._parts[part.part, part.state] += 1
            self._paid[part.part, part.state] += part.paid
        for reason in invoice.reasons:
            self._reasons[reason.code, reason.label] += 1

    def show(self) -> None:
        if self._wires:
            print_table(("VIREMENT", "LIBELLÉ", "MONTANT", "FACTURES"), self._wires)
        rows = [
            (part, _STATES.get(state, state), str(count), euros(self._paid[part, state]))
            for (part, state), count in sorted(self._parts.items())
        ]
        if rows:
            print_table(("PART", "ÉTAT", "FACTURES", "PAYÉ"), rows)
        for kind, name in (("retention", "Retenues"), ("lump_sum", "Versements forfaitaires")):
            if kind in self._movements:
                print(f"{name} : {euros(self._movements[kind])}")
        if self._reasons:
            print_table(
                ("CODE", "MOTIF", "FOIS"),
                [(code, label, str(count)) for (code, label), count in self._reasons.most_common()],
            )


def _wire(total: WireTotal) -> tuple[str, ...]:
    wire = total.wire
    day = f"{wire.day:%d/%m/%Y}" if wire and wire.day else "-"
    label = " ".join(wire.labels) if wire else ""
    return day, label or "-", euros(total.paid), str(total.invoices)


def _add_billed(billed: Counter[str], record: Record) -> None:
    billed["invoices"] += record.name == "2"
    if record.name == "6":
        for zone in ("total_billed", "total_amo", "total_amc"):
            billed[zone] += record.cents(zone)


def _print_billed(billed: Counter[str]) -> None:
    print(
        f"{billed['invoices']} facture(s), {euros(billed['total_billed'])} facturés, "
        f"dont {euros(billed['total_amo'])} en part obligatoire et {euros(billed['total_amc'])} en part complémentaire"
    )


def _print_counts(found: FileFormat, reading: Reading) -> None:
    if found in (FileFormat.NOEMIE, FileFormat.B2):
        known = [(name, _title(found, name), str(count)) for name, count in sorted(reading.counts.items())]
        unknown = [(name, "inconnu, conservé", str(count)) for name, count in sorted(reading.unknown.items())]
        print_table(("TYPE", "CONTENU", "NOMBRE"), known + unknown)
    for rule, count in sorted(reading.remark_counts.items()):
        print(f"Remarque : {count} {_REMARKS.get(rule, 'message dans une version non vérifiée (' + rule + ')')}")


def _title(found: FileFormat, name: str) -> str:
    if found is FileFormat.NOEMIE:
        return tables()[name].title
    table = table_of(name, Norm.GENERAL) or table_of(name, Norm.CP)
    return table.title if table else ""
