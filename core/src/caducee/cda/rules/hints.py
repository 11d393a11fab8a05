"""A template that nothing knows: usually one of which an arc was left out."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from caducee.cda.reading.elements import attribute
from caducee.cda.rules.engine import Rule, finding
from caducee.cda.rules.finding import RuleFinding, Severity
from caducee.cda.rules.index import Index
from caducee.cda.rules.words import Words


def run_hints(index: Index) -> Iterator[RuleFinding]:
    """Yield the templates that are nearly some that are met in practice."""
    rule = Rule(code="cda.template.nearly", source="CI-SIS, templateId", severity=Severity.WARNING)
    for one in index.named("templateId"):
        near = nearest(attribute(one, "root"))
        if near:
            words = Words(
                f"Ce modèle est inconnu ; proches de lui : {', '.join(near[:_SHOWN])}.",
                "Un arc de l'identifiant manque.",
                "Corrigez l'identifiant du modèle.",
            )
            yield finding(rule, one, words)


_SHOWN = 3


def nearest(root: str) -> tuple[str, ...]:
    """Return the known templates of which this is one with an arc left out; none when it is known itself."""
    return () if root in known_templates() else _short_of_an_arc().get(root, ())


@cache
def _short_of_an_arc() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for root in sorted(known_templates()):
        arcs = root.split(".")
        for at in range(len(arcs)):
            shorter = ".".join(arcs[:at] + arcs[at + 1 :])
            found[shorter] = (*found.get(shorter, ()), root)
    return found


@cache
def known_templates() -> frozenset[str]:
    """Return the templates that are met in practice."""
    listed = tomllib.loads(files("caducee.cda.rules").joinpath("tables/templates.toml").read_text(encoding="utf-8"))
    return frozenset(listed["known"])
