"""B13: a prescription of three medicines becomes an eP-MED-DM, against jinja2 in the same run; no crypto, no PDF."""

from __future__ import annotations

from benches.conftest import Measure
from benches.document.prescription import model
from benches.judges import same_document
from benches.peers.translated import translated
from caducee.cda.volets.parts import MEDICATION
from caducee.cda.volets.prescription import template

TEMPLATES = "caducee.cda"
PRELUDES = (*MEDICATION, (TEMPLATES, "templates/prescribed.xml"))


def test_b13(measure: Measure) -> None:
    prescription, ours = model(), template()
    peer = translated((TEMPLATES, "templates/ep_med_dm.xml"), PRELUDES)
    same_document(ours.render(prescription), peer.render(d=prescription).encode())
    measure(
        lambda: ours.render(prescription),
        {"jinja2": lambda: peer.render(d=prescription).encode()},
        goals={"jinja2": 10},
    )
