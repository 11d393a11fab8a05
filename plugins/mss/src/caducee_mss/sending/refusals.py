"""Why a mail is not written to somebody, and what a person reads of a mail that came back."""

from __future__ import annotations

from caducee.errors import CaduceeError, Explanation, Retry, ServiceRejected
from caducee_mss.errors import SERVICE


class NoMailbox(ServiceRejected):
    """The patient has no mailbox, or never opened it: writing to them has stopped."""

    code = "mss.no_mailbox"
    sentence = "Ce patient n'a pas activé sa messagerie de Mon espace santé : rien ne lui est envoyé."
    remedy = "Document à remettre en main propre ; réactivez l'envoi quand le patient aura ouvert sa messagerie."

    def __init__(self) -> None:
        super().__init__(SERVICE, "writing to this patient was stopped", service_code="no_mailbox")


class MailboxClosed(ServiceRejected):
    """The patient has closed their mailbox: writing to them has stopped."""

    code = "mss.closed"
    sentence = "Ce patient a fermé sa messagerie de Mon espace santé : rien ne lui est envoyé."
    remedy = "Document à remettre en main propre ; réactivez l'envoi si le patient la rouvre."

    def __init__(self) -> None:
        super().__init__(SERVICE, "writing to this patient was stopped", service_code="closed")


class MssOutside(CaduceeError):
    """The address is outside the trust space. ``suggestion`` says what may be written instead, in French."""

    code = "mss.outside"
    retry = Retry.AFTER_HUMAN
    sentence = "Cette adresse n'est pas dans l'espace de confiance MSSanté : rien n'y est envoyé."
    remedy = "Choisissez une adresse MSSanté dans l'annuaire."

    def __init__(self, suggestion: str = "") -> None:
        self.suggestion = suggestion
        super().__init__("outside the trust space")

    def explain(self) -> Explanation:
        """Say what may be written instead, when it is known."""
        return Explanation(self.sentence, self.suggestion or self.remedy)


class PatientByIdentity(CaduceeError):
    """A patient's address was given as a correspondent's: it comes from a qualified INS only (MSSanté, ECO.2.2.6)."""

    code = "mss.patient_by_identity"
    retry = Retry.AFTER_HUMAN
    sentence = "Cette adresse est celle d'un patient : rien n'y est envoyé comme à un correspondant."
    remedy = "Choisissez le patient dans votre logiciel : son adresse vient de son INS qualifiée."

    def __init__(self) -> None:
        super().__init__("a patient's address was given for a correspondent")


class FirstMessageByProfessional(CaduceeError):
    """Only the professional begins a conversation with a patient (Mon espace santé)."""

    code = "mss.first_by_professional"
    retry = Retry.AFTER_HUMAN
    sentence = "Le premier message à un patient est écrit par le professionnel lui-même."
    remedy = "Demandez au médecin de l'écrire."


# Also for the codes that a later table may add.
_OTHER = Explanation(
    "Le destinataire n'a pas pu intégrer le document.", "Lisez son motif, puis prenez contact avec lui."
)
RETURNED = {
    "mss.unknown_recipient": Explanation(
        "L'opérateur du destinataire ne connaît pas cette adresse : le message est revenu.",
        "Cherchez une autre adresse dans l'annuaire, puis publiez vers elle.",
    ),
    "mss.invalid_address": Explanation(
        "L'adresse du destinataire n'est pas valable : le message est revenu.",
        "Cherchez l'adresse dans l'annuaire, puis publiez vers elle.",
    ),
    "mss.full": Explanation(
        "La boîte du destinataire est pleine : le message est revenu.",
        "Prévenez-le, ou choisissez une autre de ses adresses ; vous pourrez aussi renvoyer plus tard.",
    ),
    "mss.refused": Explanation(
        "L'opérateur du destinataire a refusé le message.", "Lisez son motif, puis choisissez une autre adresse."
    ),
    "mss.other": Explanation("Le message est revenu.", "Lisez le motif donné par l'opérateur, puis décidez."),
    "mss.integration_900": Explanation(
        "Le destinataire n'a pas remplacé le document : il en connaît une version plus récente.",
        "Vérifiez quelle version est la dernière.",
    ),
    "mss.integration_901": Explanation(
        "Le destinataire ne vous laisse pas remplacer ou supprimer ce document.", "Prenez contact avec lui."
    ),
    "mss.integration_902": Explanation(
        "Le destinataire ne connaît pas ce patient : le document n'est pas intégré.", "Prenez contact avec lui."
    ),
    "mss.integration_903": Explanation(
        "Le document ne porte pas l'INS du patient : le destinataire ne l'a pas intégré.",
        "Qualifiez l'identité, puis publiez une nouvelle version.",
    ),
    "mss.integration_904": Explanation(
        "L'identité du document diffère de celle que connaît le destinataire : il ne l'a pas intégré.",
        "Comparez les identités avec lui avant tout nouvel envoi.",
    ),
    "mss.integration_905": Explanation(
        "Il manque des traits d'identité au document : le destinataire ne l'a pas intégré.",
        "Complétez l'identité, puis publiez une nouvelle version.",
    ),
    "mss.integration_906": _OTHER,
}
"""What a person reads of a mail that came back, by the code of its delivery."""


def explain(code: str) -> Explanation | None:
    """Return what a person reads for a code of this module."""
    for error in (NoMailbox, MailboxClosed, MssOutside, PatientByIdentity, FirstMessageByProfessional):
        if error.code == code:
            return Explanation(error.sentence, error.remedy)
    later = _OTHER if code.startswith("mss.integration_") else None
    return RETURNED.get(code, later)
