from __future__ import annotations

import pytest

from caducee_eprescription import events
from caducee_eprescription.events import AnyEvent
from caducee_eprescription.life import ImpossibleStep, Life, replayed
from caducee_eprescription.states import Dispensation, RxState

AT = "2026-11-28T08:00:00.000+00:00"
NUMBERED = events.Numbered(at=AT, number="99", digest="d", lines=1, valid_until="2027-11-28", author="roux")
ASKED, REGISTERED = events.Asked(at=AT), events.Registered(at=AT)
PRINTED, PUBLISHED = events.Printed(at=AT, sha256="s"), events.Published(at=AT, document_id="1.2")
HELD = (NUMBERED, ASKED, REGISTERED)


def dispensed(name: str, *, remaining: int, cancelled: bool = False) -> events.Dispensed:
    one = Dispensation(identifier=name, at=AT, pharmacy="P", lines=(), cancelled=cancelled)
    return events.Dispensed(at=AT, dispensation=one, remaining=remaining)


@pytest.mark.parametrize(
    ("happened", "state"),
    [
        ((), RxState.DRAFT),
        ((NUMBERED,), RxState.VALIDATED),
        ((NUMBERED, ASKED), RxState.REGISTERING),
        (HELD, RxState.REGISTERED),
        ((*HELD, dispensed("1", remaining=1)), RxState.PARTIALLY_DISPENSED),
        ((*HELD, dispensed("1", remaining=1), dispensed("2", remaining=0)), RxState.DISPENSED),
        (
            (*HELD, dispensed("1", remaining=0), dispensed("1", remaining=1, cancelled=True)),
            RxState.REGISTERED,
        ),
        ((*HELD, events.Cancelled(at=AT)), RxState.CANCELLED),
        ((*HELD, events.ReplacedBy(at=AT, local_id="B")), RxState.REPLACED),
        ((*HELD, events.Expired(at=AT)), RxState.EXPIRED),
        ((NUMBERED, ASKED, events.Refused(at=AT, code="c")), RxState.REJECTED),
        (
            (NUMBERED, ASKED, events.Refused(at=AT, code="c"), events.Revised(at=AT, digest="e", lines=2)),
            RxState.VALIDATED,
        ),
        ((NUMBERED, events.Localised(at=AT, why="exempt")), RxState.LOCAL_ONLY),
        ((NUMBERED, events.Localised(at=AT, why="x"), events.ReplacedBy(at=AT, local_id="B")), RxState.LOCAL_ONLY),
    ],
)
def test_each_state_is_reached_by_its_events(happened: tuple[AnyEvent, ...], state: RxState) -> None:
    assert replayed(happened).state is state


@pytest.mark.parametrize(
    "happened",
    [
        (NUMBERED, NUMBERED),
        (ASKED,),
        (NUMBERED, REGISTERED),
        (NUMBERED, PRINTED),
        (*HELD, PRINTED, PRINTED),
        (*HELD, PUBLISHED, PUBLISHED),
        (*HELD, ASKED),
        (*HELD, events.Localised(at=AT, why="x")),
        (*HELD, dispensed("1", remaining=1), events.Cancelled(at=AT)),
        (*HELD, dispensed("1", remaining=1), events.ReplacedBy(at=AT, local_id="B")),
        (*HELD, events.ReplacedBy(at=AT, local_id="B"), events.ReplacedBy(at=AT, local_id="C")),
        (NUMBERED, events.Localised(at=AT, why="x"), ASKED),
        (NUMBERED, ASKED, events.Localised(at=AT, why="x"), REGISTERED),
        (NUMBERED, events.Localised(at=AT, why="x", perhaps_held=True)),
        (NUMBERED, ASKED, events.Localised(at=AT, why="x"), events.Withdrawn(at=AT)),
    ],
)
def test_what_cannot_follow_is_refused(happened: tuple[AnyEvent, ...]) -> None:
    with pytest.raises(ImpossibleStep):
        replayed(happened)


def test_a_local_one_carries_no_code_and_a_registered_one_does() -> None:
    assert replayed(HELD).carries_code
    assert not replayed((NUMBERED, events.Localised(at=AT, why="x"))).carries_code
    assert not Life().carries_code
