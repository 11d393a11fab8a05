"""One CAMT entry: Ntry and what is below it, to a neutral bank entry (same elements in .02 and .08, Sts apart)."""

from __future__ import annotations

import re
from datetime import date

from caducee_paymed_tp.formats.amounts import cents
from caducee_paymed_tp.formats.bank import BankDetail, BankEntry, EntryStatus
from caducee_paymed_tp.formats.quarantine import FormatFault, Place
from caducee_paymed_tp.formats.xml import Node

FORMAT = "CAMT"

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
_STATUS = {"BOOK": EntryStatus.BOOKED, "PDNG": EntryStatus.PENDING, "INFO": EntryStatus.INFORMATION}


def entry(node: Node, *, number: int, turned: bool) -> BankEntry:
    """Return the entry of an ``Ntry``. ``turned``: this bank writes reversals in the direction of what they reverse.

    Raises:
        FormatFault: amount, direction, status or booking date missing or unreadable.
    """
    reversal = _flag(node.find("RvslInd"))
    amount = signed(node)
    value = day(node.find("ValDt"))
    booked = day(node.find("BookgDt")) or value
    if booked is None:
        raise _fault("element.missing", node, "BookgDt")
    details = tuple(_detail(part, amount) for batch in node.every("NtryDtls") for part in batch.every("TxDtls"))
    single = details[0] if len(details) == 1 else BankDetail()
    labels = (*(detail.label for detail in details), node.text("AddtlNtryInf"))
    return BankEntry(
        booked=booked,
        value=value,
        amount=-amount if turned and reversal else amount,
        currency=_currency(node),
        label=" ".join(label for label in labels if label),
        status=_status(node),
        reference=single.reference,
        bank_reference=node.text("AcctSvcrRef") or node.text("NtryRef"),
        counterparty=single.counterparty,
        counterparty_account=single.counterparty_account,
        code=_code(node),
        reversal=reversal,
        details=details,
        offset=node.offset,
        record=number,
    )


def signed(node: Node) -> int:
    """Return the amount of an element that has Amt and CdtDbtInd, in signed cents."""
    found = cents(node.text("Amt"))
    if found is None or node.text("Amt")[:1] in ("-", "+") or "," in node.text("Amt"):
        raise _fault("field.amount", node, "Amt")
    direction = node.text("CdtDbtInd")
    if direction not in ("CRDT", "DBIT"):
        raise _fault("element.value", node, "CdtDbtInd")
    return found if direction == "CRDT" else -found


def day(node: Node | None) -> date | None:
    """Return the day of an element that holds Dt or DtTm, or is one."""
    if node is None:
        return None
    text = node.text("Dt") or node.text("DtTm") or node.text()
    try:
        if not _DAY.match(text):
            raise ValueError
        return date.fromisoformat(text[:10])
    except ValueError:
        raise _fault("field.date", node, node.name) from None


def _currency(node: Node) -> str:
    amount = node.find("Amt")
    return amount.attributes.get("Ccy", "") if amount else ""


def _status(node: Node) -> EntryStatus:
    code = node.text("Sts", "Cd") or node.text("Sts")
    if code not in _STATUS:
        raise _fault("element.value", node, "Sts")
    return _STATUS[code]


def _flag(node: Node | None) -> bool:
    text = node.text() if node else "false"
    if text not in ("true", "false", "1", "0"):
        raise _fault("element.value", node, "RvslInd")
    return text in ("true", "1")


def _code(node: Node) -> str:
    domain = node.find("BkTxCd", "Domn")
    if domain is None:
        return node.text("BkTxCd", "Prtry", "Cd")
    return "/".join((domain.text("Cd"), domain.text("Fmly", "Cd"), domain.text("Fmly", "SubFmlyCd")))


def _detail(node: Node, entry_amount: int) -> BankDetail:
    own = node.find("Amt") or node.find("AmtDtls", "TxAmt", "Amt")
    amount = cents(own.text()) if own else None
    if amount is not None and _debits(node, entry_amount):
        amount = -amount
    party = "Dbtr" if entry_amount >= 0 else "Cdtr"
    name = node.text("RltdPties", party, "Nm") or node.text("RltdPties", party, "Pty", "Nm")
    remittance = node.find("RmtInf")
    return BankDetail(
        amount=amount,
        reference=_reference(node),
        counterparty=name,
        counterparty_account=node.text("RltdPties", f"{party}Acct", "Id", "IBAN"),
        label=" ".join(_remittance(remittance)) if remittance else node.text("AddtlTxInf"),
    )


def _debits(node: Node, entry_amount: int) -> bool:
    direction = node.text("CdtDbtInd")
    return direction == "DBIT" if direction else entry_amount < 0


def _reference(node: Node) -> str:
    found = node.text("Refs", "EndToEndId")
    return "" if found == "NOTPROVIDED" else found


def _remittance(node: Node) -> list[str]:
    free = [part.text() for part in node.every("Ustrd")]
    structured = [part.text("CdtrRefInf", "Ref") for part in node.every("Strd")]
    return [text for text in (*free, *structured) if text]


def _fault(rule: str, node: Node | None, field: str) -> FormatFault:
    return FormatFault(rule, Place(format=FORMAT, offset=node.offset if node else -1, field=field))
