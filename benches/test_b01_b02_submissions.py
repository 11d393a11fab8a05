"""B1 and B2: typed models become one signed submission, bytes to send; of one document, and of twenty.

The documents are digested in canonical form, as the DMP does; the same with octets beside.
"""

from __future__ import annotations

from functools import partial

import pytest

from benches.conftest import Measure
from benches.document.model import report
from benches.judges import judge_submissions
from benches.key import Key
from benches.ours import Submitting
from benches.peers import by_jinja2, by_lxml
from benches.peers.expert import Expert
from benches.peers.jdk import jdk
from benches.peers.submitting import Mode, Peer, by_signxml, by_xmlsec

ONE = {"raw RSA": 0.75, "jinja2+xmlsec": 9.0}
TWENTY = {"raw RSA": 2.9, "jinja2+xmlsec": 26.0}


@pytest.mark.parametrize("mode", ["c14n", "octets"])
@pytest.mark.parametrize(("size", "goals"), [(1, ONE), (20, TWENTY)], ids=["b1", "b2"])
def test_submission(measure: Measure, key: Key, size: int, goals: dict[str, float], mode: Mode) -> None:
    reports = [report(number) for number in range(1, size + 1)]
    submitters = {
        "jinja2+xmlsec": Peer(by_jinja2.build, by_xmlsec(key), mode=mode),
        "lxml+xmlsec": Peer(by_lxml.build, by_xmlsec(key), mode=mode),
        "lxml+signxml": Peer(by_lxml.build, by_signxml(key), mode=mode),
        "expert": Expert(key),
    }
    ours = Submitting(key)
    bodies = {name: peer.submit(reports) for name, peer in submitters.items()}
    message = bytes(1500)
    candidates = {
        "raw RSA": lambda: key.native.sign_sha256(message),
        **{name: partial(peer.submit, reports) for name, peer in submitters.items()},
    }
    with jdk(key, reports) as java:
        judge_submissions({"ours": ours.submit(reports), **bodies, "JDK": java.submission})
        measure(
            partial(ours.submit, reports),
            candidates,
            goals=goals if mode == "c14n" else {},
            scale={"raw RSA": size},
            elsewhere={"JDK, documents given": java.rate} if mode == "c14n" else {},
        )
