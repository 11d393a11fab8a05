"""What must be said of a bank's CSV before it can be read."""

from __future__ import annotations

import msgspec


class CsvMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The declaration of one bank's files. Columns are named as in the heading line, compared without outer spaces.

    Give ``amount`` (signed), or ``credit`` and ``debit`` (both without sign, or the debit with one). ``balance`` is the
    column of the balance after each movement, if there is one: it is then verified. ``newest_first`` says the order.
    ``date_format`` is that of ``datetime.strptime``. ``thousands`` is removed from amounts.
    """

    account: str
    date: str
    date_format: str = "%d/%m/%Y"
    amount: str = ""
    credit: str = ""
    debit: str = ""
    label: tuple[str, ...] = ()
    value_date: str = ""
    reference: str = ""
    counterparty: str = ""
    balance: str = ""
    newest_first: bool = False
    currency: str = "EUR"
    delimiter: str = ";"
    encoding: str = "utf-8-sig"
    decimal: str = ","
    thousands: tuple[str, ...] = (" ", "\u00a0", "\u202f")
    skip_lines: int = 0

    def __post_init__(self) -> None:
        if bool(self.amount) == bool(self.credit and self.debit) or len(self.delimiter) != 1:
            raise ValueError("either amount, or credit and debit; a delimiter of one character")
        if self.decimal not in (",", ".") or self.decimal in self.thousands:
            raise ValueError("the decimal mark is a comma or a point, and not that of thousands")

    def columns(self) -> tuple[str, ...]:
        """Return every column that is declared."""
        named = (self.date, self.amount, self.credit, self.debit, self.value_date, self.reference)
        return tuple(name for name in (*named, self.counterparty, self.balance, *self.label) if name)
