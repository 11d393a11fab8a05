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
    """One delivery to store. ``needs_identity`` stays with it: it is sealed with the INS or not at all."""

    destination: Destination
    state: DeliveryState
    why: str = ""


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
            planned.append(Planned(destination=destination, state=DeliveryState.BLOCKED, why="operator"))
        elif route.needs_qualified_ins and not is_qualified(patient):
            planned.append(Planned(destination=destination, state=DeliveryState.BLOCKED, why="identity"))
        else:
            planned.append(Planned(destination=destination, state=DeliveryState.PENDING))
    return tuple(planned), tuple(findings)


def held_for_validation(planned: tuple[Planned, ...]) -> tuple[Planned, ...]:
    """Let each delivery wait for the author's word; what waits for an identity will wait for it then."""
    return tuple(
        msgspec.structs.replace(item, state=DeliveryState.BLOCKED, why="validation") if item.why != "identity" else item
        for item in planned
    )


def must_seal(planned: tuple[Planned, ...]) -> bool:
    """Say whether the CDA is built now: not while every delivery waits for the identity."""
    return any(item.why != "identity" for item in planned)


def _nobody_serves(destination: Destination) -> Finding:
    return Finding(
        field=f"audience.{destination.kind}",
        rule="audience.served",
        message=f"Aucun module activé ne dessert la destination « {destination.kind} ».",
    )
