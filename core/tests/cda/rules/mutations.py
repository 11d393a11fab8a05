"""One fault each in a right document, the rule that finds it and the field it names.

``official`` says what the national stack does with the same document: it refuses it, or lets it pass. Both are proved
by ``test_official_mutations.py``. The table is ``mutations.tsv``.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import NamedTuple

from lxml import etree

NAMESPACES = {"c": "urn:hl7-org:v3"}


class Mutation(NamedTuple):
    """``what`` is ``drop``, ``twice``, ``text``, ``lose`` (the attribute named by ``value``) or an attribute to set."""

    base: str
    where: str
    what: str
    value: str
    rule: str
    field: str
    official: bool


def _read() -> tuple[Mutation, ...]:
    lines = Path(__file__).with_name("mutations.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return tuple(
        Mutation(*values[:-1], official=values[-1] == "refused") for values in (one.split("\t") for one in lines)
    )


MUTATIONS = _read()


def mutated(document: bytes, mutation: Mutation) -> bytes:
    """Return the document with the fault."""
    root = etree.fromstring(document)
    targets = root.xpath(mutation.where, namespaces=NAMESPACES)
    assert targets, mutation.where
    for target in targets if mutation.what == "drop" else targets[:1]:
        holder = target.getparent()
        if mutation.what == "drop":
            holder.remove(target)
        elif mutation.what == "twice":
            holder.insert(holder.index(target), copy.deepcopy(target))
        elif mutation.what == "lose":
            del target.attrib[mutation.value]
        elif mutation.what == "text":
            target.text = mutation.value
        else:
            target.set(mutation.what, mutation.value)
    return etree.tostring(root)
