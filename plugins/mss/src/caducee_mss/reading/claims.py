"""What a mail claims beside what it carries."""

from __future__ import annotations

import re

from caducee_mss.reading.mail import Mail, ReceivedDocument
from caducee_mss.reading.oddities import Oddities
from caducee_mss.reading.structure import Part
from caducee_mss.realm import INS_OIDS

_ANNOUNCED = re.compile(r"(?:\[annule et remplace\]\s*)?XDM/1\.0/DDM\+", re.IGNORECASE)


def refuse_second_senders(root: Part, oddities: Oddities) -> None:
    """Doubt a mail that names its sender twice (RFC 5322, 3.6): two readers would believe two people."""
    if len(root.fields.get("from", ())) > 1:
        oddities.add("mail.senders", "Le message nomme plusieurs expéditeurs.", doubt=True)


def compare(mail: Mail, documents: tuple[ReceivedDocument, ...], oddities: Oddities) -> None:
    """Say what was announced and is not there; the documents are believed, not the announcement."""
    announced = bool(mail.codes) or (not mail.in_reply_to and _ANNOUNCED.match(mail.subject) is not None)
    if announced and not documents:
        oddities.add("claim.document", "Le message annonce un document et n'en contient pas.", doubt=True)
    codes = {one.read.type.code for one in documents if one.read and one.read.type}
    if mail.codes and codes and set(mail.codes) != codes:
        oddities.add("claim.codes", "Le type annoncé n'est pas celui des documents.")
    held = (one.read.header.patient.identifiers for one in documents if one.read)
    with_ins = all(any(name.partition("^")[0] in INS_OIDS for name in names) for names in held)
    if documents and mail.ins_is_qualified and not with_ins:
        oddities.add("claim.ins", "Le message annonce un INS qualifié ; un document n'a pas d'INS.")
