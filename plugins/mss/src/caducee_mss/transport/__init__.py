"""To a mail server and into TLS: where it is, whose certificate it shows, whether that one is revoked."""

from caducee_mss.transport.connection import Connection, connect
from caducee_mss.transport.discovery import IMAP_LABELS, SUBMISSION_LABELS, SrvLabel, discover
from caducee_mss.transport.login import Bearer, External, Login, NoLogin
from caducee_mss.transport.revocation import KeptList, ListStore, RevocationChecker
from caducee_mss.transport.server import MailLimits, MailServer, MailTls, Security

__all__ = [
    "IMAP_LABELS",
    "SUBMISSION_LABELS",
    "Bearer",
    "Connection",
    "External",
    "KeptList",
    "ListStore",
    "Login",
    "MailLimits",
    "MailServer",
    "MailTls",
    "NoLogin",
    "RevocationChecker",
    "Security",
    "SrvLabel",
    "connect",
    "discover",
]
