"""B3: a letter with a PDF of 750 KB becomes a signed submission; and the memory that sealing it adds."""

from __future__ import annotations

from typing import Any

from benches import memory
from benches.conftest import Measure, keep
from benches.document.letter import letter
from benches.judges import judge_submissions, same_document
from benches.key import Key
from benches.ours import Submitting
from benches.peers import by_jinja2, by_lxml
from benches.peers.submitting import Peer, by_xmlsec
from caducee.cda.volets.n1 import template as n1_template


def test_b3(measure: Measure, key: Key) -> None:
    model = letter()
    for build in (by_jinja2.build_letter, by_lxml.build_letter):
        same_document(n1_template().render(model), build(model))
    ours = Submitting(key, n1_template())
    peers = {
        "jinja2+xmlsec": Peer(by_jinja2.build_letter, by_xmlsec(key), mode="c14n"),
        "lxml+xmlsec": Peer(by_lxml.build_letter, by_xmlsec(key), mode="c14n"),
    }
    judge_submissions({"ours": ours.submit([model]), **{name: peer.submit([model]) for name, peer in peers.items()}})
    message = bytes(1500)
    measure(
        lambda: ours.submit([model]),
        {
            "raw RSA": lambda: key.native.sign_sha256(message),
            **{name: lambda peer=peer: peer.submit([model]) for name, peer in peers.items()},
        },
        goals={"jinja2+xmlsec": 2.5, "lxml+xmlsec": 5.5},
    )


def test_b3_memory(benchmark: Any) -> None:
    document, added = benchmark.pedantic(memory.of_a_letter, rounds=1)
    ratios = {"memory allowed / memory added": 2.2 * document / added}
    keep(benchmark, ratios=ratios, goals=dict.fromkeys(ratios, 1.0), added_over_document=round(added / document, 2))
