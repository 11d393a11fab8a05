"""The life of an identity, read from ``lifecycle.toml``: transitions, what each status allows, what each mark forbids.

Source: RNIV, statuts de confiance et attributs.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from caducee.model.identity import InsStatus
from caducee_insi.evidence import Mark


class Allowed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one status allows. ``wants`` names what is still missing: ``ins``, ``document``."""

    keeps_ins: bool
    sends_ins: bool
    edits_freely: bool
    wants: tuple[str, ...]


class MarkRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one mark goes with, and whether INSi may be asked for who bears it."""

    only_with: tuple[InsStatus, ...]
    beside: tuple[Mark, ...]
    asks: bool


class Moves(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What each event makes of each status."""

    retrieved: dict[InsStatus, InsStatus]
    validated: dict[InsStatus, InsStatus]
    unverified: dict[InsStatus, InsStatus]
    undone: dict[InsStatus, InsStatus]
    acquired: dict[InsStatus, InsStatus]


class Lifecycle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole table."""

    moves: Moves
    allows: dict[InsStatus, Allowed]
    marks: dict[Mark, MarkRule]


@cache
def lifecycle() -> Lifecycle:
    """Return the table."""
    raw = tomllib.loads(files("caducee_insi").joinpath("lifecycle.toml").read_text(encoding="utf-8"))
    return msgspec.convert(raw, Lifecycle)


def allowed(status: InsStatus) -> Allowed:
    """Return what a status allows."""
    return lifecycle().allows[status]


def asks(marks: frozenset[Mark]) -> bool:
    """Say whether INSi may be asked for an identity with these marks."""
    return all(lifecycle().marks[mark].asks for mark in marks)
