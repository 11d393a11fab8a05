"""What the provider says of the person: one form, whether it came as JSON or as a signed token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from caducee.contracts.session import SessionIdentity, Situation
from caducee_psc.errors import unreadable

Word = str | None
"""The register writes an empty text for what it does not have; a null is read as one."""


class _Activity(msgspec.Struct, frozen=True, kw_only=True):
    codeModeExercice: Word = ""
    codeSecteurDactivite: Word = ""
    numeroSiretSite: Word = ""
    numeroSirenSite: Word = ""
    numeroFinessSite: Word = ""
    numeroFinessetablissementJuridique: Word = ""
    identifiantTechniqueDeLaStructure: Word = ""
    raisonSocialeSite: Word = ""
    enseigneCommercialeSite: Word = ""


class _Exercise(msgspec.Struct, frozen=True, kw_only=True):
    codeProfession: Word = ""
    codeCategorieProfessionnelle: Word = ""
    nomDexercice: Word = ""
    prenomDexercice: Word = ""
    codeSavoirFaire: Word = ""
    activities: tuple[_Activity, ...] | None = ()


class _Register(msgspec.Struct, frozen=True, kw_only=True):
    exercices: tuple[_Exercise, ...] | None = ()


class _UserInfo(msgspec.Struct, frozen=True, kw_only=True):
    sub: str
    SubjectNameID: str
    given_name: Word = ""
    family_name: Word = ""
    SubjectOrganization: Word = ""
    SubjectOrganizationID: Word = ""
    SubjectRefPro: _Register | None = None


def read_person(claims: Mapping[str, Any]) -> tuple[str, SessionIdentity]:
    """Return the subject (``sub``) and who it is.

    Raises:
        ProtocolViolation: there is no ``sub`` or no ``SubjectNameID``, or a field has another form.
    """
    try:
        info = msgspec.convert(claims, _UserInfo)
    except msgspec.ValidationError:
        raise unreadable("the userinfo answer is not one") from None
    if not info.sub or not info.SubjectNameID:
        raise unreadable("the userinfo answer names nobody")
    register = info.SubjectRefPro or _Register()
    exercises = register.exercices or ()
    first = exercises[0] if exercises else _Exercise()
    return info.sub, SessionIdentity(
        identifier=info.SubjectNameID,
        family_name=first.nomDexercice or info.family_name or "",
        given_name=first.prenomDexercice or info.given_name or "",
        situations=tuple(dict.fromkeys(_named(_situations(exercises), info))),
    )


def _situations(exercises: tuple[_Exercise, ...]) -> list[Situation]:
    return [
        _situation(exercise, activity) for exercise in exercises for activity in (exercise.activities or (_Activity(),))
    ]


def _situation(exercise: _Exercise, activity: _Activity) -> Situation:
    return Situation(
        profession=exercise.codeProfession or "",
        specialty=exercise.codeSavoirFaire or "",
        category=exercise.codeCategorieProfessionnelle or "",
        mode=activity.codeModeExercice or "",
        sector=activity.codeSecteurDactivite or "",
        structures=_structures(activity),
        structure_name=activity.raisonSocialeSite or activity.enseigneCommercialeSite or "",
    )


def _structures(activity: _Activity) -> tuple[str, ...]:
    """Write each identifier as the Struct_IdNat does: a prefix digit and the number."""
    prefixed = (
        ("1", activity.numeroFinessSite),
        ("2", activity.numeroSirenSite),
        ("3", activity.numeroSiretSite),
        ("1", activity.numeroFinessetablissementJuridique),
    )
    numbers = [f"{prefix}{number}" for prefix, number in prefixed if number]
    return (*numbers, *filter(None, (activity.identifiantTechniqueDeLaStructure,)))


def _named(situations: list[Situation], info: _UserInfo) -> list[Situation]:
    """Give ``SubjectOrganizationID`` to the one situation it can be of: the only one, or the only one of that name.

    Assumed: no public text says how it relates to the activities.
    """
    identifier = info.SubjectOrganizationID or ""
    of_that_name = [one for one in situations if one.structure_name == info.SubjectOrganization]
    meant = situations if len(situations) == 1 else of_that_name
    if not identifier or len(meant) != 1 or identifier in meant[0].structures:
        return situations
    named = msgspec.structs.replace(meant[0], structures=(*meant[0].structures, identifier))
    return [named if one is meant[0] else one for one in situations]
