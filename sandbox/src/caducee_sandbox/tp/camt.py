"""A bank statement as CAMT.053.001.02."""

from __future__ import annotations

import hashlib
from typing import Any
from xml.sax.saxutils import escape

_SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"


def write(account: str, opening: int, entries: list[dict[str, Any]]) -> tuple[bytes, str]:
    """Return a file and its SHA-256; it closes where its movements lead."""
    closing = opening + sum(entry["amount"] for entry in entries)
    first, last = entries[0]["booked"], entries[-1]["booked"]
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{_SPACE}"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>SIM-{last}</MsgId><CreDtTm>{last}T20:00:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>SIM-{last}</Id><CreDtTm>{last}T20:00:00</CreDtTm><Acct><Id><IBAN>{account}</IBAN></Id></Acct>"
        f"{_balance('OPBD', opening, first)}{_balance('CLBD', closing, last)}"
        f"{''.join(_entry(entry) for entry in entries)}</Stmt></BkToCstmrStmt></Document>"
    )
    content = text.encode()
    return content, hashlib.sha256(content).hexdigest()


def _money(cents: int) -> str:
    direction = "DBIT" if cents < 0 else "CRDT"
    amount = f"{abs(cents) // 100}.{abs(cents) % 100:02d}"
    return f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>'


def _balance(code: str, cents: int, day: str) -> str:
    kind = f"<Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
    return f"<Bal>{kind}{_money(cents)}<Dt><Dt>{day}</Dt></Dt></Bal>"


def _entry(entry: dict[str, Any]) -> str:
    payer = escape(entry["creditor"])
    party = f"<RltdPties><Dbtr><Nm>{payer}</Nm></Dbtr></RltdPties>" if payer else ""
    details = f"{party}<RmtInf><Ustrd>{escape(entry['label'])}</Ustrd></RmtInf>"
    days = f"<BookgDt><Dt>{entry['booked']}</Dt></BookgDt><ValDt><Dt>{entry['value']}</Dt></ValDt>"
    return f"<Ntry>{_money(entry['amount'])}<Sts>BOOK</Sts>{days}<NtryDtls><TxDtls>{details}</TxDtls></NtryDtls></Ntry>"
