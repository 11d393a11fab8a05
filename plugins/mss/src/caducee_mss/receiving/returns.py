"""What a report, a receipt or a bounce says of a mail of ours. Pure."""

from __future__ import annotations

import msgspec

from caducee_mss.errors import without_addresses
from caducee_mss.history import What
from caducee_mss.reading import BounceCause, Mail, Receipt, ReceiptKind
from caducee_mss.sent import Sent

_RECEIPTS = {
    ReceiptKind.DISPLAYED: What.DISPLAYED,
    ReceiptKind.PROCESSED: What.INTEGRATED,
    ReceiptKind.FAILED: What.REFUSED,
}
_NOBODY = {
    BounceCause.NO_MAILBOX: "no_mailbox",
    BounceCause.UNKNOWN_RECIPIENT: "no_mailbox",
    BounceCause.CLOSED: "closed",
}


class Consequence(msgspec.Struct, frozen=True, kw_only=True):
    """One step of our mail. ``returned`` opens its delivery again (``operator``, ``no_mailbox``, ``closed``).

    ``stops`` says why the patient is written to no more. ``cause`` is what a person's sentence is looked up by.
    """

    what: What
    code: str = ""
    text: str = ""
    cause: str = ""
    returned: str = ""
    stops: str = ""


def consequence(mail: Mail, about: Sent | None) -> Consequence | None:
    """Return what a received mail says of one of ours; ``None`` when it says nothing of it."""
    if about is None:
        return None
    if mail.receipt is not None:
        return _of_receipt(mail.receipt)
    if mail.bounce is not None:
        return _of_bounce(mail, about)
    if mail.deliveries:
        return _of_report(mail)
    return None


def _of_receipt(receipt: Receipt) -> Consequence | None:
    what = _RECEIPTS.get(receipt.kind)
    if what is None:
        return None
    returned = "operator" if what is What.REFUSED else ""
    cause = f"integration_{receipt.code or '906'}" if returned else ""
    text = without_addresses(receipt.label)
    return Consequence(what=what, code=receipt.code, text=text, cause=cause, returned=returned)


def _of_bounce(mail: Mail, about: Sent) -> Consequence:
    assert mail.bounce is not None
    cause, status = mail.bounce.cause, mail.bounce.status
    text = without_addresses(next((one.diagnostic for one in mail.deliveries if one.diagnostic), ""))
    if cause is BounceCause.TEMPORARY:
        return Consequence(what=What.DELAYED, code=status, text=text)
    nobody = _NOBODY.get(cause, "") if about.to_patient else ""
    said = nobody or ("unknown_recipient" if cause in _NOBODY else str(cause))
    return Consequence(
        what=What.RETURNED, code=status, text=text, cause=said, returned=nobody or "operator", stops=nobody
    )


def _of_report(mail: Mail) -> Consequence:
    if all(one.arrived for one in mail.deliveries):
        return Consequence(what=What.ARRIVED, code=mail.deliveries[0].status)
    return Consequence(what=What.DELAYED, code=mail.deliveries[0].status)
