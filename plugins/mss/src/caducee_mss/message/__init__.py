"""Writing secure mail: the bytes of a message and of a receipt, without any network."""

from __future__ import annotations

from caducee_mss.message.address import is_patient_address, patient_address
from caducee_mss.message.carrying import Letter, SealedDocument, Submission, mail_of
from caducee_mss.message.checking import is_message_id
from caducee_mss.message.composing import compose
from caducee_mss.message.errors import MailInvalid, MssTooLarge, PatientAddressRefused, ReceiptRefused
from caducee_mss.message.labels import CorrectionMark, from_label, pdf_name, subject_of
from caducee_mss.message.mail import Carried, Mailbox, OutgoingMail, SizeLimits
from caducee_mss.message.receipts import (
    IntegrationOutcome,
    OutgoingReceipt,
    Permission,
    Receiver,
    integration_receipt,
    permission,
    read_receipt,
)

__all__ = [
    "Carried",
    "CorrectionMark",
    "IntegrationOutcome",
    "Letter",
    "MailInvalid",
    "Mailbox",
    "MssTooLarge",
    "OutgoingMail",
    "OutgoingReceipt",
    "PatientAddressRefused",
    "Permission",
    "ReceiptRefused",
    "Receiver",
    "SealedDocument",
    "SizeLimits",
    "Submission",
    "compose",
    "from_label",
    "integration_receipt",
    "is_message_id",
    "is_patient_address",
    "mail_of",
    "patient_address",
    "pdf_name",
    "permission",
    "read_receipt",
    "subject_of",
]
