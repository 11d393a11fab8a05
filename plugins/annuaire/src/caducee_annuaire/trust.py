"""Which domains the secure mail reaches. The operator enforces it; here the person is told before sending.

A vendor may give a ``caducee.contracts.directory.TrustSpace`` of their own, in place of both.
"""

from __future__ import annotations

from collections.abc import Iterable

from caducee_annuaire.addresses import ascii_of
from caducee_annuaire.dated import Operators


class WhiteListed:
    """The domains of a white list, and no other."""

    def __init__(self, domains: Iterable[str]) -> None:
        self._domains = frozenset(filter(None, map(ascii_of, domains)))

    def __len__(self) -> int:
        return len(self._domains)

    def trusts(self, domain: str) -> bool:
        """Say whether the list names it."""
        return domain in self._domains


class Presets:
    """What public texts say of the operators: good enough to warn, less than the white list."""

    def __init__(self, operators: Operators) -> None:
        self._domains = frozenset(
            domain for operator in operators.operator for domain in (*operator.domains, *operator.test_domains)
        )
        self._suffixes = tuple(f".{suffix}" for suffix in operators.space.suffixes)

    def trusts(self, domain: str) -> bool:
        """Say whether an operator is known by it, or it ends as all of the trust space do."""
        return domain in self._domains or domain.endswith(self._suffixes)
