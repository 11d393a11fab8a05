"""How a message names its sender (ANS, référentiel MSSanté, form of the sender's label)."""

from __future__ import annotations

from caducee.model.practice import Actor, ActorKind, Practitioner

_PERSONS = frozenset({ActorKind.DOCTOR, ActorKind.REPLACEMENT})


def sender_label(author: Practitioner, acting: Actor) -> str:
    """Return the label of a message that this actor sends for this author.

    A person's is ``Titre_Prénom_NOM_Entité``, the title left out when there is none; what a secretary or a program
    sends carries the name of the structure alone.
    """
    structure = author.organisation.name
    if acting.kind not in _PERSONS:
        return structure
    title = (author.title or "").capitalize()
    return "_".join(part for part in (title, author.given_name, author.family_name.upper(), structure) if part)
