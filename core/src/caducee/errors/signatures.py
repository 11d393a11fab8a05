"""Signatures of others that do not hold."""

from __future__ import annotations

from enum import StrEnum

from caducee.errors.base import CaduceeError, Explanation, Retry


class SignatureFlaw(StrEnum):
    """What does not hold in a signature."""

    DOCUMENT = "document"
    """Not XML, too large, or with a document type declaration."""
    REPEATED_ID = "repeated_id"
    """Two elements bear one identifier: what was verified and what is read could be two things."""
    FORM = "form"
    """No signature, several, or one of another form than an enveloped signature of the whole document."""
    ALGORITHM = "algorithm"
    CERTIFICATE = "certificate"
    """Absent, unreadable, out of its time, or of another authority."""
    DER_VALUE = "der_value"
    """An ECDSA value written as DER: XML-Signature and JWS want r followed by s, each as wide as the curve."""
    PROPERTIES = "properties"
    """The signed properties name another certificate."""
    BROKEN = "broken"
    """The document or the signature was changed after it was signed."""


class SignatureInvalid(CaduceeError):
    """A signed document is not to be relied on. ``flaw`` says why."""

    code = "signature.invalid"
    retry = Retry.NEVER
    sentence = "La signature de ce document n'est pas valable."
    remedy = "Ne vous fiez pas à ce document ; demandez-le de nouveau à son émetteur."

    def __init__(self, flaw: SignatureFlaw, detail: str) -> None:
        self.flaw = flaw
        super().__init__(f"{flaw}: {detail}")

    def explain(self) -> Explanation:
        """Say what does not hold."""
        return Explanation(f"{self.sentence} {_WHY[self.flaw]}", self.remedy)


_WHY = {
    SignatureFlaw.DOCUMENT: "Le document n'est pas lisible.",
    SignatureFlaw.REPEATED_ID: "Deux de ses parties portent le même identifiant.",
    SignatureFlaw.FORM: "Elle manque, ou ne couvre pas tout le document.",
    SignatureFlaw.ALGORITHM: "Son algorithme n'est pas admis.",
    SignatureFlaw.CERTIFICATE: "Son certificat manque, est périmé, ou vient d'une autorité inconnue.",
    SignatureFlaw.DER_VALUE: "Sa valeur est écrite en DER au lieu de r suivi de s.",
    SignatureFlaw.PROPERTIES: "Elle désigne un autre certificat que celui qui a signé.",
    SignatureFlaw.BROKEN: "Le document ou la signature ont été modifiés, peut-être seulement remis en forme.",
}
