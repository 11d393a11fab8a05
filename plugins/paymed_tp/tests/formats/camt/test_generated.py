"""A thousand generated statements, read by us and by XPath over a whole tree: two readings that share nothing."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from lxml import etree

from .samples import DETAIL, balance, document, entry, read, statement

STATEMENTS = 1000


def generated(chance: random.Random) -> tuple[str, bytes]:
    version = chance.choice(["02", "08"])
    status = "<Sts>BOOK</Sts>" if version == "02" else "<Sts><Cd>BOOK</Cd></Sts>"
    name = "<Nm>PAYEUR {}</Nm>" if version == "02" else "<Pty><Nm>PAYEUR {}</Nm></Pty>"
    amounts = [chance.randint(-500_000, 500_000) for _ in range(chance.randint(0, 12))]
    opening = chance.randint(-1_000_000, 1_000_000)
    entries = [
        entry(
            cents,
            DETAIL.format(name=name.format(chance.randint(1, 14))) if chance.random() < 0.7 else "",
            status=status,
        )
        for cents in amounts
    ]
    inside = balance("OPBD", opening) + balance("CLBD", opening + sum(amounts)) + "".join(entries)
    return version, document(statement(inside), version=version)


def by_xpath(data: bytes) -> list[tuple[int, str, str, str, str]]:
    root = etree.fromstring(data)
    space = {"c": etree.QName(root).namespace or ""}
    found = []
    for node in root.iterfind(".//c:Ntry", space):
        sign = 1 if node.findtext("c:CdtDbtInd", namespaces=space) == "CRDT" else -1
        cents = int(Decimal(node.findtext("c:Amt", "", namespaces=space)) * 100) * sign
        end_to_end = node.findtext(".//c:EndToEndId", "", namespaces=space)
        party = "Dbtr" if cents >= 0 else "Cdtr"
        name = "".join(node.xpath(f".//c:RltdPties/c:{party}//c:Nm/text()", namespaces=space))
        label = " ".join(node.xpath(".//c:Ustrd/text()", namespaces=space))
        found.append((cents, node.findtext("c:BookgDt/c:Dt", "", namespaces=space), end_to_end, name, label))
    return found


@pytest.mark.parametrize("seed", range(10))
def test_generated_statements_are_read_as_by_another_reading(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(STATEMENTS // 10):
        _, data = generated(chance)
        (ours,) = read(data)
        assert ours.verified
        assert [
            (e.amount, e.booked.isoformat(), e.reference, e.counterparty, e.label) for e in ours.entries
        ] == by_xpath(data)
