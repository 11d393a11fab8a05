"""What an operator's mail servers may refuse or leave open.

    ServiceUnavailable     MssNotSecure · MssBusy · MssRevocationUnknown · MssSessionEnded
    ServiceError           MssAuthRefused
    CertificateUntrusted   MssTlsUntrusted
    ServiceRejected        MssServerRefused · MssRecipientRefused · MssTooLarge
    CaduceeError           MssMessageMalformed · MssBoxRenumbered

A server's own words are kept without the addresses they name: the address of a patient is the patient's INS.
"""

from __future__ import annotations

import re

from caducee.errors import (
    CaduceeError,
    CertificateUntrusted,
    Explanation,
    Retry,
    ServiceError,
    ServiceRejected,
    ServiceUnavailable,
)

SERVICE = "mss"

_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"]+@[^\s<>()\[\]:;,\"]+")
_NUMBER = re.compile(r"[0-9][0-9AB]{12,}", re.IGNORECASE)
_LONGEST_TEXT = 300


def without_addresses(text: str) -> str:
    """Return a server's words without mail addresses and long numbers, cut at 300 characters."""
    return _NUMBER.sub("…", _ADDRESS.sub("…", text))[:_LONGEST_TEXT]


class MssAuthRefused(ServiceError):
    """The server refused the log-in. The same token may be accepted a moment later: refresh it, try once more."""

    code = "mss.auth_refused"
    retry = Retry.LATER
    sentence = "L'opérateur MSSanté a refusé la connexion à la boîte aux lettres."
    remedy = "Reconnectez-vous à Pro Santé Connect ; le message est gardé et repartira seul."


class MssTlsUntrusted(CertificateUntrusted):
    """The server's certificate is not trusted (authority, name, date, revocation), or it refused ours."""

    code = "mss.tls_untrusted"
    sentence = "La connexion sécurisée avec l'opérateur MSSanté n'est pas sûre : rien n'a été envoyé."
    remedy = "Prévenez l'éditeur de votre logiciel ; le message est gardé."


class MssRevocationUnknown(ServiceUnavailable):
    """Whether the server's certificate is revoked could not be learned: nothing was said to the server."""

    code = "mss.revocation_unknown"
    sentence = "La validité du certificat de l'opérateur MSSanté n'a pas pu être vérifiée."
    remedy = "Le message est gardé et repartira seul dès que la liste de révocation sera accessible."


class MssNotSecure(ServiceUnavailable):
    """The server offers no TLS, or spoke before it: never in clear text, nothing was said."""

    code = "mss.not_secure"
    sentence = "Le serveur de messagerie ne propose pas de connexion chiffrée : rien n'a été envoyé."
    remedy = "Le message est gardé ; si cela dure, prévenez l'opérateur MSSanté."


class MssBusy(ServiceUnavailable):
    """The server refused for now (4xx): nothing was accepted."""

    code = "mss.busy"
    sentence = "L'opérateur MSSanté demande de réessayer plus tard."
    remedy = "Rien à faire : le message est gardé et repartira seul."


class MssServerRefused(ServiceRejected):
    """The server refused a command for good. ``service_code`` is its code, ``enhanced`` the one of RFC 3463."""

    code = "mss.server_refused"
    sentence = "L'opérateur MSSanté a refusé l'opération."
    remedy = "Vérifiez l'adresse d'envoi et les droits sur la boîte aux lettres."

    def __init__(self, detail: str, *, service_code: str = "", enhanced: str = "", text: str = "") -> None:
        self.enhanced = enhanced
        super().__init__(SERVICE, detail, service_code=service_code, service_text=without_addresses(text))


class MssRecipientRefused(ServiceRejected):
    """A recipient was refused for good: SMTP ``reply`` code and ``enhanced`` code, the server's words in ``text``."""

    code = "mss.recipient_refused"
    sentence = "Le destinataire a été refusé par l'opérateur MSSanté."
    remedy = "Vérifiez l'adresse dans l'annuaire ; le message n'est pas parti vers ce destinataire."

    def __init__(self, reply: int, enhanced: str = "", *, text: str = "") -> None:
        self.reply, self.enhanced = reply, enhanced
        code = f"{reply} {enhanced}".strip()
        super().__init__(SERVICE, "recipient refused", service_code=code, service_text=without_addresses(text))


class MssTooLarge(ServiceRejected):
    """The message is larger than the server takes; nothing was sent. Both are bytes; ``limit`` 0: it did not say."""

    code = "mss.too_large"
    sentence = "Le message dépasse la taille acceptée."
    remedy = "Envoyez moins de pièces jointes à la fois."

    def __init__(self, limit: int, size: int) -> None:
        self.limit, self.size = limit, size
        super().__init__(SERVICE, f"{size} bytes, the limit is {limit}")

    def explain(self) -> Explanation:
        """Add the sizes to the sentence."""
        known = f" ; maximum : {self.limit / 1e6:.1f} Mo" if self.limit else ""
        sizes = f"Taille : {self.size / 1e6:.1f} Mo{known}."
        return Explanation(f"{self.sentence} {sizes}", self.remedy)


class MssSessionEnded(ServiceUnavailable):
    """The IMAP server said BYE or hung up in the middle. ``done_up_to``: last UID that was read whole, 0 for none."""

    code = "mss.session_ended"
    sentence = "L'opérateur MSSanté a interrompu la lecture de la boîte aux lettres."
    remedy = "Rien n'est perdu : la lecture reprendra où elle s'est arrêtée."

    def __init__(self, detail: str, *, done_up_to: int = 0) -> None:
        self.done_up_to = done_up_to
        super().__init__(SERVICE, without_addresses(detail))


class MssBoxRenumbered(CaduceeError):
    """The box has another UIDVALIDITY than the numbers given: they name other messages now, nothing was sent."""

    code = "mss.box_renumbered"
    retry = Retry.LATER
    sentence = "La boîte aux lettres a été renumérotée par l'opérateur MSSanté."
    remedy = "Rien à faire : la boîte sera relue."


class MssMessageMalformed(CaduceeError):
    """The message or its envelope cannot be put on the wire as it is: nothing was sent."""

    code = "mss.message_malformed"
    sentence = "Le message est mal formé : il n'a pas été envoyé."


def explain(code: str) -> Explanation | None:
    """Return what a person reads for a code of this module."""
    for error in (
        MssAuthRefused,
        MssTlsUntrusted,
        MssRevocationUnknown,
        MssNotSecure,
        MssBusy,
        MssServerRefused,
        MssRecipientRefused,
        MssTooLarge,
        MssSessionEnded,
        MssBoxRenumbered,
        MssMessageMalformed,
    ):
        if error.code == code:
            return Explanation(error.sentence, error.remedy)
    return None
