"""OFX files as banks write them: version 1 (SGML, values not closed) and version 2 (XML)."""

from __future__ import annotations

import io

from caducee_paymed_tp.formats.bank import BankStatement
from caducee_paymed_tp.formats.ofx import read_statements
from caducee_paymed_tp.formats.reading import Reading

HEADER_1 = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:{encoding}\nCHARSET:{charset}\n\n"
HEADER_2 = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE"?>\n'
)


def values(closed: bool, **zones: str) -> str:
    return "".join(f"<{name}>{value}" + (f"</{name}>" if closed else "\n") for name, value in zones.items())


def transaction(amount: str, *, closed: bool, **more: str) -> str:
    zones = {"TRNTYPE": "CREDIT", "DTPOSTED": "20260112120000[+1:CET]", "TRNAMT": amount, "FITID": "F1", **more}
    return f"<STMTTRN>{values(closed, **zones)}</STMTTRN>"


def body(*transactions: str, closed: bool) -> str:
    account = values(closed, BANKID="99999", BRANCHID="00001", ACCTID="00000000001", ACCTTYPE="CHECKING")
    period = values(closed, DTSTART="20260101", DTEND="20260131")
    ledger = values(closed, BALAMT="1234.50", DTASOF="20260131")
    return (
        f"<OFX><BANKMSGSRSV1><STMTTRNRS>{values(closed, TRNUID='0')}<STMTRS>{values(closed, CURDEF='EUR')}"
        f"<BANKACCTFROM>{account}</BANKACCTFROM><BANKTRANLIST>{period}{''.join(transactions)}</BANKTRANLIST>"
        f"<LEDGERBAL>{ledger}</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )


def version_1(*transactions: str, encoding: str = "USASCII", charset: str = "1252", python: str = "cp1252") -> bytes:
    header = HEADER_1.format(encoding=encoding, charset=charset)
    return (header + body(*transactions, closed=False)).encode(python)


def version_2(*transactions: str) -> bytes:
    return (HEADER_2 + body(*transactions, closed=True)).encode()


def read(data: bytes, *, reading: Reading | None = None) -> list[BankStatement]:
    return list(read_statements(io.BytesIO(data), reading=reading))
