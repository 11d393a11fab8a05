"""What the native side must know of a struct: the names, the order and the types of its fields, its tag in a union."""

from __future__ import annotations

import types
from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

import msgspec

from caducee.rendering.narrative import Narrative
from caducee.rendering.null_flavors import NullFlavor
from caducee.rendering.refusals import TemplateError

_SCALARS: dict[Any, str] = {str: "str", int: "int", bool: "bool", bytes: "bytes", Decimal: "str"}


class _Shapes:
    """The structs met so far. A name stands for one class."""

    def __init__(self) -> None:
        self._classes: dict[str, type] = {}
        self._fields: dict[str, list[tuple[str, str]]] = {}

    def described(self) -> list[tuple[Any, ...]]:
        """Return what the native side reads."""
        tags = {name: cls.__struct_config__.tag for name, cls in self._classes.items()}  # type: ignore[attr-defined]
        return [(name, fields, *([] if tags[name] is None else [tags[name]])) for name, fields in self._fields.items()]

    def struct(self, cls: type[msgspec.Struct]) -> str:
        """Describe a struct and all that it holds; return its type."""
        name = cls.__name__
        known = self._classes.setdefault(name, cls)
        if known is not cls:
            raise TemplateError(f"two structs are called {name}")
        if not cls.__struct_config__.array_like:
            raise TemplateError(f"{name} must be array_like")
        if name not in self._fields:
            fields = self._fields[name] = []
            hints = get_type_hints(cls, include_extras=True)
            fields.extend((field, self._field(f"{name}.{field}", hints[field])) for field in cls.__struct_fields__)
        return f"@{name}"

    def _field(self, where: str, kind: Any) -> str:
        members = _members(kind)
        absent = type(None) in members
        return self._one_of(where, [member for member in members if member is not type(None)]) + "?" * absent

    def _one_of(self, where: str, members: Sequence[Any]) -> str:
        """Describe a union without ``None``: one type, or several tagged structs, and perhaps null flavours."""
        known = [member for member in members if member is not NullFlavor]
        if len(known) == 1:
            return self._type(where, known[0]) + "!" * (len(known) < len(members))
        if not known or not all(_is_struct(member) for member in known):
            raise TemplateError(f"{where}: only tagged structs can be told apart in a union")
        if any(member.__struct_config__.tag is None for member in known):
            raise TemplateError(f"{where}: the structs of a union need a tag")
        return "|".join(self.struct(member) for member in known) + "!" * (len(known) < len(members))

    def _type(self, where: str, kind: Any) -> str:
        if kind in _SCALARS:
            return _SCALARS[kind]
        if kind is Narrative:
            return "narrative"
        if _is_struct(kind):
            return self.struct(kind)
        if isinstance(kind, type) and issubclass(kind, Enum):
            return _common(where, [member.value for member in kind])
        if get_origin(kind) is Literal:
            return _common(where, list(get_args(kind)))
        item = _item(kind)
        if item is None:
            raise TemplateError(f"{where}: {getattr(kind, '__name__', kind)} cannot be rendered")
        members = _members(item)
        if type(None) in members:
            raise TemplateError(f"{where}: an item of a list is always there")
        return f"[{self._one_of(where, members)}]"


def describe(model: type[msgspec.Struct]) -> bytes:
    """Return the description that ``caducee_native.Template.compile`` reads.

    Raises:
        TemplateError: a struct is not ``array_like``, or has a field that cannot be rendered: a float (it loses the
            digits that were written), a date (it loses its offset), a map, a union of other things than tagged structs.
    """
    shapes = _Shapes()
    if not _is_struct(model):
        raise TemplateError(f"{model!r} is not a struct")
    shapes.struct(model)
    return msgspec.msgpack.encode(shapes.described())


def _members(kind: Any) -> tuple[Any, ...]:
    """Return the members of a union, or the type alone; annotations and names given to types are seen through."""
    while get_origin(kind) is Annotated or isinstance(kind, NewType):
        kind = kind.__supertype__ if isinstance(kind, NewType) else kind.__origin__
    if get_origin(kind) in (Union, types.UnionType):
        return tuple(inner for member in get_args(kind) for inner in _members(member))
    return (kind,)


def _item(kind: Any) -> Any:
    """Return the type of the items of a list, ``None`` when it is none."""
    arguments = get_args(kind)
    if get_origin(kind) is list:
        return arguments[0]
    return arguments[0] if get_origin(kind) is tuple and arguments[1:] == (...,) else None


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _common(where: str, values: list[object]) -> str:
    if all(isinstance(value, str) for value in values):
        return "str"
    if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return "int"
    raise TemplateError(f"{where}: values of several types cannot be rendered")
