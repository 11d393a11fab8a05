"""Which delivery each destination gets, and in which state it starts. Pure."""

from __future__ import annotations

import msgspec

from caducee.documents.ports import Hooked
from caducee.errors import Finding
from caducee.model.destination import Destination
from caducee.model.identity import InsStatus
from caducee.model.patient import Patient
from caducee.outbox.contract import DeliveryState


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery to store. With ``told_first`` the patient would read it there: an announcement holds it."""

    destination: Destination
    state: DeliveryState
    why: str = ""
    told_first: bool = False


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
            planned.append(_waiting(destination, "identity", told_first=route.waits_for_announcement))
        else:
            told_first = route.waits_for_announcement
            planned.append(Planned(destination=destination, state=DeliveryState.PENDING, told_first=told_first))
    return tuple(planned), tuple(findings)


def held_for_announcement(planned: tuple[Planned, ...]) -> tuple[Planned, ...]:
    """Let wait what the patient would read before somebody has told them; an identity is waited for first."""
    return tuple(
        msgspec.structs.replace(item, state=DeliveryState.BLOCKED, why="announcement")
        if item.told_first and item.why != "identity"
        else item
        for item in planned
    )


def held_for_validation(planned: tuple[Planned, ...]) -> tuple[Planned, ...]:
    """Let each delivery wait for the author's word; what waits for an identity will wait for it then."""
    return tuple(
        msgspec.structs.replace(item, state=DeliveryState.BLOCKED, why="validation") if item.why != "identity" else item
        for item in planned
    )


def must_seal(planned: tuple[Planned, ...]) -> bool:
    """Say whether the CDA is built now: not while every delivery waits for the identity."""
    return any(item.why != "identity" for item in planned)


def _waiting(destination: Destination, why: str, *, told_first: bool) -> Planned:
    return Planned(destination=destination, state=DeliveryState.BLOCKED, why=why, told_first=told_first)


def _nobody_serves(destination: Destination) -> Finding:
    return Finding(
        field=f"audience.{destination.kind}",
        rule="audience.served",
        message=f"Aucun module activé ne dessert la destination « {destination.kind} ».",
    )
