"""What the simulator knows to be true, for whoever judges a client."""

from __future__ import annotations

from dataclasses import dataclass, field

Place = tuple[str, int]
"""A file (SHA-256) and a rank in it: how a notice or a bank entry is named."""


@dataclass(frozen=True)
class Wire:
    """Notices and entries that are the same money. ``decidable``: exactly one assignment satisfies the rules."""

    notices: tuple[Place, ...]
    entries: tuple[Place, ...]
    decidable: bool
    kind: str


@dataclass
class Truth:
    """``paid``: what each part of each invoice brought to the practice's account, in cents, advances included.

    ``spoiled``: the files (SHA-256) whose totals are false, of which nothing may be believed.
    """

    wires: list[Wire] = field(default_factory=list)
    orphan_entries: list[Place] = field(default_factory=list)
    missing_notices: list[Place] = field(default_factory=list)
    paid: dict[tuple[str, str], int] = field(default_factory=dict)
    refused: set[tuple[str, str]] = field(default_factory=set)
    spoiled: set[str] = field(default_factory=set)
    balance: int = 0
    retained: int = 0

    def pay(self, number: str, part: str, cents: int) -> None:
        """Count money that reached the account."""
        key = (number, part)
        self.paid[key] = self.paid.get(key, 0) + cents
