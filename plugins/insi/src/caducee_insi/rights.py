"""ADRi: the patient's rights with the health insurance, as the contract ``Rights`` of core.

The request is known. ASSUMED: the answer, whose wire form is not public: ``read_simulated`` is the sandbox's own, and
what it reads says ``assumed``. Whoever has the contract writes another ``AdriReading``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import msgspec

from caducee.contracts.rights import Cover, RightsAnswer
from caducee.contracts.state import State
from caducee.errors import CapabilityMissing, IdentityError, ProtocolViolation
from caducee.model.identity import Ins
from caducee.model.nir import control_key
from caducee.model.practice import Actor
from caducee.rendering import Template
from caducee.wire.xml import attribute, children
from caducee_insi import envelope
from caducee_insi.courier import Caller, Courier, Reading, Request
from caducee_insi.envelope import SERVICE
from caducee_insi.nir import NUMBER_LENGTH
from caducee_insi.trail import Trail
from caducee_insi.vitale import Beneficiary, VitaleCard

ACTION = "urn:adr:1.1.0:acquerirLesDroits"
SIMULATED = "urn:caducee:assumed:adri"
AdriReading = Callable[[Any, date], RightsAnswer]


class RightsUnaskable(IdentityError):
    """Whose rights are asked is not known here: no file holds this matricule."""

    code = "insi.rights_unaskable"
    sentence = "Les droits ne peuvent pas être demandés : aucun dossier ne porte cet INS."
    remedy = "Récupérez d'abord l'identité du patient, ou lisez sa carte Vitale."


class RightsRequest(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What the request holds: numbers of 13 characters beside their keys."""

    on: str
    number: str
    key: str
    birth_date: str
    rank: str
    holder: str
    holder_key: str


class AdriRights:
    """``caducee.contracts.rights.Rights`` over ADRi. ``reading`` is absent where no profile is configured."""

    def __init__(self, *, courier: Courier, state: State, reading: AdriReading | None) -> None:
        self._courier = courier
        self._trail = Trail(state)
        self._reading = reading

    async def of(self, ins: Ins, *, on: date, practitioner: str, acting: Actor) -> RightsAnswer:  # noqa: ARG002
        """Ask for a patient who is insured in their own name, as the trail of their identity says it.

        Raises:
            RightsUnaskable: no file holds this matricule; nothing was sent.
            CapabilityMissing: no form of the answer is configured; nothing was sent.
            ServiceUnavailable, InsiRefused, ProtocolViolation, CredentialError.
        """
        held = await self._trail.by_matricule(ins.matricule)
        traits = next((one.traits for one in held if one.traits is not None), None)
        if traits is None:
            raise RightsUnaskable("no file holds this matricule")
        person = Beneficiary(birth_date=traits.birth_date, number=ins.matricule[:NUMBER_LENGTH])
        card = VitaleCard(serial="", holder=ins.matricule[:NUMBER_LENGTH], beneficiaries=(person,))
        return await self.of_card(card, person, on=on, acting=acting)

    async def of_card(self, card: VitaleCard, person: Beneficiary, *, on: date, acting: Actor) -> RightsAnswer:
        """Ask for one of the people of a Vitale card.

        Raises:
            As ``of``.
        """
        if self._reading is None:
            raise CapabilityMissing("plugins.insi.rights")
        reading = self._reading
        request = Request(
            verb="insi.rights",
            action=ACTION,
            body=body(card, person, on=on),
            cover=cover(card, person),
            card=card if card.serial else None,
        )
        told = Reading(lambda answer: reading(answer, on), lambda said: f"outcome=00 covers={len(said.compulsory)}")
        answer, _ = await self._courier.ask(request, Caller(local_id="", acting=acting), told)
        assert isinstance(answer, RightsAnswer)
        return answer


def body(card: VitaleCard, person: Beneficiary, *, on: date) -> bytes:
    """Return the request."""
    number = person.number or card.holder
    asked = RightsRequest(
        on=on.isoformat(),
        number=number,
        key=control_key(number),
        birth_date=person.birth_date,
        rank=str(person.rank),
        holder=card.holder,
        holder_key=control_key(card.holder),
    )
    return _template().render(asked)


def cover(card: VitaleCard, person: Beneficiary) -> envelope.Cover:
    """Return ``COUVERTURE``, with the insurer's codes as far as the card tells them."""
    return envelope.Cover(
        holder=card.holder,
        holder_key=control_key(card.holder),
        birth_date=person.birth_date,
        rank=str(person.rank),
        regime=card.regime or None,
        fund=card.fund or None,
        centre=card.centre or None,
    )


def read_simulated(answer: Any, on: date) -> RightsAnswer:
    """Read the sandbox's answer.

    Raises:
        ProtocolViolation: another element, or a date that is none.
    """
    if answer.tag != f"{{{SIMULATED}}}Droits":
        raise ProtocolViolation(SERVICE, "the body is not the simulated answer of ADRi")
    return RightsAnswer(
        source="ADRi",
        on=on,
        compulsory=tuple(_cover(one) for one in children(answer, SIMULATED, "AMO")),
        complementary=tuple(_cover(one) for one in children(answer, SIMULATED, "AMC")),
        assumed=True,
    )


def _cover(element: Any) -> Cover:
    return Cover(
        regime=attribute(element, "regime"),
        fund=attribute(element, "organisme"),
        centre=attribute(element, "centre"),
        since=_date(attribute(element, "debut")),
        until=_date(attribute(element, "fin")),
        exemption=attribute(element, "exoneration"),
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ProtocolViolation(SERVICE, "a date of a cover") from None


@cache
def _template() -> Template:
    return Template.load("caducee_insi.messages", "adri.xml", RightsRequest)
