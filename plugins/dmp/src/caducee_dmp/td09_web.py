"""TD0.9 and TD0.10: a page of the DMP's own web site, opened in a browser for one professional and one patient.

With a card the browser itself shows it, so an address is enough. In AIR the site must be told who asks; how is not
public: a form that sends the sealed assertion is assumed, under a field name of the configuration.
"""

from __future__ import annotations

import base64
from enum import StrEnum
from html import escape
from urllib.parse import quote

import msgspec


class Page(StrEnum):
    """A page of the site (INF-527). All but the dashboard and the settings are about one patient."""

    DASHBOARD = "TableauDeBord"
    RECORD = "DossierPatient"
    MANAGEMENT = "GestionDMPPatient"
    DOCUMENTS = "Documents"
    CARE_PATH = "ParcoursDeSoins"
    ACCESSES = "HistoriqueAcces"
    SETTINGS = "Parametrages"
    WISHES = "VolontesEtDroits"
    VACCINATIONS = "CarnetVaccination"


ABOUT_NOBODY = frozenset({Page.SETTINGS})
ABOUT_ANYBODY = frozenset({Page.DASHBOARD})


class WebAccess(msgspec.Struct, frozen=True, kw_only=True):
    """What to open in a browser. ``address`` names the patient: it is for the browser, never for a log.

    With ``form`` the browser is given this page instead: it sends the assertion to the address by itself.
    """

    address: str
    form: str | None = None

    def __repr__(self) -> str:
        return "WebAccess()"


def address(base: str, page: Page, ins: str | None) -> str:
    """Return the address of a page.

    Raises:
        ValueError: a page about a patient without one, or the reverse.
    """
    if page in ABOUT_NOBODY and ins is not None:
        raise ValueError(f"{page} is about no patient")
    if page not in ABOUT_NOBODY | ABOUT_ANYBODY and ins is None:
        raise ValueError(f"{page} is about a patient")
    tail = f"/{quote(ins, safe='')}" if ins is not None else ""
    return f"{base.rstrip('/')}/AccesDirect/{page}{tail}"


def form(to: str, assertion: bytes, *, field: str) -> str:
    """Return a page that sends an assertion at once."""
    value = base64.b64encode(assertion).decode("ascii")
    return (
        '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Ouverture du DMP</title></head>'
        f'<body onload="document.forms[0].submit()"><form method="post" action="{escape(to)}">'
        f'<input type="hidden" name="{escape(field)}" value="{value}">'
        '<button type="submit">Ouvrir le DMP</button></form></body></html>'
    )
