"""The struct that the template renders. Positions are those of the message: append, never insert."""

from __future__ import annotations

from functools import cache

import msgspec

from caducee.cda.header import PRELUDES, Header
from caducee.rendering import CD, II, PQ, Narrative, NullFlavor, Template, element, narrative

BODY_HEIGHT = CD("8302-2", "2.16.840.1.113883.6.1", "Taille du patient")
BODY_WEIGHT = CD("29463-7", "2.16.840.1.113883.6.1", "Poids corporel")


class Measurement(msgspec.Struct, array_like=True, frozen=True):
    """One measurement. ``value`` is a null flavour when it could not be made."""

    id: II
    code: CD
    at: str
    value: PQ | NullFlavor


class Growth(Header, array_like=True, frozen=True):
    """The document: the shared header, then its own fields."""

    text: Narrative
    measurements: tuple[Measurement, ...]


@cache
def template() -> Template:
    """Return the compiled template; a mistake in it is an error here, with its line."""
    return Template.load("third_party_document", "growth.xml", Growth, PRELUDES)


def render(growth: Growth) -> bytes:
    """Return the document.

    Raises:
        DocumentInvalid: a text that XML cannot carry, a time that does not exist, …: by field.
    """
    return template().render(growth)


def words(measurements: tuple[Measurement, ...]) -> Narrative:
    """Return the table that a person reads; its rows bear the identifiers that the entries refer to."""
    rows = [
        element(
            "tr",
            element("td", one.code.display or one.code.code),
            element("td", _shown(one.value), attributes={"ID": f"m{number}"}),
        )
        for number, one in enumerate(measurements, start=1)
    ]
    head = element("thead", element("tr", element("th", "Mesure"), element("th", "Valeur")))
    return narrative(element("table", head, element("tbody", *rows))) if rows else narrative("Aucune mesure.")


def _shown(value: PQ | NullFlavor) -> str:
    if isinstance(value, NullFlavor):
        return "non mesuré"
    return f"{value.value} {value.unit}" if value.unit else value.value
