"""The organisation's certificate: INSi reads its subject, so it is checked before anything is sent."""

from __future__ import annotations

from cryptography import x509
from cryptography.x509.oid import NameOID

from caducee.errors import CertificateUntrusted

ACCEPTED_NAMES = ("INSI-MANU", "INSI-AUTO")


class InsiCertificateWrong(CertificateUntrusted):
    """The certificate is not one of INSi: its common name must be ``INSI-MANU`` or ``INSI-AUTO``."""

    code = "insi.certificate_wrong"
    sentence = "Le certificat configuré pour INSi n'est pas le bon."
    remedy = "Configurez le certificat logiciel de la structure dont le nom est INSI-MANU ou INSI-AUTO."


def sender_of(certificate: bytes) -> str:
    """Return the OU of the subject, the default ``Emetteur`` of a DER certificate fit for INSi.

    Raises:
        InsiCertificateWrong: another common name, exactly written, than the two that INSi accepts.
    """
    subject = x509.load_der_x509_certificate(certificate).subject
    names = [str(a.value) for a in subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if len(names) != 1 or names[0] not in ACCEPTED_NAMES:
        raise InsiCertificateWrong(f"common name {', '.join(names) or 'absent'}, expected INSI-MANU or INSI-AUTO")
    units = [str(a.value) for a in subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)]
    return units[-1] if units else ""
