"""What a vendor must have before its product speaks to the real service: which no public text describes."""

from __future__ import annotations

from caducee.contracts.plugin import Prerequisite

PREREQUISITES = (
    Prerequisite(
        key="profile",
        placeholder="simulated",
        what="Un profil du téléservice réel : celui d'ici est simulé, ses spécifications ne sont pas publiques.",
        who="le GIE SESAM-Vitale (espace industriels), puis l'agrément du logiciel",
    ),
)
