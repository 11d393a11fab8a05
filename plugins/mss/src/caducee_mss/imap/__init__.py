"""Reading a mailbox (RFC 3501 with IDLE, UIDPLUS, MOVE, SPECIAL-USE, SASL-IR), resumable after each message."""

from caducee_mss.imap.changes import Arrived, Changes, Moved
from caducee_mss.imap.cursor import Cursor
from caducee_mss.imap.responses import Fetched
from caducee_mss.imap.session import Box, ImapSession, Place, Selected, mailbox

__all__ = ["Arrived", "Box", "Changes", "Cursor", "Fetched", "ImapSession", "Moved", "Place", "Selected", "mailbox"]
