"""What each kind of actor may do: data, read by every verb that says who acts."""

from __future__ import annotations

from enum import StrEnum

from caducee.errors import ActorRefused
from caducee.model.practice import Actor, ActorKind


class Verb(StrEnum):
    """What may be asked of the SDK in somebody's name."""

    PREPARE = "prepare"
    """Hand a document over; it leaves once its author has validated it."""
    VALIDATE = "validate"
    """Say that a document may leave; publishing by oneself says it too."""
    ANNOUNCE = "announce"
    """Say that a patient has been told what a document holds."""
    CONSULT = "consult"
    BREAK_GLASS = "break_glass"
    SEARCH_IDENTITY = "search_identity"
    QUALIFY_IDENTITY = "qualify_identity"
    UPDATE_IDENTITY = "update_identity"
    FILE_MAIL = "file_mail"
    WRITE_MAIL = "write_mail"
    NOTE_OPPOSITION = "note_opposition"
    """Note what a patient is against, or that they no longer are."""


_EVERYTHING = frozenset(Verb)
_AT_THE_DESK = frozenset(
    {
        Verb.PREPARE,
        Verb.CONSULT,
        Verb.SEARCH_IDENTITY,
        Verb.QUALIFY_IDENTITY,
        Verb.UPDATE_IDENTITY,
        Verb.FILE_MAIL,
        Verb.WRITE_MAIL,
        Verb.NOTE_OPPOSITION,
    }
)

MAY: dict[ActorKind, frozenset[Verb]] = {
    ActorKind.DOCTOR: _EVERYTHING,
    ActorKind.REPLACEMENT: _EVERYTHING,
    ActorKind.SECRETARY: _AT_THE_DESK,
    ActorKind.AUTOMATON: frozenset({Verb.PREPARE, Verb.UPDATE_IDENTITY, Verb.FILE_MAIL}),
}


def may(actor: Actor, verb: Verb) -> bool:
    """Say whether this actor may do that."""
    return verb in MAY[actor.kind]


def require(actor: Actor, verb: Verb) -> None:
    """Refuse what this actor may not do, before anything is done.

    Raises:
        ActorRefused: names the kind of actor and the verb.
    """
    if not may(actor, verb):
        raise ActorRefused(actor.kind, verb)
