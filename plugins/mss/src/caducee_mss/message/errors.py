"""What stops a mail before anything is built or sent."""

from __future__ import annotations

from caducee.errors import CaduceeError, Explanation, Retry
from caducee.errors.base import WithFindings


class MailInvalid(WithFindings):
    """A text, an address or the documents of the mail break a rule; no byte was written."""

    code = "mss.mail_invalid"
    sentence = "Le message ne peut pas être envoyé en l'état."
    remedy = "Corrigez ce qui est indiqué, puis recommencez."


class MssTooLarge(CaduceeError):
    """The whole message is larger than its recipients take. Both are bytes of the message as it would be sent."""

    code = "mss.too_large"
    retry = Retry.AFTER_HUMAN
    sentence = "Le message est trop volumineux pour son destinataire."
    remedy = "Retirez un document, ou envoyez les documents en plusieurs messages."

    def __init__(self, limit: int, size: int) -> None:
        self.limit = limit
        self.size = size
        super().__init__(f"{size} bytes, {limit} at most")

    def explain(self) -> Explanation:
        """Say both sizes."""
        said = f"{self.sentence} Il pèse {_megabytes(self.size)} Mo, {_megabytes(self.limit)} Mo sont admis."
        return Explanation(said, self.remedy)


class PatientAddressRefused(CaduceeError):
    """No address of a patient is made from this identity (MSSanté, ECO.2.2.6)."""

    code = "mss.patient_address_refused"
    retry = Retry.AFTER_HUMAN
    sentence = "L'identité du patient n'est pas qualifiée : on ne peut pas lui écrire par messagerie sécurisée."
    remedy = "Qualifiez l'identité (INSi et pièce d'identité), ou remettez le document en main propre."


class ReceiptRefused(CaduceeError):
    """No receipt may answer this mail: it is a receipt or a report itself, or names nobody to answer (RFC 8098)."""

    code = "mss.receipt_refused"
    sentence = "Aucun accusé ne peut répondre à ce message."
    remedy = "Rien à faire : un accusé ne répond jamais à un accusé."


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}".replace(".", ",")
