"""Keys, cards and certificates."""

from __future__ import annotations

from caducee.errors.base import CaduceeError, Explanation, Retry


class CredentialError(CaduceeError):
    """A card, a PIN, a certificate or a session is missing or unusable."""

    code = "credential"
    retry = Retry.AFTER_HUMAN


class CardAbsent(CredentialError):
    """No card, or no reader."""

    code = "card.absent"
    sentence = "Aucune carte CPS n'est présente dans le lecteur."
    remedy = "Insérez la carte du professionnel qui a rédigé le document."


class CardRemoved(CredentialError):
    """The card left its reader in the middle of an operation."""

    code = "card.removed"
    sentence = "La carte CPS a été retirée pendant l'opération."
    remedy = "Réinsérez la carte : l'opération reprendra."


class CardModuleFailed(CredentialError):
    """The PKCS#11 module failed, hung or crashed; its process was ended and starts anew at the next call."""

    code = "card.module_failed"
    sentence = "Le pilote de la carte CPS a échoué ; il est relancé."
    remedy = "Retirez puis réinsérez la carte ; si cela dure, vérifiez l'installation de la Cryptolib CPS."


class OtherCard(CredentialError):
    """A card is there, but it is not the one that is needed."""

    code = "card.other"
    sentence = "La carte présente n'est pas celle de l'auteur du document."
    remedy = "Insérez la carte de l'auteur : personne d'autre ne peut signer à sa place."


class AmbiguousCard(CredentialError):
    """Several cards match and nothing tells them apart. ``serials`` lists them."""

    code = "card.ambiguous"
    sentence = "Plusieurs cartes correspondent."
    remedy = "Indiquez le numéro de série de la carte voulue dans la configuration."

    def __init__(self, serials: tuple[str, ...]) -> None:
        self.serials = serials
        super().__init__(f"{len(serials)} cards match: {', '.join(serials)}")


class PinRequired(CredentialError):
    """The card asks for its PIN and nobody has given it."""

    code = "pin.required"
    sentence = "Le code porteur de la carte CPS est demandé."
    remedy = "Saisissez le code porteur."


class PinWrong(CredentialError):
    """The PIN is wrong. ``tries_left`` is what the card says, ``None`` when it does not say."""

    code = "pin.wrong"
    sentence = "Le code porteur est faux."
    remedy = "Vérifiez le code avant de recommencer ; au troisième échec la carte se bloque."

    def __init__(self, tries_left: int | None) -> None:
        self.tries_left = tries_left
        super().__init__("wrong PIN" if tries_left is None else f"wrong PIN, tries left: {tries_left}")

    def explain(self) -> Explanation:
        """Add the number of tries left to the sentence."""
        left = "" if self.tries_left is None else f" Essais restants : {self.tries_left}."
        return Explanation(self.sentence + left, self.remedy)


class PinLastTry(CredentialError):
    """One try is left: the PIN was not presented, since nobody said to use the last one."""

    code = "pin.last_try"
    sentence = "Il ne reste qu'un essai : le code n'a pas été présenté à la carte."
    remedy = "Confirmez expressément l'utilisation du dernier essai, ou débloquez la carte avec CPS-Gestion."


class PinBlocked(CredentialError):
    """The card is blocked."""

    code = "pin.blocked"
    sentence = "La carte est bloquée après trois codes faux."
    remedy = "Débloquez-la avec CPS-Gestion et le code de déblocage reçu avec la carte."


class CertificateExpired(CredentialError):
    """A certificate is not valid today."""

    code = "certificate.expired"
    sentence = "Le certificat n'est plus (ou pas encore) valide."
    remedy = "Renouvelez la carte ou le certificat ; vérifiez aussi l'heure du poste."


class CertificateUntrusted(CredentialError):
    """A certificate comes from an authority that is not trusted here, or is not the one configured.

    ``why`` is a French sentence that says which, for the person at the desk.
    """

    code = "certificate.untrusted"
    sentence = "Le certificat n'est pas celui attendu."
    remedy = "Vérifiez l'environnement, l'autorité de certification et le certificat configurés."

    def __init__(self, detail: str = "", *, why: str = "") -> None:
        self.why = why
        super().__init__(detail)

    def explain(self) -> Explanation:
        """Add the reason to the sentence."""
        return Explanation(f"{self.sentence} {self.why}".strip(), self.remedy)


class MechanismMissing(CredentialError):
    """The key cannot do what was asked; the card was not called."""

    code = "key.mechanism_missing"
    retry = Retry.NEVER
    sentence = "La clé demandée ne sait pas faire cette signature."
    remedy = "Vérifiez l'algorithme configuré : une carte CPS signe en RSA avec SHA-1 ou SHA-256."


class CardTooOld(CredentialError):
    """The service takes TLS 1.3 only, which a CPS3 cannot sign for (no RSA-PSS); the card was not called."""

    code = "card.too_old"
    sentence = "Cette carte est trop ancienne pour s'authentifier auprès de ce service (TLS 1.3)."
    remedy = "Utilisez une carte CPS4, ou demandez au service un accès en TLS 1.2."


class SessionExpired(CredentialError):
    """The log-in of the professional has ended."""

    code = "credential.session_expired"
    sentence = "La connexion du professionnel a expiré."
    remedy = "Connectez-vous à nouveau : l'envoi reprendra seul."
