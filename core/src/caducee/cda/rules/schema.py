"""What the schema says of each class of element: its attributes, its children, their order. The facts are in tables."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files

import msgspec

from caducee.cda.rules.values import FORMS

_NAMESPACES = {
    "sdtc": "urn:hl7-org:sdtc",
    "pharm": "urn:ihe:pharm:medication",
    "lab": "urn:oid:1.3.6.1.4.1.19376.1.3.2",
    "dicom": "urn:dicom-org:ps3-20",
}
_V3 = "urn:hl7-org:v3"
_PART = re.compile(r"([\w.]+)(?::(\w+))?(\+\+|[?*+])?")
_TWO = "++"
_EACH = "realmCode* typeId? templateId*"


class Part(msgspec.Struct, frozen=True):
    """A child that a class foresees: how many, at least and at most (``None``: any number), and its class."""

    tag: str
    name: str
    kind: str
    min: int
    max: int | None


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A class of elements.

    ``typed`` ones are data types, which an element may narrow. ``values`` tells for each attribute whether a value may
    be there; ``required`` those that must be. ``parts`` are the children in their order, ``model`` the pattern that
    their tags fulfil together, ``children`` their classes; ``namespaces`` are those of which the table knows.
    """

    name: str
    text: bool
    abstract: bool
    typed: bool
    bases: frozenset[str]
    values: Mapping[str, Callable[[str], object]]
    required: tuple[str, ...]
    parts: tuple[Part, ...]
    model: re.Pattern[str]
    children: Mapping[str, str]
    namespaces: frozenset[str]


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A class as the tables write it."""

    text: bool = False
    abstract: bool = False
    base: str = ""
    narrowed: bool = False
    attributes: str = ""
    children: str = ""


class _Tables(msgspec.Struct, frozen=True):
    """Both files, as one."""

    groups: dict[str, str]
    named: dict[str, str]
    classes: dict[str, _Line]
    types: dict[str, _Line]
    products: dict[str, _Line]
    texts: dict[str, _Line]
    vocabularies: dict[str, str]


@cache
def kinds() -> Mapping[str, Kind]:
    """Return the classes by name."""
    folder = files("caducee.cda.rules").joinpath("tables")
    read = [tomllib.loads(folder.joinpath(f"{one}.toml").read_text(encoding="utf-8")) for one in ("classes", "types")]
    tables = msgspec.convert({**read[0], **read[1]}, _Tables)
    usual = {name: kind for kind, names in tables.named.items() for name in names.split()}
    return {one.name: one for one in _read(tables, usual)}


def _read(tables: _Tables, usual: Mapping[str, str]) -> Iterator[Kind]:
    vocabularies = {name: frozenset(words.split()) for name, words in tables.vocabularies.items()}
    for group in (tables.classes, tables.types, tables.products, tables.texts):
        for name, line in group.items():
            bases = tuple(_bases(tables.types, line))
            extra = "nullFlavor:null" if group is not tables.texts else "ID:id language:token styleCode:tokens"
            written = " ".join((extra, *(tables.types[one].attributes for one in reversed(bases)), line.attributes))
            values, required = _attributes(written, vocabularies, FORMS["any" if group is tables.texts else "st"])
            model = _children(tables, line, each=group is tables.classes)
            parts = tuple(_parts(model, usual))
            yield Kind(
                name=name,
                text=line.text,
                abstract=line.abstract,
                typed=group is tables.types,
                bases=frozenset((name, *bases)),
                values=values,
                required=required,
                parts=parts,
                model=_model(model),
                children={one.tag: one.kind for one in parts},
                namespaces=frozenset((_V3, *(one.tag[1:].partition("}")[0] for one in parts))),
            )


def _bases(types: Mapping[str, _Line], line: _Line) -> Iterator[str]:
    while line.base:
        yield line.base
        line = types[line.base]


def _children(tables: _Tables, line: _Line, *, each: bool) -> str:
    """Return the model of a class: that of its base comes first, unless it says all itself."""
    own = line.children
    for name, words in tables.groups.items():
        own = own.replace(f"${name}", words)
    if each:
        own = f"{_EACH} {own}"
    if line.base and not line.narrowed:
        own = f"{_children(tables, tables.types[line.base], each=False)} {own}"
    return own.strip()


def _attributes(
    written: str, vocabularies: Mapping[str, frozenset[str]], usual: Callable[[str], object]
) -> tuple[Mapping[str, Callable[[str], object]], tuple[str, ...]]:
    values: dict[str, Callable[[str], object]] = {}
    required = set()
    for one in written.split():
        if one.startswith("-"):
            values.pop(one[1:], None)
            continue
        name, mark, expected = re.split(r"([=:]|$)", one, maxsplit=1)
        if name.endswith("!"):
            name = name[:-1]
            required.add(name)
        values[name] = _value(mark, expected, vocabularies) if mark else usual
    return values, tuple(sorted(required))


def _value(mark: str, expected: str, vocabularies: Mapping[str, frozenset[str]]) -> Callable[[str], object]:
    if mark == "=":
        return frozenset(expected.split("|")).__contains__
    if expected.startswith("set_"):
        allowed = vocabularies[expected.removeprefix("set_")]
        return lambda value: allowed.issuperset(value.split())
    return vocabularies[expected].__contains__ if expected in vocabularies else FORMS[expected]


def _parts(model: str, usual: Mapping[str, str]) -> Iterator[Part]:
    depth = 0
    for token in re.finditer(r"[()]|" + _PART.pattern, model):
        if token[0] in "()":
            depth += 1 if token[0] == "(" else -1
            continue
        name, kind, many = token[1], token[2] or usual[token[1]], token[3] or ""
        least = 0 if depth or many in ("?", "*") else len(many) if many == _TWO else 1
        yield Part(tag(name), name.rpartition(".")[2], kind, least, None if depth or many not in ("", "?") else 1)


def _model(model: str) -> re.Pattern[str]:
    """Return the pattern that the tags of the children make, one after the other."""

    def one(found: re.Match[str]) -> str:
        many = {_TWO: "{2,}"}.get(found[3] or "", found[3] or "")
        return f"(?:{re.escape(tag(found[1]))}>){many}"

    return re.compile(
        _PART.sub(one, model).replace(" ", "").replace("(?:", "\0").replace("(", "(?:").replace("\0", "(?:")
    )


def tag(name: str) -> str:
    """Return the tag of a name as the tables write it: ``sdtc.id`` is in another namespace."""
    prefix, _, own = name.rpartition(".")
    return f"{{{_NAMESPACES.get(prefix, _V3)}}}{own}"
