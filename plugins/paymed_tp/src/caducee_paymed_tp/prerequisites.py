"""What a practice must have before third-party payment speaks to real services: no public text describes them."""

from __future__ import annotations

from caducee.contracts.plugin import Prerequisite


def _real(key: str, simulated: str, what: str, who: str) -> Prerequisite:
    """Something that may be left out, and that must not be a simulated one."""
    return Prerequisite(key=key, placeholder=simulated, what=what, who=who, unless={key: ("", "none")})


PREREQUISITES = (
    _real(
        "concentrator.profile",
        "simulated|paymed",
        "Un adaptateur de votre concentrateur : les profils d'ici sont simulés, son interface n'est pas publique.",
        "votre concentrateur (OCT)",
    ),
    _real(
        "link.provider",
        "simulated",
        "Un adaptateur de votre prestataire de paiement : le profil d'ici est simulé.",
        "votre prestataire de paiement",
    ),
    _real(
        "amc",
        "simulated",
        "Un adaptateur d'IDB, de CLC et de l'annuaire AMC : le profil d'ici est simulé.",
        "l'Inter-AMC",
    ),
    _real(
        "card.profile",
        "SIM-AMC/1",
        "Un lecteur du code de la carte de complémentaire : le profil d'ici est simulé, le vrai n'est pas public.",
        "l'Inter-AMC",
    ),
)
