"""Fits a raw table to a struct and finds everything that is wrong at once, in words for whoever wrote the file."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec

from caducee.config.secrets import Secret
from caducee.errors import Finding

T = TypeVar("T")
_WORDS = {
    str: "un texte",
    int: "un nombre entier",
    float: "un nombre",
    bool: "true ou false",
    Path: "un chemin de fichier",
    Secret: "{ env = … }, { file = … } ou { keyring = … }",
}


class Place(msgspec.Struct, frozen=True):
    """Where a value stands: the file, the folder its paths are relative to, the key path."""

    file: str
    base: Path
    key: str = ""

    def at(self, name: str) -> Place:
        """Return the place of a key of this table."""
        return Place(self.file, self.base, f"{self.key}.{name}" if self.key else name)

    def finding(self, rule: str, message: str) -> Finding:
        """Describe what is wrong here."""
        name = Path(self.file).name
        return Finding(field=self.key or name, rule=f"config.{rule}", message=f"{name} : {message}", source=self.file)


def fit(value: Any, kind: type[T], place: Place, findings: list[Finding]) -> T | None:
    """Return ``value`` as a ``kind``; ``None`` after adding to ``findings`` all that is wrong with it.

    A rule between keys stands in the struct's ``__post_init__``: the French sentence of its ``ValueError`` is told.
    """
    before = len(findings)
    _look(value, kind, place, findings)
    if len(findings) > before:
        return None
    try:
        return msgspec.convert(value, kind, dec_hook=_paths(place.base))
    except msgspec.ValidationError as error:
        own = str(error.__cause__) if isinstance(error.__cause__, ValueError) else ""
        findings.append(place.finding("expected", own or f"attendu : {_expected(kind)}."))
        return None


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return what was probably meant."""
    import difflib

    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=0.7)), None)


def suggest(name: str, known: Iterable[str]) -> str:
    """Return what was probably meant, as the end of a sentence."""
    return _meaning(nearest(name, known))


def _meaning(near: str | None) -> str:
    return f" ; vouliez-vous dire « {near} » ?" if near else "."


def _look(value: Any, kind: Any, place: Place, findings: list[Finding]) -> None:
    kind, constraints = _plain(kind)
    if kind is Secret:
        _look_at_secret(value, place, findings)
    elif _is_struct(kind):
        _look_at_table(value, kind, place, findings)
    elif get_origin(kind) in (Union, types.UnionType):
        _look_at_union(value, kind, place, findings)
    elif get_origin(kind) is dict and isinstance(value, Mapping):
        name_kind, item_kind = get_args(kind)
        for name, item in value.items():
            _look_at_value(name, name_kind, place.at(name), findings)
            _look(item, item_kind, place.at(name), findings)
    elif get_origin(kind) in (tuple, list) and isinstance(value, list):
        for index, item in enumerate(value):
            _look(item, get_args(kind)[0], place.at(str(index)), findings)
    else:
        _look_at_value(value, Annotated[(kind, *constraints)] if constraints else kind, place, findings)


def _look_at_table(value: Any, kind: Any, place: Place, findings: list[Finding]) -> None:
    if not isinstance(value, Mapping):
        findings.append(place.finding("expected", "attendu : une table."))
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    unknown = [name for name in value if name not in fields and name != kind.__struct_config__.tag_field]
    missing = [name for name, field in fields.items() if field.required and name not in value]
    meant = {name: nearest(name, fields.keys() - value.keys()) for name in unknown}
    findings.extend(
        place.at(name).finding("unknown_key", f"clé inconnue{_meaning(near)}") for name, near in meant.items()
    )
    findings.extend(
        place.at(name).finding("missing_key", f"clé absente ; attendu : {_expected(fields[name].type)}.")
        for name in missing
        if name not in meant.values()
    )
    for name, field in fields.items():
        if name in value:
            _look(value[name], field.type, place.at(name), findings)


def _look_at_union(value: Any, kind: Any, place: Place, findings: list[Finding]) -> None:
    choices = [choice for choice in get_args(kind) if choice is not type(None)]
    if len(choices) == 1:
        if value is not None:
            _look(value, choices[0], place, findings)
        return
    tagged = {choice.__struct_config__.tag: choice for choice in choices if _is_struct(choice)}
    if len(tagged) < len(choices) or not isinstance(value, Mapping):
        _look_at_value(value, kind, place, findings)
        return
    field = choices[0].__struct_config__.tag_field
    kind_name = value.get(field)
    chosen = tagged.get(kind_name) if isinstance(kind_name, str) else None
    if chosen is None:
        rule = "expected" if field in value else "missing_key"
        findings.append(place.at(field).finding(rule, f"attendu : {' ou '.join(sorted(tagged))}."))
        return
    _look_at_table(value, chosen, place, findings)


def _look_at_secret(value: Any, place: Place, findings: list[Finding]) -> None:
    if not isinstance(value, Mapping):
        findings.append(
            place.finding("secret_literal", f"un secret ne s'écrit jamais ici ; attendu : {_WORDS[Secret]}.")
        )
        return
    _look_at_table(value, Secret, place, findings)
    if len(set(value) & {"env", "file", "keyring"}) != 1:
        findings.append(place.finding("expected", f"attendu : un seul de {_WORDS[Secret]}."))


def _look_at_value(value: Any, kind: Any, place: Place, findings: list[Finding]) -> None:
    try:
        msgspec.convert(value, kind, dec_hook=_paths(place.base))
    except (msgspec.ValidationError, NotImplementedError):
        near = nearest(value, _choices(kind)) if isinstance(value, str) else None
        findings.append(place.finding("expected", f"attendu : {_expected(kind)}{_meaning(near)}"))


def _plain(kind: Any) -> tuple[Any, tuple[Any, ...]]:
    return (kind.__origin__, kind.__metadata__) if get_origin(kind) is Annotated else (kind, ())


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _choices(kind: Any) -> list[str]:
    kind, _ = _plain(kind)
    return [str(item.value) for item in kind] if isinstance(kind, type) and issubclass(kind, Enum) else []


def _expected(kind: Any) -> str:
    kind, constraints = _plain(kind)
    if get_origin(kind) in (Union, types.UnionType):
        return " ou ".join(_expected(choice) for choice in get_args(kind) if choice is not type(None))
    choices = _choices(kind)
    if choices:
        return " ou ".join(choices)
    if _is_struct(kind) and kind is not Secret:
        return "une table"
    word = _WORDS.get(kind) or {dict: "une table", tuple: "une liste", list: "une liste"}.get(
        get_origin(kind), "une valeur"
    )
    return word + "".join(_bounds(meta) for meta in constraints if isinstance(meta, msgspec.Meta))


def _bounds(meta: msgspec.Meta) -> str:
    words = {
        "gt": "plus grand que {}",
        "ge": "d'au moins {}",
        "lt": "plus petit que {}",
        "le": "d'au plus {}",
        "min_length": "d'au moins {} caractère(s)",
        "max_length": "d'au plus {} caractères",
        "pattern": "de la forme {}",
    }
    found = ((words[name], getattr(meta, name)) for name in words)
    return "".join(f" {text.format(bound)}" for text, bound in found if bound is not None)


def _paths(base: Path) -> Any:
    def hook(kind: type, value: Any) -> Any:
        if kind is Path and isinstance(value, str | Path) and str(value):
            return base / value
        raise NotImplementedError

    return hook
