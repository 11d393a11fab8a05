"""CAMT statements as banks write them."""

from __future__ import annotations

import io

from caducee_paymed_tp.formats.bank import BankStatement
from caducee_paymed_tp.formats.camt import CamtOptions, read_statements
from caducee_paymed_tp.formats.reading import Reading

IBAN = "FR7699999000010000000000115"
MESSAGES = {
    "053": ("BkToCstmrStmt", "Stmt"),
    "052": ("BkToCstmrAcctRpt", "Rpt"),
    "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}


def balance(code: str, cents: int, day: str = "2026-01-12", currency: str = "EUR") -> str:
    direction = "DBIT" if cents < 0 else "CRDT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{amount(cents, currency)}"
        f"<CdtDbtInd>{direction}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def amount(cents: int, currency: str = "EUR") -> str:
    return f'<Amt Ccy="{currency}">{abs(cents) // 100}.{abs(cents) % 100:02d}</Amt>'


def entry(
    cents: int, inside: str = "", *, status: str = "<Sts>BOOK</Sts>", reversal: str = "", currency: str = "EUR"
) -> str:
    return (
        f"<Ntry>{amount(cents, currency)}<CdtDbtInd>{'DBIT' if cents < 0 else 'CRDT'}</CdtDbtInd>{reversal}{status}"
        f"<BookgDt><Dt>2026-01-12</Dt></BookgDt><ValDt><Dt>2026-01-13</Dt></ValDt>{inside}</Ntry>"
    )


DETAIL = (
    "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
    "<NtryDtls><TxDtls><Refs><EndToEndId>CPAM751-260112-001</EndToEndId></Refs>"
    "<RltdPties><Dbtr>{name}</Dbtr><DbtrAcct><Id><IBAN>FR7630001007941234567890185</IBAN></Id></DbtrAcct></RltdPties>"
    "<RmtInf><Ustrd>TP 012</Ustrd><Ustrd>LOT 012</Ustrd></RmtInf></TxDtls></NtryDtls>"
)


def statement(inside: str, *, message: str = "053") -> str:
    name = MESSAGES[message][1]
    return f"<{name}><Id>R1</Id><Acct><Id><IBAN>{IBAN}</IBAN></Id></Acct>{inside}</{name}>"


def document(*statements: str, message: str = "053", version: str = "02") -> bytes:
    name = MESSAGES[message][0]
    namespace = f"urn:iso:std:iso:20022:tech:xsd:camt.{message}.001.{version}"
    head = "<GrpHdr><MsgId>M</MsgId><CreDtTm>2026-01-13T06:00:00</CreDtTm></GrpHdr>"
    body = "".join(statements)
    start = f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{namespace}">'
    return f"{start}<{name}>{head}{body}</{name}></Document>".encode()


def of(*entries: str, opening: int = 10000, closing: int) -> str:
    return statement(balance("OPBD", opening) + balance("CLBD", closing) + "".join(entries))


def read(data: bytes, *, options: CamtOptions | None = None, reading: Reading | None = None) -> list[BankStatement]:
    return list(read_statements(io.BytesIO(data), options=options, reading=reading))
