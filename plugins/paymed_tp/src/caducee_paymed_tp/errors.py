"""What third-party payment refuses.

CaduceeError      TpInvalid · TransitionRefused · MatchRefused · PatientNotAskable · LinkRefused · CardUnknown
ServiceRejected   TpSubmissionRefused
"""

from __future__ import annotations

from enum import StrEnum

from caducee.errors import CaduceeError, Explanation, ServiceRejected, WithFindings

SERVICE = "tp"


class TpInvalid(WithFindings):
    """Something handed over is not what it must be; nothing was kept. ``findings`` name each field."""

    code = "tp.invalid"
    sentence = "Une donnée de tiers payant ne peut pas être acceptée."
    remedy = "Corrigez les champs indiqués, puis recommencez."


class TransitionRefused(CaduceeError):
    """A part cannot go there from where it stands; nothing was kept. Names both states, never the invoice."""

    code = "tp.transition_refused"
    sentence = "Cette opération n'est pas possible dans l'état actuel de la facture."
    remedy = "Rouvrez la facture pour voir où elle en est."

    def __init__(self, state: str, event: str) -> None:
        self.state, self.event = state, event
        super().__init__(f"{event} is not possible from {state}")


class MatchRefused(CaduceeError):
    """A match names money that is unknown or already matched; nothing was kept."""

    code = "tp.match_refused"
    sentence = "Ce rapprochement n'est pas possible : un des montants est inconnu ou déjà rapproché."
    remedy = "Rafraîchissez la liste des propositions, ou annulez d'abord l'ancien rapprochement."


class PatientNotAskable(CaduceeError):
    """The patient may not be asked for this part: compulsory third-party payment, or it is not theirs to pay."""

    code = "tp.patient_not_askable"
    sentence = "Cette somme ne peut pas être demandée au patient."
    remedy = "Relancez la caisse ou la complémentaire ; le tiers payant est obligatoire pour cette part."


class LinkRefused(CaduceeError):
    """A payment link or a provider's message is not genuine, not for this amount, or no longer valid."""

    code = "tp.link_refused"
    sentence = "Ce paiement en ligne n'a pas pu être accepté."
    remedy = "Vérifiez le paiement chez votre prestataire, puis créez un nouveau lien si besoin."


class CardFault(StrEnum):
    """Why a card was not read."""

    OTHER_PROFILE = "other_profile"
    DAMAGED = "damaged"
    NOT_SEALED = "not_sealed"
    NO_KEY = "no_key"
    SIMULATED = "simulated"
    NO_PROFILE = "no_profile"


_BY_HAND = "Saisissez les cinq informations de la carte à la main"
_OF_CARD = {
    CardFault.OTHER_PROFILE: (
        "Ce code n'est pas du profil configuré",
        f"{_BY_HAND} : sa lecture demande un adaptateur.",
    ),
    CardFault.DAMAGED: ("Le code est mal lu ou abîmé", f"Recommencez la lecture, sinon : {_BY_HAND.lower()}."),
    CardFault.NOT_SEALED: ("Le code n'est pas scellé par la clé configurée", f"{_BY_HAND} : n'en croyez pas le code."),
    CardFault.NO_KEY: ("Le code est scellé et aucune clé n'est configurée", f"{_BY_HAND}, ou configurez card.key."),
    CardFault.SIMULATED: ("C'est une carte simulée", "En production, seule une vraie carte compte."),
    CardFault.NO_PROFILE: ("Aucun profil de carte n'est configuré", f"{_BY_HAND}, ou configurez card.profile."),
}


class CardUnknown(CaduceeError):
    """A Datamatrix that the configured profile does not read. Only the simulated ``SIM-AMC/1`` is built in."""

    code = "tp.card_unknown"
    sentence = "Ce code de carte de complémentaire n'est pas reconnu."
    remedy = f"{_BY_HAND} : la lecture du code demande un adaptateur."

    def __init__(self, fault: CardFault) -> None:
        self.fault = fault
        super().__init__(fault.value)

    def explain(self) -> Explanation:
        """Say why this one is not read."""
        why, remedy = _OF_CARD[self.fault]
        return Explanation(f"{self.sentence} {why}.", remedy)


class FormatUnknown(CaduceeError):
    """A file that no reader recognises by its content; nothing was kept."""

    code = "tp.format_unknown"
    sentence = "Ce fichier n'est ni un retour de paiement ni un relevé bancaire reconnu."
    remedy = "Vérifiez que c'est bien le fichier reçu de la caisse, du concentrateur ou de la banque."


class TpSubmissionRefused(ServiceRejected):
    """The concentrator refused a file for good, with its own code and words."""

    code = "tp.submission_refused"
    sentence = "Le concentrateur a refusé le lot."
    remedy = "Ouvrez le lot pour voir la raison, corrigez-la, puis renvoyez le lot."


ALL: tuple[type[CaduceeError], ...] = (
    TpInvalid,
    TransitionRefused,
    MatchRefused,
    PatientNotAskable,
    LinkRefused,
    CardUnknown,
    FormatUnknown,
    TpSubmissionRefused,
)


def explain(code: str) -> Explanation | None:
    """Return what a person reads for a code of this plugin."""
    from caducee_paymed_tp.formats.quarantine import FormatFault

    known: tuple[type[CaduceeError], ...] = (*ALL, FormatFault)
    return next((Explanation(error.sentence, error.remedy) for error in known if error.code == code), None)
