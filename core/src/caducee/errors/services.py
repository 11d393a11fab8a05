"""What a service answered, or did not."""

from __future__ import annotations

from caducee.drift import told
from caducee.errors.base import CaduceeError, Explanation, Retry


class ServiceError(CaduceeError):
    """A national service failed or refused.

    ``service`` names it (``insi``, ``dmp``), ``service_code`` and ``service_text`` are its own words, untouched.
    """

    code = "service"

    def __init__(self, service: str, detail: str = "", *, service_code: str = "", service_text: str = "") -> None:
        self.service = service
        self.service_code = service_code
        self.service_text = service_text
        parts = [p for p in (service, detail, service_code) if p]
        super().__init__(": ".join(parts))


class ServiceUnavailable(ServiceError):
    """The service could not be reached, or said that it is out of order. Nothing was done there."""

    code = "service.unavailable"
    retry = Retry.LATER
    sentence = "Le service national ne répond pas."
    remedy = "Rien n'est perdu : l'envoi reprendra seul."


class ConnectFailed(ServiceUnavailable):
    """No connection: nothing was sent."""

    code = "service.connect_failed"


class Timeout(ServiceUnavailable):
    """No answer in time to a question that changes nothing at the service."""

    code = "service.timeout"


class ServiceRejected(ServiceError):
    """The service understood and refused, with its own code and text."""

    code = "service.rejected"
    retry = Retry.NEVER
    sentence = "Le service national a refusé la demande."
    remedy = "Lisez le motif du service ; s'il ne suffit pas, transmettez-le à l'éditeur de votre logiciel."

    def explain(self) -> Explanation:
        """Add the service's own code and text to the sentence."""
        words = " ".join(w for w in (self.service_code, self.service_text) if w)
        return Explanation(f"{self.sentence} Motif du service : {words}." if words else self.sentence, self.remedy)


class ClockDrift(ServiceRejected):
    """The service refused who calls, and its clock is far from ours: dated proofs are refused until one is set right.

    ``seconds`` is our clock minus the service's. Calling again changes nothing.
    """

    code = "service.clock_drift"
    retry = Retry.AFTER_HUMAN
    sentence = "Le service national refuse une identification dont l'heure n'est pas la sienne."
    remedy = "Réglez l'heure de ce poste (réglage automatique par Internet), puis relancez."

    def __init__(self, service: str, *, seconds: float, service_code: str = "", service_text: str = "") -> None:
        self.seconds = seconds
        super().__init__(service, f"clock {seconds:+.0f} s", service_code=service_code, service_text=service_text)

    def explain(self) -> Explanation:
        """Say which way the clock is wrong, and by how much."""
        sentence = f"L'horloge de ce poste {told(self.seconds)} par rapport à celle du service national, qui refuse."
        return Explanation(
            f"{sentence} Motif du service : {self.service_code} {self.service_text}".strip(), self.remedy
        )


class PartlyDone(ServiceRejected):
    """The service did a part of what was asked, and says what is missing. Never taken for a success."""

    code = "service.partly_done"
    retry = Retry.AFTER_HUMAN
    sentence = "Le service national n'a pris en compte qu'une partie de la demande."
    remedy = "Vérifiez dans le service ce qui y est, puis relancez l'envoi."


class OutcomeUnknown(ServiceError):
    """Something was sent and no answer came: the service may have done it. Ask it before sending again."""

    code = "service.outcome_unknown"
    retry = Retry.UNKNOWN
    sentence = "Le service national a peut-être reçu l'envoi : la réponse s'est perdue."
    remedy = "Rien à faire : le service sera interrogé avant tout nouvel envoi."


class ProtocolViolation(ServiceError):
    """The answer is not what the protocol says (not XML, other schema, truncated)."""

    code = "service.protocol_violation"
    retry = Retry.LATER
    sentence = "Le service national a répondu de façon incompréhensible."
    remedy = "L'envoi sera retenté ; si cela dure, prévenez l'éditeur de votre logiciel."
