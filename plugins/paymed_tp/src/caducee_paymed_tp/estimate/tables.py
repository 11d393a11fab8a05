"""Dated tables of prices: each row with its validity and source. The ones that come along are a small sample."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from importlib.resources import files

import msgspec


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    since: date
    source: str
    until: date | None = None
    assumed: bool = True

    def valid(self, day: date) -> bool:
        """Say whether the row holds on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


class Act(_Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The opposable price of an act, in cents."""

    code: str
    amount: int


class Rate(_Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the compulsory insurance bears, in percent."""

    kind: str
    rate: int


class Amount(_Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An amount fixed by decree, in cents."""

    kind: str
    amount: int


class Tables(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All tables of one file. ``warning`` goes with every estimate."""

    warning: str
    acts: tuple[Act, ...]
    rates: tuple[Rate, ...]
    amounts: tuple[Amount, ...]

    def act(self, code: str, day: date) -> Act | None:
        """Return the price of an act on a day."""
        return next((row for row in self.acts if row.code == code and row.valid(day)), None)

    def rate(self, kind: str, day: date) -> int:
        """Return a rate.

        Raises:
            KeyError: the table has none for that day.
        """
        return next((row.rate for row in self.rates if row.kind == kind and row.valid(day)), -1)

    def amount(self, kind: str, day: date) -> int:
        """Return an amount, 0 when there was none on that day."""
        return next((row.amount for row in self.amounts if row.kind == kind and row.valid(day)), 0)


@lru_cache(maxsize=1)
def sample() -> Tables:
    """Return the tables that come with the plugin."""
    return read(files("caducee_paymed_tp.estimate").joinpath("tariffs.json").read_bytes())


def read(content: bytes) -> Tables:
    """Return the tables of a file of the same form.

    Raises:
        msgspec.ValidationError: it is not of that form.
    """
    return msgspec.json.decode(content, type=Tables)
