"""B14: a registry's answer of 1,000 entries is read; beside it, lxml's bare parse of the same bytes."""

from __future__ import annotations

from lxml import etree

from benches.conftest import Measure
from benches.document.registry import answer
from caducee.wire.xds.found import FoundEntry, read_found
from caducee.wire.xml import parse

ENTRIES = 1_000


def test_b14(measure: Measure) -> None:
    written = answer(ENTRIES)

    def ours() -> tuple[FoundEntry, ...]:
        return read_found(parse(written, service="dmp"), service="dmp")

    found = ours()
    assert len({entry.document_id for entry in found}) == ENTRIES
    assert all(entry.type and entry.class_ and entry.authors and entry.sha1 for entry in found)
    measure(ours, {"lxml's bare parse": lambda: etree.fromstring(written)}, goals={}, entries=ENTRIES)
