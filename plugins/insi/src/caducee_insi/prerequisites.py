"""What a vendor must have before its product speaks to the real INSi."""

from __future__ import annotations

from caducee.contracts.plugin import Prerequisite

PREREQUISITES = (
    Prerequisite(
        key="software.authorisation",
        placeholder="NUMAUTOSIMU.*",
        what="Le numéro d'autorisation du logiciel pour le téléservice INSi.",
        who="le CNDA (dossier : GIE SESAM-Vitale)",
    ),
    Prerequisite(
        key="software.name",
        placeholder="DEMOLGC",
        what="Le nom du logiciel, tel qu'il est autorisé.",
        who="le CNDA (dossier : GIE SESAM-Vitale)",
    ),
    Prerequisite(
        key="credential",
        placeholder="",
        what="Un certificat de personne morale INSI-MANU ou INSI-AUTO.",
        who="l'ANS (IGC-Santé)",
        credential=True,
        unless={"access": ("card", "psc")},
    ),
)
