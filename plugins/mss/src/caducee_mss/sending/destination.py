"""Where mail goes: a professional's or an organisation's box, the patient's box in Mon espace santé."""

from __future__ import annotations

import hashlib
from typing import ClassVar

from caducee.model.destination import Destination
from caducee.sharing.opposition import Scope


class Correspondent(Destination, frozen=True, kw_only=True):
    """A professional, a structure or an application, by the address of its box.

    ``name`` is how the practice calls it, shown beside the address. ``text`` is what the mail says, a sentence of ours
    when empty. ``read_receipt`` asks to be told when it was read or integrated.
    """

    kind: ClassVar[str] = "mss"
    address: str
    name: str = ""
    text: str = ""
    read_receipt: bool = False

    @property
    def reference(self) -> str:
        """A digest of the address: it tells two boxes apart and names nobody."""
        return hashlib.sha256(self.address.strip().lower().encode()).hexdigest()[:16]


class PatientMail(Destination, frozen=True, kw_only=True):
    """The patient of the document, in Mon espace santé: the address is made from their qualified INS.

    ``closes_exchange`` says that the patient cannot answer.
    """

    kind: ClassVar[str] = "patient_mail"
    stopped_by: ClassVar[str] = Scope.PATIENT_MAIL
    text: str = ""
    closes_exchange: bool = False


class PlainMail(Destination, frozen=True, kw_only=True):
    """A message without a new document: an answer, a receipt. Sent as a parcel by the plugin itself."""

    kind: ClassVar[str] = "mail"
    box: str
    recipient: str
    message_id: str
