"""Verifying one INS that is already stored: the seam, and the two ways behind it.

``BySearch`` is what public code does: the search by traits again, and the comparison of matricule, OID and traits.
``ByUnit`` speaks the assumed form of WS_INS3.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from caducee.clock import Clock
from caducee.contracts.identity import InsOutcome
from caducee.errors import InsNotQualified
from caducee.model.environment import Environment
from caducee.model.identity import Ins, Traits
from caducee.model.patient import Patient
from caducee.model.permissions import Verb, require
from caducee.model.practice import Actor
from caducee_insi import ws_ins3
from caducee_insi.comparison import Verdict, compare
from caducee_insi.config import InsiConfig
from caducee_insi.courier import Caller, Courier, Reading, Request
from caducee_insi.query import query
from caducee_insi.service import InsiService


class Verdicted(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification said. ``assumed`` marks an answer read by an assumed form."""

    coherent: bool
    reason: str
    assumed: bool = False


class Verifier(Protocol):
    """Verifies one stored INS with its traits."""

    async def verify(self, ins: Ins, traits: Traits, *, local_id: str, acting: Actor) -> Verdicted:
        """Ask INSi.

        Raises:
            TraitsInvalid, IdentityMarked: nothing was sent.
            ServiceUnavailable, InsiRefused, ProtocolViolation, CredentialError.
        """
        ...


class BySearch:
    """Searches again by the stored traits."""

    def __init__(self, service: InsiService) -> None:
        self._service = service

    async def verify(self, ins: Ins, traits: Traits, *, local_id: str, acting: Actor) -> Verdicted:
        """Compare what is found with what is stored; an answer 01 or 02 is not coherent."""
        answer = await self._service.search(traits, local_id=local_id, acting=acting)
        if answer.outcome is not InsOutcome.FOUND or answer.traits is None:
            return Verdicted(coherent=False, reason=f"INSi répond {answer.outcome.value} à ces traits")
        if answer.ins != ins:
            return Verdicted(coherent=False, reason="INSi donne un autre matricule pour ces traits")
        if compare(traits, answer.traits).verdict is Verdict.MAJOR:
            return Verdicted(coherent=False, reason="Les traits d'INSi diffèrent de ceux du dossier")
        return Verdicted(coherent=True, reason="")


class ByUnit:
    """Asks WS_INS3, in its assumed form."""

    def __init__(self, config: InsiConfig, environment: Environment, *, courier: Courier, clock: Clock) -> None:
        self._config = config
        self._environment = environment
        self._courier = courier
        self._clock = clock

    async def verify(self, ins: Ins, traits: Traits, *, local_id: str, acting: Actor) -> Verdicted:
        """Ask for this matricule with these traits."""
        require(acting, Verb.SEARCH_IDENTITY)
        wanted = query(traits, today=self._clock.now().date())
        request = Request(
            verb="insi.verify_unit",
            action=ws_ins3.ACTION,
            body=ws_ins3.body(ins.matricule, self._config.sent(ins.oid, self._environment), wanted),
        )
        reading = Reading(ws_ins3.read, lambda said: f"outcome={said.code}")
        said, _ = await self._courier.ask(request, Caller(local_id=local_id, acting=acting), reading)
        reason = "" if said.coherent else f"INSi répond {said.code} {said.label}".strip()
        return Verdicted(coherent=said.coherent, reason=reason, assumed=True)


def stored(patient: Patient) -> Ins:
    """Return the matricule that is to be verified.

    Raises:
        InsNotQualified: there is none.
    """
    if patient.ins is None:
        raise InsNotQualified("no stored matricule")
    return patient.ins
