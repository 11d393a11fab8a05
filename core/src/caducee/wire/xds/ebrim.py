"""ebRIM 3.0 as the templates render it: slots, classifications, external identifiers, packages, associations.

A submission makes hundreds of these and none can be part of a cycle: the garbage collector need not look at them.
"""

from __future__ import annotations

import msgspec

from caducee.model.codes import Code


class Slot(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A named list of values."""

    name: str
    values: tuple[str, ...]


class Classification(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A code (``scheme``, ``node``, ``label``), an author (slots, empty ``node``) or a marker (``marker`` only)."""

    id: str
    object: str
    scheme: str | None = None
    marker: str | None = None
    node: str | None = None
    slots: tuple[Slot, ...] = ()
    label: str | None = None


class ExternalIdentifier(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An identifier of the object it belongs to; ``name`` is the one that IHE gives to its scheme."""

    id: str
    object: str
    scheme: str
    value: str
    name: str


class RegistryPackage(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A submission set."""

    id: str
    slots: tuple[Slot, ...]
    title: str | None
    classifications: tuple[Classification, ...]
    identifiers: tuple[ExternalIdentifier, ...]


class ExtrinsicObject(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A document entry."""

    id: str
    mime_type: str
    slots: tuple[Slot, ...]
    title: str | None
    classifications: tuple[Classification, ...]
    identifiers: tuple[ExternalIdentifier, ...]


class Association(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A link between two objects of the request, or to an entry that the registry holds."""

    id: str
    type: str
    source: str
    target: str
    slots: tuple[Slot, ...]


class Classifier:
    """Makes the classifications and identifiers of one object, with ids that are unique within the request."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._count = 0

    def code(self, scheme: str, code: Code) -> Classification:
        """A coded attribute: value, coding scheme, text."""
        slots = (Slot("codingScheme", (code.system,)),)
        return Classification(self._next("c"), self._owner, scheme, None, code.code, slots, code.display)

    def author(self, scheme: str, slots: tuple[Slot, ...]) -> Classification:
        """An author, described by its slots."""
        return Classification(self._next("c"), self._owner, scheme, None, "", slots)

    def marker(self, node: str) -> Classification:
        """What kind of object this is."""
        return Classification(self._next("c"), self._owner, None, node)

    def identifier(self, scheme: str, value: str, name: str) -> ExternalIdentifier:
        """An external identifier."""
        return ExternalIdentifier(self._next("e"), self._owner, scheme, value, name)

    def _next(self, letter: str) -> str:
        self._count += 1
        return f"{self._owner}.{letter}{self._count}"


def slots(values: dict[str, str | tuple[str, ...] | None]) -> tuple[Slot, ...]:
    """Return the slots of the values that are present, in the order given."""
    return tuple(
        [Slot(n, (value,) if isinstance(value, str) else value) for n, value in values.items() if value is not None]
    )
