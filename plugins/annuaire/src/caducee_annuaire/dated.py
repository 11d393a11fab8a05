"""The dated facts that ship with the plugin, or that a vendor puts in their place: operators and rules, as TOML."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from caducee_annuaire.addresses import ascii_of
from caducee_annuaire.errors import TrustDataInvalid, wrong

T = TypeVar("T")
Confidence = Literal["certain", "probable", "assumed"]


class Space(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every domain of the trust space ends with, as long as there is no white list."""

    suffixes: tuple[str, ...]
    confidence: Confidence


class Operator(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An operator of secure mail and its domains; empty where nothing public says them."""

    name: str
    domains: tuple[str, ...] = ()
    test_domains: tuple[str, ...] = ()
    confidence: Confidence
    note: str = ""


class Operators(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``operators.toml``. ``seen`` is when these facts were read."""

    seen: str
    space: Space
    operator: tuple[Operator, ...] = ()


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How addresses under one domain are written: by a gateway. Dates as ``2026-11-28``, empty for no limit."""

    id: str
    network: str
    under: str
    gateway: str
    valid_from: str = ""
    valid_until: str = ""
    confidence: Confidence
    source: str = ""

    def __post_init__(self) -> None:
        for domain in (self.under, self.gateway):
            if ascii_of(domain) != domain:
                raise ValueError(f"{domain}: not a domain in lower case")
        for day in (self.valid_from, self.valid_until):
            date.fromisoformat(day or "2000-01-01")

    def holds(self, day: date) -> bool:
        """Say whether the rule holds on a day."""
        written = day.isoformat()
        return (not self.valid_from or self.valid_from <= written) and (
            not self.valid_until or written <= self.valid_until
        )


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``rules.toml``."""

    seen: str
    rule: tuple[Rule, ...] = ()


def load_operators(path: Path | None) -> Operators:
    """Read the operators, those that ship when no file is given.

    Raises:
        TrustDataInvalid: the file cannot be read, or holds something else.
    """
    return _read(path, "operators.toml", Operators)


def load_rules(path: Path | None) -> Rules:
    """Read the rules, those that ship when no file is given.

    Raises:
        TrustDataInvalid: the file cannot be read, or holds something else.
    """
    return _read(path, "rules.toml", Rules)


def _read(path: Path | None, shipped: str, kind: type[T]) -> T:
    source = path or files("caducee_annuaire").joinpath(shipped)
    try:
        return msgspec.convert(tomllib.loads(source.read_text(encoding="utf-8")), kind)
    except OSError:
        why = "le fichier ne peut pas être lu."
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        why = "ce n'est pas du TOML."
    except msgspec.ValidationError as error:
        why = f"contenu inattendu ({error})."
    raise wrong(TrustDataInvalid, shipped, "dated_data", f"{source.name} : {why}")
