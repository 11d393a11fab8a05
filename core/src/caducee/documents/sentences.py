"""What the person at the desk reads about a delivery: what a service said is told by the plugin that serves it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from caducee.errors import (
    AmbiguousCard,
    CardModuleFailed,
    CardTooOld,
    ClockDrift,
    Explanation,
    OtherCard,
    PinBlocked,
    PinLastTry,
)
from caducee.outbox.contract import DeliveryRow, DeliveryState
from caducee.sharing.opposition import Opposition

Explain = Callable[[str], Awaitable[Explanation | None]]

_STATES: dict[tuple[DeliveryState, str], Explanation] = {
    (DeliveryState.PENDING, ""): Explanation("L'envoi est en attente.", "Rien à faire : il partira seul."),
    (DeliveryState.SENDING, ""): Explanation("L'envoi est en cours.", "Rien à faire."),
    (DeliveryState.DELIVERED, ""): Explanation("Le document est arrivé.", "Rien à faire."),
    (DeliveryState.REJECTED, ""): Explanation(
        "Le service national a refusé le document.", "Lisez le motif, corrigez, puis publiez à nouveau."
    ),
    (DeliveryState.UNKNOWN, ""): Explanation(
        "Le document est peut-être arrivé : la réponse s'est perdue.",
        "Rien à faire : le service sera interrogé avant tout nouvel envoi.",
    ),
    (DeliveryState.BLOCKED, "identity"): Explanation(
        "Le document attend que l'identité du patient soit qualifiée.",
        "Vérifiez le nom de naissance et les autres traits, interrogez INSi, contrôlez une pièce d'identité : "
        "l'envoi reprendra seul.",
    ),
    (DeliveryState.BLOCKED, "card"): Explanation(
        "Le document attend la carte CPS de son auteur.",
        "Insérez la carte de l'auteur et saisissez son code : l'envoi reprendra seul.",
    ),
    (DeliveryState.BLOCKED, "login"): Explanation(
        "Le document attend une connexion.", "Connectez-vous : l'envoi reprendra seul."
    ),
    (DeliveryState.BLOCKED, "announcement"): Explanation(
        "Le document attend la consultation d'annonce.", "Levez l'attente après l'annonce au patient."
    ),
    (DeliveryState.BLOCKED, "operator"): Explanation(
        "Le document attend une décision.",
        "Lisez le motif (« caducee outbox show »), réglez-le, puis relancez avec « caducee outbox retry ».",
    ),
    (DeliveryState.BLOCKED, "validation"): Explanation(
        "Le document attend la validation de son auteur.", "Demandez au médecin auteur de le valider."
    ),
    (DeliveryState.NOT_APPLICABLE, "opposed"): Explanation(
        "Le patient s'est opposé à cet envoi.", "Document à remettre en main propre."
    ),
    (DeliveryState.NOT_APPLICABLE, ""): Explanation(
        "Cet envoi ne concerne pas ce patient.", "Document à remettre en main propre."
    ),
}


# A card is there: "insert it" would send the desk looking in the wrong place.
_OF_THE_CARD = {
    one.code: Explanation(one.sentence, one.remedy)
    for one in (AmbiguousCard, CardModuleFailed, CardTooOld, OtherCard, PinBlocked, PinLastTry)
}


def explain_state(state: DeliveryState, why: str) -> Explanation:
    """Return the French sentence and remedy of a delivery's state."""
    found = _STATES.get((state, why)) or _STATES.get((state, ""))
    return found or Explanation("L'envoi est dans un état inattendu.", "Lancez « caducee doctor ».")


def explain_opposition(opposition: Opposition) -> Explanation:
    """Return what the desk reads of an opposition that stopped a delivery."""
    said = explain_state(DeliveryState.NOT_APPLICABLE, "opposed")
    since = f"{opposition.since:%d/%m/%Y}"
    sentence = f"{said.sentence} Opposition du {since}, notée par {opposition.noted_by}, motif : {opposition.motive}."
    return Explanation(sentence, said.remedy)


async def explain_row(row: DeliveryRow, explain: Explain) -> Explanation:
    """Return the plugin's own words when its service decided, else those of the state."""
    if row.code == ClockDrift.code:
        return Explanation(ClockDrift.sentence, ClockDrift.remedy)
    if (row.state, row.why) == (DeliveryState.BLOCKED, "card") and row.code in _OF_THE_CARD:
        return _OF_THE_CARD[row.code]
    if row.state in _DECIDED or (row.state is DeliveryState.BLOCKED and row.why == "operator"):
        for code in (row.service_code, row.code):
            found = await explain(code) if code else None
            if found is not None:
                return found
    return explain_state(row.state, row.why)


_DECIDED = frozenset({DeliveryState.REJECTED, DeliveryState.NOT_APPLICABLE})
