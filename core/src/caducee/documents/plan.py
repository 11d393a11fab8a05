"""Which delivery each destination gets, and in which state it starts. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from caducee.documents.ports import Hooked
from caducee.errors import Finding
from caducee.hooks import UntilTold
from caducee.model.destination import Destination
from caducee.model.identity import InsStatus
from caducee.model.patient import Patient
from caducee.outbox.contract import DeliveryState
from caducee.sharing.opposition import Opposition
from caducee.sharing.oppositions import OPPOSED


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery to store. With ``told_first`` the patient would read it there: an announcement holds it.

    ``lifts`` says that it shows the patient what was hidden: it goes first once they have been told. ``opposition`` is
    what stops it.
    """

    destination: Destination
    state: DeliveryState
    why: str = ""
    told_first: bool = False
    until_told: UntilTold | None = None
    lifts: bool = False
    opposition: Opposition | None = None


def is_qualified(patient: Patient) -> bool:
    """Say whether the matricule of this patient may leave the practice (RNIV: qualified identities only)."""
    return patient.status is InsStatus.QUALIFIED and patient.ins is not None


def plan(
    patient: Patient, asked: tuple[Destination, ...], routed: Hooked
) -> tuple[tuple[Planned, ...], tuple[Finding, ...]]:
    """Give each asked destination its delivery.

    A destination that nobody serves is a finding; when a plugin failed to answer it is kept as
    ``blocked(operator)`` instead: never dropped, never sent unchecked.
    """
    routes = {route.destination: route for route in routed.routes}
    planned: list[Planned] = []
    findings: list[Finding] = []
    for destination in asked:
        route = routes.get(destination)
        if route is None and not routed.troubled:
            findings.append(_nobody_serves(destination))
        elif route is None:
            planned.append(_waiting(destination, "operator", told_first=True))
        elif route.needs_qualified_ins and not is_qualified(patient):
            waiting = _waiting(destination, "identity", told_first=route.waits_for_announcement)
            planned.append(msgspec.structs.replace(waiting, until_told=route.until_told))
        else:
            planned.append(
                Planned(
                    destination=destination,
                    state=DeliveryState.PENDING,
                    told_first=route.waits_for_announcement,
                    until_told=route.until_told,
                )
            )
    return tuple(planned), tuple(findings)


def stopped_by_opposition(planned: tuple[Planned, ...], stopping: Mapping[str, Opposition]) -> tuple[Planned, ...]:
    """End what the patient is against; ``stopping`` is what stands against this document, by scope."""
    return tuple(
        msgspec.structs.replace(item, state=DeliveryState.NOT_APPLICABLE, why=OPPOSED, opposition=against)
        if (against := stopping.get(item.destination.stopped_by)) is not None
        else item
        for item in planned
    )


def hidden_until_told(planned: tuple[Planned, ...]) -> tuple[Planned, ...]:
    """Give two deliveries where a document can be hidden from the patient: one hides it, one shows it once told."""
    return tuple(made for item in planned for made in _hidden(item))


def _hidden(item: Planned) -> tuple[Planned, ...]:
    if item.until_told is None or item.state is DeliveryState.NOT_APPLICABLE:
        return (item,)
    hides = msgspec.structs.replace(item, destination=item.until_told.hidden, told_first=False)
    return hides, msgspec.structs.replace(item, destination=item.until_told.shown, lifts=True)


def held_for_announcement(planned: tuple[Planned, ...]) -> tuple[Planned, ...]:
    """Let wait what the patient would read before somebody has told them; an identity is waited for first."""
    return tuple(
        _blocked(item, "announcement")
        if item.told_first and item.why != "identity" and item.state is not DeliveryState.NOT_APPLICABLE
        else item
        for item in planned
    )


def held_for_validation(planned: tuple[Planned, ...]) -> tuple[Planned, ...]:
    """Let each delivery wait for the author's word; what waits for an identity will wait for it then."""
    return tuple(
        item if item.why == "identity" or item.state is DeliveryState.NOT_APPLICABLE else _blocked(item, "validation")
        for item in planned
    )


def must_seal(planned: tuple[Planned, ...]) -> bool:
    """Say whether the CDA is built now: not while every delivery waits for the identity."""
    live = tuple(item for item in planned if item.state is not DeliveryState.NOT_APPLICABLE)
    return any(item.why != "identity" for item in live or planned)


def _blocked(item: Planned, why: str) -> Planned:
    return msgspec.structs.replace(item, state=DeliveryState.BLOCKED, why=why)


def _waiting(destination: Destination, why: str, *, told_first: bool) -> Planned:
    return Planned(destination=destination, state=DeliveryState.BLOCKED, why=why, told_first=told_first)


def _nobody_serves(destination: Destination) -> Finding:
    return Finding(
        field=f"audience.{destination.kind}",
        rule="audience.served",
        message=f"Aucun module activé ne dessert la destination « {destination.kind} ».",
    )
