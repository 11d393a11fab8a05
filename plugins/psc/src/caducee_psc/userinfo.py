"""What the provider says of the person: one form, whether it came as JSON or as a signed token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from caducee.contracts.session import SessionIdentity, Situation
from caducee_psc.errors import unreadable

Word = str | None
"""The register writes an empty text for what it does not have; a null is read as one."""


class _Activity(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename={
        "mode": "codeModeExercice",
        "sector": "codeSecteurDactivite",
        "siret": "numeroSiretSite",
        "siren": "numeroSirenSite",
        "finess": "numeroFinessSite",
        "legal_finess": "numeroFinessetablissementJuridique",
        "technical": "identifiantTechniqueDeLaStructure",
        "name": "raisonSocialeSite",
        "sign": "enseigneCommercialeSite",
    },
):
    mode: Word = ""
    sector: Word = ""
    siret: Word = ""
    siren: Word = ""
    finess: Word = ""
    legal_finess: Word = ""
    technical: Word = ""
    name: Word = ""
    sign: Word = ""


class _Exercise(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename={
        "profession": "codeProfession",
        "category": "codeCategorieProfessionnelle",
        "family_name": "nomDexercice",
        "given_name": "prenomDexercice",
        "specialty": "codeSavoirFaire",
    },
):
    profession: Word = ""
    category: Word = ""
    family_name: Word = ""
    given_name: Word = ""
    specialty: Word = ""
    activities: tuple[_Activity, ...] | None = ()


class _Register(msgspec.Struct, frozen=True, kw_only=True):
    exercices: tuple[_Exercise, ...] | None = ()


class _UserInfo(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename={
        "identifier": "SubjectNameID",
        "organisation": "SubjectOrganization",
        "organisation_id": "SubjectOrganizationID",
        "register": "SubjectRefPro",
    },
):
    sub: str
    identifier: str
    given_name: Word = ""
    family_name: Word = ""
    organisation: Word = ""
    organisation_id: Word = ""
    register: _Register | None = None


def read_person(claims: Mapping[str, Any]) -> tuple[str, SessionIdentity]:
    """Return the subject (``sub``) and who it is.

    Raises:
        ProtocolViolation: there is no ``sub`` or no ``SubjectNameID``, or a field has another form.
    """
    try:
        info = msgspec.convert(claims, _UserInfo)
    except msgspec.ValidationError:
        raise unreadable("the userinfo answer is not one") from None
    if not info.sub or not info.identifier:
        raise unreadable("the userinfo answer names nobody")
    register = info.register or _Register()
    exercises = register.exercices or ()
    first = exercises[0] if exercises else _Exercise()
    return info.sub, SessionIdentity(
        identifier=info.identifier,
        family_name=first.family_name or info.family_name or "",
        given_name=first.given_name or info.given_name or "",
        situations=tuple(dict.fromkeys(_named(_situations(exercises), info))),
    )


def _situations(exercises: tuple[_Exercise, ...]) -> list[Situation]:
    return [
        _situation(exercise, activity) for exercise in exercises for activity in (exercise.activities or (_Activity(),))
    ]


def _situation(exercise: _Exercise, activity: _Activity) -> Situation:
    return Situation(
        profession=exercise.profession or "",
        specialty=exercise.specialty or "",
        category=exercise.category or "",
        mode=activity.mode or "",
        sector=activity.sector or "",
        structures=_structures(activity),
        structure_name=activity.name or activity.sign or "",
    )


def _structures(activity: _Activity) -> tuple[str, ...]:
    """Write each identifier as the Struct_IdNat does: a prefix digit and the number."""
    prefixed = (
        ("1", activity.finess),
        ("2", activity.siren),
        ("3", activity.siret),
        ("1", activity.legal_finess),
    )
    numbers = [f"{prefix}{number}" for prefix, number in prefixed if number]
    return (*numbers, *filter(None, (activity.technical,)))


def _named(situations: list[Situation], info: _UserInfo) -> list[Situation]:
    """Give ``SubjectOrganizationID`` to the one situation it can be of: the only one, or the only one of that name.

    Assumed: no public text says how it relates to the activities.
    """
    identifier = info.organisation_id or ""
    of_that_name = [one for one in situations if one.structure_name == info.organisation]
    meant = situations if len(situations) == 1 else of_that_name
    if not identifier or len(meant) != 1 or identifier in meant[0].structures:
        return situations
    named = msgspec.structs.replace(meant[0], structures=(*meant[0].structures, identifier))
    return [named if one is meant[0] else one for one in situations]
