"""Reading secure mail: from bytes to documents, receipts and a proposal of where to file them."""

from __future__ import annotations

from caducee_mss.reading.addresses import Address
from caducee_mss.reading.bounces import Bounce, BounceCause
from caducee_mss.reading.errors import MailUnreadable
from caducee_mss.reading.filing import propose
from caducee_mss.reading.known import Filed, PatientIndex
from caducee_mss.reading.limits import Limits
from caducee_mss.reading.mail import Attachment, Mail, MailKind, ReceivedDocument
from caducee_mss.reading.oddities import MailWarning
from caducee_mss.reading.proposal import Candidate, Filing, Outcome, Proposal, Reason
from caducee_mss.reading.reader import Domains, read_mail
from caducee_mss.reading.reports import Delivered, Receipt, ReceiptKind

__all__ = [
    "Address",
    "Attachment",
    "Bounce",
    "BounceCause",
    "Candidate",
    "Delivered",
    "Domains",
    "Filed",
    "Filing",
    "Limits",
    "Mail",
    "MailKind",
    "MailUnreadable",
    "MailWarning",
    "Outcome",
    "PatientIndex",
    "Proposal",
    "Reason",
    "Receipt",
    "ReceiptKind",
    "ReceivedDocument",
    "propose",
    "read_mail",
]
