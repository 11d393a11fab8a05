"""The French of the rules: what is wrong, why it usually happens, what to do."""

from __future__ import annotations

from typing import NamedTuple

LABELS = {
    "realmCode": "le code du pays",
    "id": "l'identifiant",
    "code": "le code",
    "title": "le titre",
    "effectiveTime": "la date",
    "time": "la date",
    "low": "le début",
    "high": "la fin",
    "confidentialityCode": "la confidentialité",
    "languageCode": "la langue",
    "setId": "l'identifiant de la série",
    "versionNumber": "le numéro de version",
    "recordTarget": "le patient",
    "patientRole": "le patient",
    "patient": "le patient",
    "name": "le nom",
    "family": "le nom de famille",
    "given": "le prénom",
    "birthTime": "la date de naissance",
    "administrativeGenderCode": "le sexe",
    "author": "l'auteur",
    "assignedAuthor": "l'auteur",
    "custodian": "la structure qui conserve le document",
    "representedCustodianOrganization": "la structure qui conserve le document",
    "legalAuthenticator": "le responsable du document",
    "documentationOf": "l'acte documenté",
    "serviceEvent": "l'acte documenté",
    "performer": "l'exécutant de l'acte",
    "representedOrganization": "la structure",
    "standardIndustryClassCode": "le cadre d'exercice",
    "componentOf": "la prise en charge",
    "encompassingEncounter": "la prise en charge",
    "healthCareFacility": "le lieu de soins",
    "location": "le lieu de soins",
    "component": "le corps du document",
    "text": "le texte",
    "entry": "les données codées",
    "statusCode": "le statut",
    "value": "la valeur",
    "reference": "le renvoi au texte",
    "telecom": "le moyen de contact",
    "addr": "l'adresse",
    "parentDocument": "le document remplacé",
    "templateId": "le modèle",
    "substanceAdministration": "le traitement",
    "lotNumberText": "le numéro de lot",
    "repeatNumber": "le nombre de renouvellements",
    "doseQuantity": "la dose",
    "rateQuantity": "le débit",
    "maxDoseQuantity": "la dose maximale",
    "routeCode": "la voie d'administration",
    "approachSiteCode": "le site d'administration",
    "targetSiteCode": "la région du corps",
    "consumable": "le produit",
    "manufacturedProduct": "le produit",
    "manufacturedMaterial": "le produit",
    "quantity": "la quantité",
    "period": "la période",
    "priorityCode": "l'urgence",
    "originalText": "le libellé d'origine",
    "translation": "l'autre code",
    "assignedPerson": "le professionnel",
    "assignedEntity": "le professionnel",
    "receivedOrganization": "la structure du destinataire",
    "scopingOrganization": "la structure",
    "informationRecipient": "le destinataire",
    "intendedRecipient": "le destinataire",
    "informant": "le proche",
    "relatedEntity": "le proche",
    "relatedPerson": "le proche",
    "relatedSubject": "le membre de la famille",
    "guardian": "le représentant légal",
    "guardianPerson": "le représentant légal",
    "birthplace": "le lieu de naissance",
    "participant": "le participant",
    "streetAddressLine": "la ligne d'adresse",
    "section": "la section",
    "observation": "l'observation",
    "act": "l'acte",
    "procedure": "l'acte",
    "supply": "la fourniture",
    "organizer": "le groupe d'observations",
    "typeId": "le type du document",
}


class Words(NamedTuple):
    """What a finding tells."""

    message: str
    cause: str
    remedy: str


def label(path: str) -> str:
    """Return the French of the last element of a path."""
    name = path.rpartition("/")[2].partition("[")[0]
    return LABELS.get(name, f"l'élément « {name} »")


def missing(what: str, where: str) -> Words:
    """Something that must be there is not."""
    return Words(
        f"Il manque {what} ({where}).",
        "Le champ correspondant du dossier est vide, ou le logiciel n'a pas produit cet élément.",
        "Renseignez ce champ, puis refaites le document.",
    )


def too_many(what: str, where: str, most: int) -> Words:
    """Something comes more often than it may."""
    said = f"{_capital(what)} est de trop" if most == 0 else f"{_capital(what)} est en trop : au plus {most}"
    return Words(
        f"{said} ({where}).",
        "L'élément a été répété, ou n'est pas prévu à cette place.",
        "Retirez ce qui est en trop, puis refaites le document.",
    )


def wrong(what: str, where: str, expected: str) -> Words:
    """Something has another value than the rule allows."""
    return Words(
        f"{_capital(what)} n'a pas une valeur permise ({where}) ; attendu : {expected}.",
        "La valeur vient d'une autre nomenclature, d'une ancienne version, ou a été mal saisie.",
        "Choisissez une valeur permise, puis refaites le document.",
    )


def blank(what: str, where: str) -> Words:
    """Something is there and says nothing."""
    return Words(
        f"{_capital(what)} est vide ({where}).",
        "Le champ correspondant du dossier ne contient que des blancs.",
        "Renseignez ce champ, puis refaites le document.",
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
