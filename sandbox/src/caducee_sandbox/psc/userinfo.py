"""What the simulated provider says of a doctor: the claims of public samples."""

from __future__ import annotations

from typing import Any

from caducee_sandbox.people import Doctor, Structure
from caducee_sandbox.psc.tokens import subject_of

_EMPTY = (
    "codeSectionPharmacien",
    "codeRole",
    "codeGenreActivite",
    "numeroSiretSite",
    "numeroSirenSite",
    "numeroFinessSite",
    "numeroFinessetablissementJuridique",
    "enseigneCommercialeSite",
    "complementDestinataire",
    "complementPointGeographique",
    "numeroVoie",
    "indiceRepetitionVoie",
    "codeTypeDeVoie",
    "libelleVoie",
    "mentionDistribution",
    "bureauCedex",
    "codePostal",
    "codeCommune",
    "codePays",
    "telephone",
    "telephone2",
    "telecopie",
    "adresseEMail",
    "codeDepartement",
    "ancienIdentifiantDeLaStructure",
    "autoriteDenregistrement",
)


def userinfo(doctor: Doctor) -> dict[str, Any]:
    """Return the claims about a doctor; one activity for each of their open structures."""
    practices = [structure for structure in doctor.structures if structure.active]
    first = practices[0]
    return {
        "sub": subject_of(doctor),
        "preferred_username": doctor.identifier,
        "given_name": doctor.given.upper(),
        "family_name": doctor.family,
        "email_verified": False,
        "SubjectNameID": doctor.identifier,
        "SubjectRole": [f"{doctor.profession}^1.2.250.1.213.1.1.5.5"],
        "SubjectOrganization": first.name,
        "SubjectOrganizationID": first.identifier,
        "Secteur_Activite": f"{first.sector}^1.2.250.1.71.4.2.4",
        "Palier_Authentification": "APPPRIP3^1.2.250.1.213.1.5.1.1.1",
        "Mode_Acces_Raison": "",
        "Acces_Regulation_Medicale": "FAUX",
        "UITVersion": "1.0",
        "PSI_Locale": "",
        "otherIds": [{"identifiant": doctor.identifier, "origine": "RPPS", "qualite": "1"}],
        "SubjectRefPro": {"codeCivilite": "", "exercices": [_exercise(doctor, practices)]},
    }


def _exercise(doctor: Doctor, practices: list[Structure]) -> dict[str, Any]:
    return {
        "codeProfession": doctor.profession,
        "codeCategorieProfessionnelle": "C",
        "codeCiviliteDexercice": "DR",
        "nomDexercice": doctor.family,
        "prenomDexercice": doctor.given.upper(),
        "codeTypeSavoirFaire": "S",
        "codeSavoirFaire": doctor.specialty,
        "activities": [_activity(structure) for structure in practices],
    }


def _activity(structure: Structure) -> dict[str, str]:
    return {
        **dict.fromkeys(_EMPTY, ""),
        "codeModeExercice": "L",
        "codeSecteurDactivite": structure.sector,
        "identifiantTechniqueDeLaStructure": structure.identifier,
        "raisonSocialeSite": structure.name,
    }
