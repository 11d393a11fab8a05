"""Which *situation d'exercice* a professional acts in, kept over log-ins without any token."""

from __future__ import annotations

import msgspec

from caducee.contracts.plugin import Inquiry
from caducee.contracts.session import SessionIdentity, Situation
from caducee.contracts.state import PluginTransaction, State
from caducee.model.agreement import Disagreement, Source, Statement, disagreements
from caducee.model.practice import Practitioner

CHOICES = "situation"
PEOPLE = "identity"


def disagreeing(situation: Situation, practitioner: Practitioner) -> tuple[Disagreement, ...]:
    """Say where a situation is not the one that ``[practitioner.KEY]`` describes."""
    return disagreements((_stated("", situation), _configured(practitioner)))


def only_choice(identity: SessionIdentity, kept: Situation | None, practitioner: Practitioner) -> Situation | None:
    """Return the situation that needs no question: the one kept if it still is theirs, else the only one that fits.

    ``None``: the person must choose, or the configuration is wrong.
    """
    fitting = [one for one in identity.situations if not disagreeing(one, practitioner)]
    if kept in fitting:
        return kept
    return fitting[0] if len(fitting) == 1 else None


async def read_choice(state: State, practitioner: str) -> Situation | None:
    """Return what was chosen."""
    kept = await state.get(CHOICES, practitioner)
    return None if kept is None else msgspec.json.decode(kept, type=Situation)


async def keep_choice(tx: PluginTransaction, practitioner: str, situation: Situation | None) -> None:
    """Keep a choice, or that there is none."""
    if situation is None:
        await tx.delete(CHOICES, practitioner)
    else:
        await tx.put(CHOICES, practitioner, msgspec.json.encode(situation))


async def keep_identity(tx: PluginTransaction, practitioner: str, identity: SessionIdentity) -> None:
    """Keep who logged in last, for ``caducee doctor``."""
    await tx.put(PEOPLE, practitioner, msgspec.json.encode(identity))


async def testify(inquiry: Inquiry) -> Statement | None:
    """Say who logged in last for a professional, and in which situation; all of theirs while none is chosen."""
    if inquiry.state is None:
        return None
    kept = await inquiry.state.get(PEOPLE, inquiry.key)
    if kept is None:
        return None
    identity = msgspec.json.decode(kept, type=SessionIdentity)
    chosen = await read_choice(inquiry.state, inquiry.key)
    return _stated(identity.identifier, *((chosen,) if chosen is not None else identity.situations))


def _stated(identifier: str, *situations: Situation) -> Statement:
    return Statement(
        source=Source.SESSION,
        identifier=identifier,
        specialties=tuple(one.specialty for one in situations),
        structures=tuple(structure for one in situations for structure in one.structures),
    )


def _configured(practitioner: Practitioner) -> Statement:
    return Statement(
        source=Source.CONFIGURATION,
        specialties=() if practitioner.specialty is None else (practitioner.specialty.code,),
        structures=(practitioner.organisation.identifier,),
    )
