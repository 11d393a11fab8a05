"""The narrative block of CDA R2, what a person reads of a section (HL7 CDA R2, 4.3.5), as a value."""

from __future__ import annotations

import msgspec


class Start(msgspec.Struct, array_like=True, frozen=True):
    """The start of an element. It ends at the next ``None`` of its depth."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()


Event = str | Start | None
"""A text, the start of an element, the end of one."""


class Narrative(msgspec.Struct, array_like=True, frozen=True):
    """A narrative block, made with ``narrative`` and ``element``.

    When it is rendered each element and attribute must be one of the narrative block, where it may stand; a wrong one
    raises ``DocumentInvalid`` with its position.
    """

    events: tuple[Event, ...] = ()


def element(name: str, *inside: str | tuple[Event, ...], attributes: dict[str, str] | None = None) -> tuple[Event, ...]:
    """Make one element of a block from its texts and elements.

    For example ``element("paragraph", "Lu le ", element("sup", "1er"), attributes={"ID": "p1"})``.
    """
    return (Start(name, tuple((attributes or {}).items())), *_events(inside), None)


def narrative(*inside: str | tuple[Event, ...]) -> Narrative:
    """Make a block that holds these texts and elements."""
    return Narrative(_events(inside))


def _events(inside: tuple[str | tuple[Event, ...], ...]) -> tuple[Event, ...]:
    return tuple(event for part in inside for event in ((part,) if isinstance(part, str) else part))
