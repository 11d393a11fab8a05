"""To a mail server and into TLS: where it is, whose certificate it shows, whether that one is revoked."""

from caducee_mss.transport.connection import Connection, connect
from caducee_mss.transport.login import Bearer, External, Login, NoLogin
from caducee_mss.transport.server import MailLimits, MailServer, MailTls, Security

__all__ = [
    "Bearer",
    "Connection",
    "External",
    "Login",
    "MailLimits",
    "MailServer",
    "MailTls",
    "NoLogin",
    "Security",
    "connect",
]
