"""MSSanté, secure health mail: sent to professionals and patients, received and filed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caducee.lazy import loading

if TYPE_CHECKING:
    from caducee_mss.api import MSS, Incoming, Mail, ThreadLine, incoming
    from caducee_mss.message import IntegrationOutcome
    from caducee_mss.reading import read_mail
    from caducee_mss.sending.destination import Correspondent, PatientMail
    from caducee_mss.shared_box.claims import Standing

_MODULE_OF = {
    **dict.fromkeys(("MSS", "Incoming", "Mail", "ThreadLine", "incoming"), "caducee_mss.api"),
    "Standing": "caducee_mss.shared_box.claims",
    **dict.fromkeys(("Correspondent", "PatientMail"), "caducee_mss.sending.destination"),
    "IntegrationOutcome": "caducee_mss.message",
    "read_mail": "caducee_mss.reading",
}

__all__ = [
    "MSS",
    "Correspondent",
    "Incoming",
    "IntegrationOutcome",
    "Mail",
    "PatientMail",
    "Standing",
    "ThreadLine",
    "incoming",
    "read_mail",
]

__getattr__ = loading(globals(), _MODULE_OF)


def __dir__() -> list[str]:
    return sorted(__all__)
