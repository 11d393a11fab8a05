"""B7: a typed model becomes CDA bytes, no crypto. 43 KB, level 3."""

from __future__ import annotations

from benches import ours
from benches.conftest import Measure
from benches.document.model import report
from benches.judges import same_document
from benches.peers import by_jinja2, by_lxml, by_strings

PEERS = {"lxml": by_lxml.build, "jinja2": by_jinja2.build, "strings": by_strings.build}


def test_b7(measure: Measure) -> None:
    model = report()
    mine = ours.build(model)
    for build in PEERS.values():
        same_document(mine, build(model))
    measure(
        lambda: ours.build(model),
        {name: lambda build=build: build(model) for name, build in PEERS.items()},
        goals={"lxml": 50, "jinja2": 36, "strings": 20},
    )
