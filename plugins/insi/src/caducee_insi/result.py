"""``RESULTAT``: the answer to a search, by traits or by card.

Source: service schemas of INSi, WSDL DESIR_ICIR_EXP 1.5.0 (06/11/2020).
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from caducee.contracts.identity import InsOutcome
from caducee.errors import ProtocolViolation
from caducee.model.identity import Sex, Traits
from caducee.wire.xml import child, children, text
from caducee_insi.envelope import SERVICE
from caducee_insi.nir import key_holds, key_of

RESULT = "http://www.cnamts.fr/INSiResultat"

_NUMBER = re.compile(r"\d{6}[A-Za-z0-9]\d{6}", re.ASCII)
_KEY = re.compile(r"\d{2}", re.ASCII)


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """A matricule of 15 characters under its OID. ``key_note`` is ``""``, ``"unverified"`` or ``"computed"``."""

    matricule: str
    oid: str
    key_note: str = ""


class SearchReply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as it came: nothing is re-cased or trimmed beyond XML white space."""

    outcome: InsOutcome
    label: str
    active: Number | None = None
    former: tuple[Number, ...] = ()
    traits: Traits | None = None


def read(result: Any) -> SearchReply:
    """Read the ``RESULTAT`` element by namespace and name, in whatever order its parts come.

    Raises:
        ProtocolViolation: another element, an unknown return code, or a 00 without identity.
    """
    if result.tag != f"{{{RESULT}}}RESULTAT":
        raise ProtocolViolation(SERVICE, "the body is not RESULTAT")
    code = _text(result, "CR", "CodeCR")
    if code not in set(InsOutcome):
        raise ProtocolViolation(SERVICE, "unknown return code", service_code=code[:16])
    outcome, label = InsOutcome(code), _text(result, "CR", "LibelleCR")
    if outcome is not InsOutcome.FOUND:
        return SearchReply(outcome=outcome, label=label)
    individual = child(result, RESULT, "INDIVIDU")
    return SearchReply(
        outcome=outcome,
        label=label,
        active=_number(child(individual, RESULT, "INSACTIF")),
        former=tuple(_number(former) for former in children(individual, RESULT, "INSHISTO")),
        traits=_traits(child(individual, RESULT, "TIQ")),
    )


def _number(element: Any) -> Number:
    number, key = _text(element, "IdIndividu", "NumIdentifiant"), _text(element, "IdIndividu", "Cle")
    return numbered(number, key, oid=_text(element, "OID"))


def numbered(number: str, key: str, *, oid: str) -> Number:
    """Return the matricule of 13 characters and their key, as they came; a missing key is computed.

    Raises:
        ProtocolViolation: not of their shape, or no OID.
    """
    if not _NUMBER.fullmatch(number) or not oid:
        raise ProtocolViolation(SERVICE, "an identity without matricule or OID")
    if key and not _KEY.fullmatch(key):
        raise ProtocolViolation(SERVICE, "an identity whose key is not two digits")
    if key:
        note = "" if key_holds(number + key) else "unverified"
        return Number(matricule=number + key, oid=oid, key_note=note)
    try:
        return Number(matricule=number + key_of(number), oid=oid, key_note="computed")
    except ValueError:
        raise ProtocolViolation(SERVICE, "an identity without key") from None


def _traits(element: Any) -> Traits:
    sex, names = _text(element, "Sexe"), _text(element, "ListePrenom") or _text(element, "Prenom")
    birth_name, birth_date = _text(element, "NomNaissance"), _text(element, "DateNaissance")
    if sex not in (Sex.MALE, Sex.FEMALE) or not (names and birth_name and birth_date):
        raise ProtocolViolation(SERVICE, "an identity without its strict traits")
    return Traits(
        birth_name=birth_name,
        given_names=tuple(names.split()),
        sex=Sex(sex),
        birth_date=birth_date,
        birth_place=_text(element, "LieuNaissance") or None,
    )


def _text(element: Any, *path: str) -> str:
    return text(child(element, RESULT, *path))
