"""What this plugin raises beside the errors of Caducée. No token, name or identifier is in any of them."""

from __future__ import annotations

from caducee.drift import TOLERANCE, Drift, told
from caducee.errors import CaduceeError, CredentialError, Explanation, ProtocolViolation, Retry

SERVICE = "psc"
_WORD = frozenset("abcdefghijklmnopqrstuvwxyz_")
_LONGEST_CODE = 40


class LoginRefused(CredentialError):
    """The provider sent the person back without a log-in: they declined, or may not. ``reason`` is its own word."""

    code = "psc.login_refused"
    sentence = "La connexion à Pro Santé Connect a été refusée ou abandonnée."
    remedy = "Recommencez la connexion ; si le refus persiste, vérifiez votre e-CPS auprès de l'ANS."

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the provider answered {reason}")


class LoginTimedOut(CredentialError):
    """The person did not come back from the browser in time."""

    code = "psc.login_timed_out"
    sentence = "La connexion à Pro Santé Connect n'a pas été terminée à temps."
    remedy = "Relancez la connexion quand vous êtes prêt ; ce qui attend partira ensuite seul."


class BrowserNotOpened(CredentialError):
    """No browser could be opened on this machine."""

    code = "psc.browser_not_opened"
    sentence = "Le navigateur n'a pas pu être ouvert pour la connexion à Pro Santé Connect."
    remedy = "Ouvrez un navigateur sur ce poste, puis relancez la connexion."


class NoRedirectPort(CredentialError):
    """None of the registered loopback ports is free."""

    code = "psc.no_redirect_port"
    sentence = "Aucun des ports de retour de Pro Santé Connect n'est libre sur ce poste."
    remedy = "Fermez le programme qui les occupe, ou terminez l'autre connexion en cours."


class OtherPerson(CredentialError):
    """Who logged in is not the professional for whom the log-in was asked; nothing was kept."""

    code = "psc.other_person"
    sentence = "La personne connectée n'est pas le professionnel attendu."
    remedy = "Déconnectez-vous dans le navigateur, puis reconnectez-vous avec le compte de ce professionnel."


class AnswerForged(CredentialError):
    """An answer is not the provider's own: signature, issuer, audience, nonce or dates do not fit. Nothing was kept."""

    code = "psc.answer_forged"
    sentence = "Une réponse de Pro Santé Connect n'a pas pu être vérifiée : elle a été écartée."
    remedy = "Vérifiez l'heure du poste et la configuration, puis recommencez ; prévenez l'éditeur si cela dure."


class OutOfItsTime(AnswerForged):
    """A signed answer has ended, or has not begun, by our clock. ``drift`` says how far that is from the provider's."""

    code = "psc.out_of_its_time"
    sentence = "Une réponse de Pro Santé Connect n'est pas valable à l'heure de ce poste : elle a été écartée."
    remedy = "Réglez l'heure de ce poste (réglage automatique par Internet), puis recommencez la connexion."

    def __init__(self, detail: str, drift: Drift | None = None) -> None:
        self.detail = detail
        self.drift = drift
        super().__init__(detail)

    def explain(self) -> Explanation:
        """Say how wrong the clock is, when it is."""
        if self.drift is None or not self.drift.beyond(TOLERANCE):
            return super().explain()
        wrong = f"L'horloge de ce poste {told(self.drift.seconds)} par rapport à celle de Pro Santé Connect."
        return Explanation(f"{self.sentence} {wrong}", self.remedy)


class SituationUnknown(CredentialError):
    """The situation is none of those of who is logged in."""

    code = "psc.situation_unknown"
    sentence = "Cette situation d'exercice n'est pas l'une des vôtres."
    remedy = "Choisissez l'une des situations que donne votre connexion."


class SituationDisagrees(CredentialError):
    """The situation is not the one that ``[practitioner.KEY]`` describes. ``why`` says in French what differs."""

    code = "psc.situation_disagrees"
    sentence = "Cette situation d'exercice n'est pas celle de la configuration."
    remedy = "Choisissez la situation configurée, ou corrigez la table [practitioner.*] avant de la choisir."

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__("the situation is not the configured one")

    def explain(self) -> Explanation:
        """Add what differs to the sentence."""
        return Explanation(f"{self.sentence} {self.why}", self.remedy)


class PscRejected(CaduceeError):
    """The provider refused our request (client, redirect address, scope, grant). ``error`` is its own word for it."""

    code = "psc.rejected"
    retry = Retry.NEVER
    sentence = "Pro Santé Connect a refusé la demande du logiciel."
    remedy = "Vérifiez l'identifiant, le secret ou le certificat, et l'adresse de retour enregistrés auprès de l'ANS."

    def __init__(self, error: str) -> None:
        self.error = error
        super().__init__(f"the provider answered {error}")


def only_code(said: str, *, otherwise: str) -> str:
    """Return a code of the standard (RFC 6749, 5.2); anything else is not repeated: it may name somebody."""
    return said if said and len(said) <= _LONGEST_CODE and set(said) <= _WORD else otherwise


def unreadable(detail: str) -> ProtocolViolation:
    """Return the error of an answer that is not what the standard says."""
    return ProtocolViolation(SERVICE, detail)
