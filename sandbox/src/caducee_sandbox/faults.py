"""Faults on demand: what goes wrong, at which service, in which transaction, how many times."""

from __future__ import annotations

from dataclasses import dataclass, replace

EXCHANGE = (
    "lose_answer",
    "lose_request",
    "slow",
    "http500",
    "html",
    "soap_fault",
    "truncated",
    "broken_off",
    "garbage",
)
CONNECTION = ("wrong_certificate",)
LISTENER = ("down",)
MAIL = ("duplicate", "refuse_login", "refuse_and_drop", "drop_after_dot", "internal_error", "bye", "box_full")
BEHAVIOUR = ("refuse", "expired", "jwt")
"""What the simulated Pro Santé Connect does itself: declines log-ins, holds tokens for dead, signs its userinfo."""
DIRECTORY = ("quota", "next_loop", "next_elsewhere", "next_relative", "empty_page")
INSI = (
    "prefixes",
    "history_first",
    "history_repeated",
    "wrong_key",
    "old_place",
    "technical",
    "fatal",
    "no_message_id",
)
"""Habits of INSi: other prefixes, dates before numbers, the active number in the history, keys that do not hold,
Corsica under its old code, the technical fault, a severity unknown to the schema, a fault without message id."""
KINDS = EXCHANGE + CONNECTION + LISTENER + MAIL + BEHAVIOUR + DIRECTORY + INSI
SERVICES = ("insi", "dmp", "mail", "psc", "annuaire", "erx")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault. ``times`` is how often it is still to happen; None: until cleared. ``seconds`` belongs to slow."""

    service: str
    kind: str
    times: int | None = None
    transaction: str | None = None
    seconds: float = 5.0

    def __post_init__(self) -> None:
        if self.service not in SERVICES:
            raise ValueError(f"service: one of {', '.join(SERVICES)}")
        if self.kind not in KINDS:
            raise ValueError(f"fault: one of {', '.join(KINDS)}")
        if self.times is not None and self.times < 1:
            raise ValueError("times: at least 1")


class FaultBoard:
    """The faults that are set. Taking one counts it down."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def set(self, fault: Fault) -> None:
        """Add a fault."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Remove every fault."""
        self._faults.clear()

    def standing(self) -> tuple[Fault, ...]:
        """Return the faults still to happen."""
        return tuple(self._faults)

    def take(self, service: str, transaction: str) -> Fault | None:
        """Return the fault that hits this exchange, counted down."""
        return self._take(service, EXCHANGE, transaction)

    def take_connection(self, service: str) -> Fault | None:
        """Return the fault that hits this new connection, counted down."""
        return self._take(service, CONNECTION, None)

    def take_of(self, service: str, kinds: tuple[str, ...], transaction: str) -> Fault | None:
        """Return the fault of one of these kinds that hits this moment of an exchange, counted down."""
        return self._take(service, kinds, transaction)

    def behaves(self, service: str, kind: str) -> bool:
        """Say whether a service behaves that way now; counted down."""
        return self._take(service, (kind,), None) is not None

    def is_down(self, service: str) -> bool:
        """Say whether this service must not listen."""
        return any(f.service == service and f.kind in LISTENER for f in self._faults)

    def _take(self, service: str, kinds: tuple[str, ...], transaction: str | None) -> Fault | None:
        for position, fault in enumerate(self._faults):
            concerned = fault.transaction in (None, transaction)
            if fault.service == service and fault.kind in kinds and concerned:
                self._count_down(position, fault)
                return fault
        return None

    def _count_down(self, position: int, fault: Fault) -> None:
        if fault.times is None:
            return
        if fault.times == 1:
            del self._faults[position]
        else:
            self._faults[position] = replace(fault, times=fault.times - 1)
