"""Rules as data: contexts, and what is asked of each. The files are in ``tables/``."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec

from caducee.cda.rules.finding import Severity

FILES = (
    "header",
    "body",
    "documents",
    "people",
    "sections",
    "entries",
    "observations",
    "prescription",
    "imaging",
    "vaccination",
    "discharge",
)


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked of the elements at ``child`` (``.`` is the context itself), or with a template.

    ``min`` and ``max`` count them. ``null = false`` forbids a null flavour, ``nulls`` names those allowed, ``or_null``
    lets one stand for the rest. ``required``, ``fixed``, ``one_of``, ``refused``, ``pattern``, ``forbidden`` are about
    attributes; ``needs`` tells which one another comes with, ``form`` how one is written when it is there, ``above``
    those of what holds the element, ``type`` its data type. ``table`` is about a code, its system and its words;
    ``codes`` about an attribute that is a code; ``texts`` and ``filled`` about the text. ``any``, ``all`` and ``one``
    are about the children. ``template`` counts the elements inside that have it, or the context's ``own``, or those
    ``at`` a path; ``templates`` asks for one of several, ``has`` for one of each element.

    ``when`` asks only if there is something at a path, ``only`` of the elements with certain attributes, ``owned`` of
    those with a template, ``coded`` and ``uncoded`` if the context has one of these codes or none; ``some`` asks that
    one of the elements has these attributes. ``from`` and ``until`` are the dates of effect.
    """

    id: str
    child: str = ""
    template: str = ""
    templates: tuple[str, ...] = ()
    own: bool = False
    inside: bool = False
    extension: str = ""
    min: int = 0
    max: int | None = None
    null: bool = True
    nulls: tuple[str, ...] = ()
    or_null: bool = False
    optional: bool = False
    required: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    fixed: dict[str, str] = {}
    one_of: dict[str, tuple[str, ...]] = {}
    needs: dict[str, str] = {}
    refused: dict[str, tuple[str, ...]] = {}
    pattern: dict[str, str] = {}
    form: dict[str, str] = {}
    above: dict[str, str] = {}
    type: str = ""
    has: str = ""
    at: str = ""
    when: str = ""
    some: dict[str, str] = {}
    only: dict[str, str] = {}
    owned: str = ""
    coded: tuple[str, ...] = ()
    uncoded: tuple[str, ...] = ()
    codes: dict[str, str] = {}
    table: str = ""
    texts: tuple[str, ...] = ()
    filled: bool = False
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    one: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR
    field: str = ""
    message: str = ""
    since: date | None = msgspec.field(default=None, name="from")
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Say whether the rule is in force on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Context(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The elements that checks are about: at a path of the header, with a template, or all of a name (``every``).

    ``paths`` are several places with the same rules, ``place`` what their codes call them. ``child`` goes down from
    there; ``document`` and ``version`` ask for a document template, ``coded`` for a code, ``within`` for an element of
    a name that holds it. ``parents`` are the templates that come with this one, those ``expected`` are only missed;
    ``once`` says that it may not be repeated. ``order`` lists the children that are foreseen, in their order.
    """

    section: str
    checks: tuple[Check, ...] = ()
    path: str = ""
    paths: tuple[str, ...] = ()
    place: str = ""
    parents: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    once: bool = False
    coded: str = ""
    template: str = ""
    every: str = ""
    child: str = ""
    within: str = ""
    document: str = ""
    version: str = ""
    order: tuple[str, ...] = ()


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file: where its rules come from, and the rules."""

    source: str
    context: tuple[Context, ...]


@cache
def tables() -> tuple[tuple[str, Table], ...]:
    """Return the shipped tables with their names."""
    folder = files("caducee.cda.rules").joinpath("tables")
    return tuple(
        (name, msgspec.convert(tomllib.loads(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8")), Table))
        for name in FILES
    )
