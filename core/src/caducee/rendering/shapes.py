"""What the native side must know of a struct: the names, the order and the types of its fields."""

from __future__ import annotations

import msgspec
from msgspec import inspect

from caducee.rendering.refusals import TemplateError

_SCALARS: dict[type[inspect.Type], str] = {
    inspect.StrType: "str",
    inspect.IntType: "int",
    inspect.BoolType: "bool",
    inspect.BytesType: "bytes",
    inspect.DecimalType: "str",
}


class _Shapes:
    """The structs met so far. A name stands for one class."""

    def __init__(self) -> None:
        self.classes: dict[str, type] = {}
        self.fields: dict[str, list[tuple[str, str]]] = {}

    def struct(self, info: inspect.StructType) -> str:
        name = info.cls.__name__
        known = self.classes.setdefault(name, info.cls)
        if known is not info.cls:
            raise TemplateError(f"two structs are called {name}")
        if not info.array_like or info.tag is not None:
            raise TemplateError(f"{name} must be array_like and without a tag")
        if name not in self.fields:
            fields = self.fields[name] = []
            fields.extend((field.name, self.field(name, field)) for field in info.fields)
        return f"@{name}"

    def field(self, struct: str, field: inspect.Field) -> str:
        kind = field.type
        if isinstance(kind, inspect.UnionType) and kind.includes_none:
            present = [member for member in kind.types if not isinstance(member, inspect.NoneType)]
            if len(present) == 1:
                return self.type(f"{struct}.{field.name}", present[0]) + "?"
        return self.type(f"{struct}.{field.name}", kind)

    def type(self, where: str, kind: inspect.Type) -> str:
        scalar = _SCALARS.get(type(kind))
        if scalar is not None:
            return scalar
        if isinstance(kind, inspect.EnumType | inspect.LiteralType):
            return _common(where, [getattr(value, "value", value) for value in _values(kind)])
        if isinstance(kind, inspect.ListType | inspect.VarTupleType):
            return f"[{self.type(where, kind.item_type)}]"
        if isinstance(kind, inspect.StructType):
            return self.struct(kind)
        raise TemplateError(f"{where}: {type(kind).__name__} cannot be rendered")


def describe(model: type[msgspec.Struct]) -> bytes:
    """Return the description that ``caducee_native.Template.compile`` reads.

    Raises:
        TemplateError: a struct is not ``array_like``, is tagged, or has a field that cannot be rendered: a float (it
            loses the digits that were written), a date (it loses its offset), a map, a union of several types.
    """
    shapes = _Shapes()
    root = inspect.type_info(model)
    if not isinstance(root, inspect.StructType):
        raise TemplateError(f"{model!r} is not a struct")
    shapes.struct(root)
    return msgspec.msgpack.encode(list(shapes.fields.items()))


def _values(kind: inspect.EnumType | inspect.LiteralType) -> list[object]:
    return list(kind.cls) if isinstance(kind, inspect.EnumType) else list(kind.values)


def _common(where: str, values: list[object]) -> str:
    if all(isinstance(value, str) for value in values):
        return "str"
    if all(isinstance(value, int) for value in values):
        return "int"
    raise TemplateError(f"{where}: values of several types cannot be rendered")
