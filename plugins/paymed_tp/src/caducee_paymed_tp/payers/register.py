"""The payer register: how each payer names itself on a bank statement, and what the practice has agreed with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from caducee.errors import Finding
from caducee_paymed_tp.model.invoices import Invoice
from caducee_paymed_tp.model.money import BankEntry
from caducee_paymed_tp.model.parts import Part
from caducee_paymed_tp.reconciliation.labels import squeezed

SHORTEST_ALIAS = 5


class Agreement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A third-party payment agreement of the practice. ``convention`` is the type on the card (``SP``, ``VI``…)."""

    convention: str
    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Say whether it held on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


class Payer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[plugins.paymed_tp.payers.KEY]``: one payer.

    ``kind`` is the part it pays. ``names`` are the words it signs wires with, ``accounts`` the IBANs it pays from.
    ``delay`` is in days from the sending, the general one of its part when absent.
    """

    name: str
    kind: Part = Part.AMC
    names: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    delay: int | None = None
    address: tuple[str, ...] = ()


class Payers:
    """The register as it is asked."""

    def __init__(self, payers: Mapping[str, Payer]) -> None:
        self._payers = dict(payers)
        self._aliases = sorted(
            ((squeezed(alias), key) for key, one in self._payers.items() for alias in (*one.names, one.name)),
            key=lambda pair: (-len(pair[0]), pair),
        )
        self._accounts = {squeezed(account): key for key, one in self._payers.items() for account in one.accounts}

    def named(self, key: str) -> str:
        """Return how a payer is called, its own number when it is not in the register."""
        known = self._payers.get(key)
        return known.name if known else key

    def get(self, key: str) -> Payer | None:
        """Return a payer."""
        return self._payers.get(key)

    def of(self, entry: BankEntry) -> str:
        """Return the payer that a movement comes from, ``""`` when it is not known or two are possible.

        Its account decides; else its name in the creditor, else in the label. A longer name outweighs one within it.
        """
        account = self._accounts.get(squeezed(entry.creditor))
        if account:
            return account
        return self._by_name(squeezed(entry.creditor)) or self._by_name(squeezed(entry.label))

    def _by_name(self, text: str) -> str:
        found: dict[str, str] = {}
        for alias, key in self._aliases:
            if len(alias) >= SHORTEST_ALIAS and alias in text and not any(alias in longer for longer in found):
                found[alias] = key
        owners = set(found.values())
        return owners.pop() if len(owners) == 1 else ""

    def warnings(self, invoice: Invoice) -> Sequence[Finding]:
        """Say which parts are claimed outside an agreement. It warns; the host decides."""
        return [
            Finding(
                field=f"shares.{share.part}",
                rule="tp.no_agreement",
                message=f"Aucune convention de tiers payant valable à cette date avec {self.named(share.payer)}.",
                source="registre des payeurs du cabinet",
            )
            for share in invoice.shares
            if share.part is Part.AMC and not self._agreed(share.payer, invoice.care_date)
        ]

    def _agreed(self, key: str, day: date) -> bool:
        known = self._payers.get(key)
        return known is not None and any(agreement.covers(day) for agreement in known.agreements)
