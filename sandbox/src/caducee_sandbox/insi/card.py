"""The search by Vitale card: its fields, and who is on which card."""

from __future__ import annotations

import re

from caducee_sandbox.insi.errors import field
from caducee_sandbox.namespaces import INSI_CARD
from caducee_sandbox.people import PATIENTS, Patient
from caducee_sandbox.xml import Element, children, name, text

ORDER = ("MatriculeIndividu", "MatriculeOD", "NomNaissance", "DateNaissance", "RangNaissance")
NUMBER = re.compile(r"\d{6}[AB0-9]\d{6}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def on_card(root: Element) -> list[Patient]:
    """Return who answers to what the card says.

    Raises:
        Refused: an element is unknown, repeated, out of order or missing, or a value breaks its rule.
    """
    found = [str(child.tag) for child in children(root)]
    if found != [name(INSI_CARD, local) for local in ORDER if name(INSI_CARD, local) in found]:
        raise field("insi_30", "RECVITALE: elements inattendus, repetes ou desordonnes")
    individual, holder = (_number(root, local) for local in ORDER[:2])
    birth, rank = (text(root.find(name(INSI_CARD, local))) for local in ORDER[3:])
    if not holder or not DAY.fullmatch(birth) or not re.fullmatch("[1-9]", rank):
        raise field("insi_31", "MatriculeOD, DateNaissance et RangNaissance attendus")
    if individual:
        return [one for one in PATIENTS if one.nir == individual and _born(one) == birth]
    return [
        one for one in PATIENTS if (one.holder or one.nir) == holder and _born(one) == birth and str(one.rank) == rank
    ]


def _number(root: Element, local: str) -> str:
    given = text(root.find(f"{name(INSI_CARD, local)}/{name(INSI_CARD, 'NumIdentifiant')}"))
    if given and not NUMBER.fullmatch(given):
        raise field("insi_32", f"Format du champ {local}")
    return given


def _born(patient: Patient) -> str:
    return patient.card_birth or patient.birth
