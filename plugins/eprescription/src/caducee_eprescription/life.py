"""The life of one prescription: a pure machine over its events.

It says what may follow what. A step that may not be raises ``ImpossibleStep`` and is never kept: there is one number
for one prescription, ``LOCAL_ONLY`` is final, a dispensed one is not cancelled, paper and publication happen once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from caducee_eprescription import events
from caducee_eprescription.events import AnyEvent
from caducee_eprescription.states import Dispensation, RxState

S = RxState


class ImpossibleStep(Exception):
    """An event that cannot follow what happened."""


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """Where a prescription stands. ``entries`` is how many events made it: the next one is kept only on top of them."""

    state: RxState = RxState.DRAFT
    entries: int = 0
    number: str = ""
    digest: str = ""
    lines: int = 0
    author: str = ""
    valid_until: str = ""
    opposed: bool = False
    replaces: str = ""
    asked: int = 0
    code: str = ""
    why: str = ""
    perhaps_held: bool = False
    withdrawn: bool = False
    cancelling: str = ""
    replaced_by: str = ""
    dispensations: tuple[Dispensation, ...] = ()
    printed: str = ""
    document_id: str = ""

    @property
    def decided(self) -> bool:
        """Whether it is known if paper and CDA carry the code."""
        return self.state not in (S.DRAFT, S.VALIDATED, S.REGISTERING, S.REJECTED)

    @property
    def carries_code(self) -> bool:
        """Whether paper and CDA carry the number and its code."""
        return self.decided and self.state is not S.LOCAL_ONLY

    def after(self, event: AnyEvent) -> Life:
        """Return the life after an event.

        Raises:
            ImpossibleStep: it cannot happen now.
        """
        froms, change = _STEPS[type(event)]
        if self.state not in froms:
            raise ImpossibleStep(f"{type(event).__name__} while {self.state}")
        return msgspec.structs.replace(self, entries=self.entries + 1, **change(self, event))


def replayed(happened: Iterable[AnyEvent]) -> Life:
    """Return the life that these events made, in their order."""
    life = Life()
    for event in happened:
        life = life.after(event)
    return life


def _numbered(_: Life, event: events.Numbered) -> dict[str, Any]:
    fields = ("number", "digest", "lines", "valid_until", "author", "opposed", "replaces")
    return {"state": S.VALIDATED, **{name: getattr(event, name) for name in fields}}


def _revised(_: Life, event: events.Revised) -> dict[str, Any]:
    return {"state": S.VALIDATED, "digest": event.digest, "lines": event.lines, "code": ""}


def _asked(life: Life, _: events.Asked) -> dict[str, Any]:
    return {"state": S.REGISTERING, "asked": life.asked + 1}


def _localised(life: Life, event: events.Localised) -> dict[str, Any]:
    if event.perhaps_held and not life.asked:
        raise ImpossibleStep("perhaps held, and never sent")
    return {"state": S.LOCAL_ONLY, "why": event.why, "perhaps_held": event.perhaps_held}


def _withdrawn(life: Life, _: events.Withdrawn) -> dict[str, Any]:
    if life.state is S.LOCAL_ONLY and not life.perhaps_held:
        raise ImpossibleStep("the base cannot have it")
    return {"withdrawn": True, "perhaps_held": False}


def _replaced(life: Life, event: events.ReplacedBy) -> dict[str, Any]:
    if life.replaced_by not in ("", event.local_id):
        raise ImpossibleStep("replaced by another one")
    state = life.state if life.state is S.LOCAL_ONLY else S.REPLACED
    return {"state": state, "replaced_by": event.local_id, "cancelling": ""}


def _dispensed(life: Life, event: events.Dispensed) -> dict[str, Any]:
    kept = tuple(one for one in life.dispensations if one.identifier != event.dispensation.identifier)
    known = (*kept, event.dispensation)
    effective = [one for one in known if not one.cancelled]
    state = S.DISPENSED if effective and event.remaining == 0 else S.PARTIALLY_DISPENSED if effective else S.REGISTERED
    return {"state": state, "dispensations": known, "cancelling": ""}


def _once(field: str) -> Callable[[Life, Any], dict[str, Any]]:
    def change(life: Life, event: Any) -> dict[str, Any]:
        value = event.sha256 if field == "printed" else event.document_id
        if getattr(life, field):
            raise ImpossibleStep(f"{field} twice")
        return {field: value}

    return change


def _to(state: RxState, **more: Any) -> Callable[[Life, Any], dict[str, Any]]:
    return lambda _life, _event: {"state": state, **more}


_LIVE = frozenset({S.REGISTERED, S.PARTIALLY_DISPENSED, S.DISPENSED})
_DECIDED = frozenset(S) - {S.DRAFT, S.VALIDATED, S.REGISTERING, S.REJECTED}
_STEPS: dict[type, tuple[frozenset[RxState], Callable[[Life, Any], dict[str, Any]]]] = {
    events.Numbered: (frozenset({S.DRAFT}), _numbered),
    events.Revised: (frozenset({S.REJECTED}), _revised),
    events.Asked: (frozenset({S.VALIDATED, S.REGISTERING}), _asked),
    events.Registered: (frozenset({S.REGISTERING}), _to(S.REGISTERED)),
    events.Refused: (
        frozenset({S.REGISTERING}),
        lambda _, event: {"state": S.REJECTED, "code": event.code},
    ),
    events.Localised: (frozenset({S.VALIDATED, S.REGISTERING}), _localised),
    events.Withdrawn: (frozenset({S.LOCAL_ONLY, S.REPLACED}), _withdrawn),
    events.CancelAsked: (frozenset({S.REGISTERED}), lambda _, event: {"cancelling": event.reason}),
    events.CancelRefused: (_LIVE, lambda _, event: {"cancelling": "", "code": event.code}),
    events.Cancelled: (frozenset({S.REGISTERED}), _to(S.CANCELLED, cancelling="")),
    events.ReplacedBy: (frozenset({S.REGISTERED, S.LOCAL_ONLY, S.EXPIRED, S.CANCELLED}), _replaced),
    events.Dispensed: (_LIVE, _dispensed),
    events.Expired: (frozenset({S.REGISTERED, S.PARTIALLY_DISPENSED}), _to(S.EXPIRED)),
    events.Printed: (_DECIDED, _once("printed")),
    events.Published: (_DECIDED, _once("document_id")),
}
