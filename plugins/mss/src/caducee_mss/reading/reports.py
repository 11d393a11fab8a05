"""Reports about a mail that was sent: delivery (RFC 3464), reading and integration (RFC 8098; CI-SIS, reception)."""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

from caducee_mss.reading.addresses import read_addresses, seen
from caducee_mss.reading.decoding import decoded, words_decoded

_MOST_RECIPIENTS = 500
_MOST_BYTES = 500_000
_ARRIVED = frozenset({"delivered", "relayed", "expanded"})
_CODE = re.compile(r"\b(9\d\d)\b[\s^:.\-–]*(.*)", re.DOTALL)
_KO_SUBJECT = re.compile(r"\[\s*KO[^\]]{0,60}\]\s*(?:\[\s*(\d{3})\s*\])?", re.IGNORECASE)


class ReceiptKind(StrEnum):
    """What a receipt says of the mail."""

    PROCESSED = "processed"
    FAILED = "failed"
    DISPLAYED = "displayed"
    DELETED = "deleted"
    DISPATCHED = "dispatched"
    OTHER = "other"


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt of reading or of integration.

    ``code`` is 900 to 906 (or one of a later table) when the integration failed, ``label`` its words. ``automatic``
    says that no person acted. ``assumed``: it came as an ordinary mail, whose subject alone says what it is.
    """

    kind: ReceiptKind
    original_message_id: str = ""
    recipient: str = ""
    automatic: bool = False
    code: str = ""
    label: str = ""
    assumed: bool = False


class Delivered(msgspec.Struct, frozen=True, kw_only=True):
    """What a report says of one recipient. ``relayed`` counts as arrived: nobody will say more."""

    recipient: str
    action: str
    status: str
    diagnostic: str = ""

    @property
    def arrived(self) -> bool:
        """Whether the mail is where it was sent."""
        return self.action in _ARRIVED


def read_receipt_report(content: bytes) -> Receipt:
    """Return what a ``message/disposition-notification`` says."""
    fields = next(iter(_blocks(content)), {})
    mode, _, rest = fields.get("disposition", "").partition(";")
    kind, _, modifiers = rest.partition("/")
    failed = "error" in modifiers.lower() or "failure" in modifiers.lower()
    found = _CODE.search(modifiers) or (_CODE.search(fields.get("error", "")) if failed or "error" in fields else None)
    known = kind.strip().lower()
    said = ReceiptKind(known) if known in set(ReceiptKind) else ReceiptKind.OTHER
    return Receipt(
        kind=ReceiptKind.FAILED if failed or found else said,
        original_message_id=fields.get("original-message-id", ""),
        recipient=_address(fields.get("original-recipient", "") or fields.get("final-recipient", "")),
        automatic="automatic" in mode.lower(),
        code=found[1] if found else "",
        label=seen(words_decoded(found[2]))[:500] if found else "",
    )


def receipt_of_subject(subject: str, original: str) -> Receipt | None:
    """Return what the subject of an ordinary mail says of the integration of ``original``; ``None`` for nothing."""
    found = _KO_SUBJECT.search(subject)
    if found is None:
        return None
    return Receipt(
        kind=ReceiptKind.FAILED, original_message_id=original, automatic=True, code=found[1] or "", assumed=True
    )


def read_delivery_report(content: bytes) -> tuple[Delivered, ...]:
    """Return what a ``message/delivery-status`` says of each recipient."""
    return tuple(
        Delivered(
            recipient=_address(block.get("original-recipient", "") or block.get("final-recipient", "")),
            action=block.get("action", "").split("(")[0].strip().lower(),
            status=block.get("status", "").split(" ")[0],
            diagnostic=seen(block.get("diagnostic-code", ""))[:1000],
        )
        for block in _blocks(content)[: _MOST_RECIPIENTS + 1]
        if "action" in block or "status" in block
    )


def read_envelope_id(content: bytes) -> str:
    """Return the envelope identifier that a ``message/delivery-status`` brings back (RFC 3464, 2.2.1; xtext undone)."""
    said = next((block["original-envelope-id"] for block in _blocks(content) if "original-envelope-id" in block), "")
    return re.sub(r"\+([0-9A-F]{2})", lambda one: chr(int(one[1], 16)), said)[:200]


def _blocks(content: bytes) -> list[dict[str, str]]:
    """Groups of fields parted by blank lines."""
    text = decoded(content[:_MOST_BYTES]).replace("\r\n", "\n")
    unfolded = re.sub(r"\n[ \t]+(?=\S)", " ", text)
    made = []
    for group in unfolded.split("\n\n"):
        fields: dict[str, str] = {}
        for line in group.split("\n"):
            name, colon, value = line.partition(":")
            if colon:
                fields.setdefault(name.strip().lower(), value.strip())
        if fields:
            made.append(fields)
    return made


def _address(field: str) -> str:
    found = read_addresses(field.partition(";")[2] or field)
    return found[0].address if found else ""
