"""NOEMIE PS as the simulated payers write it: entities 071, 102, 198, 199, 290, 250 and 261 in blocks of 128 bytes."""

from __future__ import annotations

import hashlib
from typing import Any

_BLOCK = 128
_STATE = {"P": "P", "R": "R", "D": "D", "-": " "}


def write(
    ps: str, payer: str, kind: str, created: str, notices: list[dict[str, Any]], *, wrong: int = 0
) -> tuple[bytes, str]:
    """Return a file and its SHA-256. ``kind`` is the sender type, ``created`` a day (ISO).

    ``wrong`` cents are added to the total of its last record, which is then false.
    """
    text = "".join(_notice(notice) for notice in notices)
    slices = [text[at : at + _BLOCK - 1] for at in range(0, len(text), _BLOCK - 1)]
    blocks = [_start(ps, payer, kind, created)]
    blocks += [("0" if at + 1 < len(slices) else "1") + piece.ljust(_BLOCK - 1) for at, piece in enumerate(slices)]
    total = sum(_paid(notice) for notice in notices)
    blocks.append(_end(ps, payer, kind, records=len(blocks) + 1, total=total + wrong))
    content = "".join(blocks).encode("ascii")
    return content, hashlib.sha256(content).hexdigest()


def _paid(notice: dict[str, Any]) -> int:
    items = sum(item["paid"] for item in notice["items"])
    return int(items + sum(movement["amount"] for movement in notice.get("movements", ())))


def _sender(kind: str, payer: str) -> str:
    return f"{kind}{''.join(c for c in payer if c.isdigit()).zfill(14)}"


def _start(ps: str, payer: str, kind: str, created: str) -> str:
    text = f"000{_sender(kind, payer)}{'':6}TP{ps.zfill(14)}{'':6}NO000001{_day(created)}0580{'':2}"
    text = f"{text} N" + "U "
    return text.ljust(82) + "128" + " " * 43


def _end(ps: str, payer: str, kind: str, *, records: int, total: int) -> str:
    text = f"999{_sender(kind, payer)}{'':6}TP{ps.zfill(14)}{'':6}NO000001{records:08d} "
    return (text.ljust(82) + f"000{abs(total):011d}{_sign(total)}").ljust(_BLOCK)


def _notice(notice: dict[str, Any]) -> str:
    said = [f"07102{_day(notice['on'])}{notice['labels'][0]:<32}{'':32}{notice['payer']:<10}@"]
    said += [_invoice(item) for item in notice["items"]]
    said += [_movement(movement["amount"], notice["on"]) for movement in notice.get("movements", ())]
    return "".join(said)


def _invoice(item: dict[str, Any]) -> str:
    head = f"10203{item['number']:>09}{'':6}{'000'}{'000000'}F{'000000'} {'10'}@"
    paid, state = item["paid"], _STATE[item["outcome"]]
    part = f"{item['asked']:08d}{state}{abs(paid):08d}{_sign(paid)}"
    amc = f"0775627391{'':15}" if item["part"] == "amc" else ""
    said = f"{head}{'199' if amc else '198'}04{part}{amc}@"
    for reason in item["reasons"]:
        said += f"2900501{reason['code']:<10}{reason['label'][:80]:<80}@"
    return said


def _movement(amount: int, day: str) -> str:
    if amount >= 0:
        return f"2610300001{amount:08d}@"
    return f"2500301{'SIMULATION'}{_day(day)}INDRPR{-amount:08d}N{'00000000'}@"


def _day(iso: str) -> str:
    return iso[2:4] + iso[5:7] + iso[8:10]


def _sign(cents: int) -> str:
    return "N" if cents < 0 else "P"
