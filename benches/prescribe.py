"""RX: the digital prescription at the desk, with the base refusing every connection and the card out.

``rx.check`` on each kind, ``rx.issue`` with the vendor's own page and with ours, and how many documents a core seals:
the peer of that is jinja2, rendering the same prescription in the same run.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

import caducee
from benches.document.prescription import model, prescribed
from benches.judges import same_document
from benches.peers.translated import translated
from benches.practice import letter, offline_practice
from benches.result import Result, percentile
from benches.test_b13_prescription import PRELUDES, TEMPLATES
from caducee import Actor, Audience, Document
from caducee.cda import CdaSealer
from caducee.cda.volets.prescription import template
from caducee.clinical import (
    BiologyPrescription,
    CareAct,
    ImagingAct,
    ImagingRequest,
    NursingPrescription,
    PhysiotherapyPrescription,
    Posology,
    Prescription,
)
from caducee.documents.ports import Identifiers
from caducee.model.codes import SNOMED_CT, TA_ASIP, Code
from caducee.model.environment import Environment
from caducee.paper.prescription import PaperCopyist
from caducee.terminology import Terminology
from caducee.testing import AUTHOR
from caducee_dmp import Dmp
from caducee_eprescription import EPRESCRIPTION

ROUNDS, WARM_UP, CHECKS, SECONDS = 200, 10, 300, 3.0
CHECK_MS, ISSUE_MS, PRINTED_MS, SEALED = 5.0, 20.0, 150.0, 1000.0
DOCTOR = Actor.doctor("Dr Roux")
PAGE = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
ISSUES = (
    ("issue", PAGE, Audience(), ISSUE_MS),
    ("issue and print", b"", Audience(), PRINTED_MS),
    ("issue to the record", PAGE, Audience(Dmp()), ISSUE_MS),
)
_SEAL = Identifiers(document_id="1.2.3.1", series="1.2.3.2", version=1, set_id="1.2.3.3", signature_id="1.2.3.4")


async def measure(folder: Path) -> list[Result]:
    """Measure all of it."""
    config = offline_practice(folder)
    said = config.read_text(encoding="utf-8").replace('["insi", "dmp"]', '["insi", "dmp", "eprescription"]')
    config.write_text(f'{said}\n[plugins.eprescription]\nurl = "https://127.0.0.1:1/erx"\n', encoding="utf-8")
    results = []
    async with caducee.open_kernel(config) as kernel, kernel.use(EPRESCRIPTION) as rx:
        for kind, body in kinds().items():
            if refused := (await rx.check(document(kind, body))).refused:
                raise AssertionError(refused)
            took = await _timed(CHECKS, lambda at, body=body: rx.check(document(at, body)))  # type: ignore[misc]
            results += _at_the_desk(f"RX.check.{kind}", took, CHECK_MS)
        for name, page, audience, goal in ISSUES:
            body = msgspec.structs.replace(in_two_zones(), pdf=page)
            took = await _timed(
                ROUNDS,
                lambda at, body=body, name=name, to=audience: rx.issue(  # type: ignore[misc]
                    document(f"{name} {at}", body), to, acting=DOCTOR
                ),
            )
            results += _at_the_desk(f"RX.{name}", took, goal)
    return [*results, sealed_by_a_core()]


def kinds() -> dict[str, object]:
    """Return a prescription of each kind, and one of twenty lines."""
    three = in_two_zones()
    modality = Terminology.load().code("imaging_modality", "MR")
    knee = Code("361291001", SNOMED_CT, "région entière du genou")
    in_words = msgspec.structs.replace(three.medicines[0], posology=Posology(text="Selon l'avis du spécialiste"))
    return {
        "medicines": three,
        "twenty lines": msgspec.structs.replace(three, medicines=three.medicines * 6 + (in_words,) * 2),
        "biology": BiologyPrescription(exams=("Glycémie", "Créatinine")),
        "imaging": ImagingRequest(acts=(ImagingAct(modality=modality, site=knee),), justification="Douleur"),
        "nursing": NursingPrescription(acts=(CareAct(label="Pansement", count=5),)),
        "physiotherapy": PhysiotherapyPrescription(acts=(CareAct(label="Rééducation", count=10),)),
    }


def in_two_zones() -> Prescription:
    """Return the prescription that is measured, as the desk has it: one of its lines is under a long-term illness."""
    return msgspec.structs.replace(prescribed(), number="", kinds=(Code("MED-1096", TA_ASIP, "Prescription bizone"),))


def document(name: object, body: object) -> Document:
    """Return a prescription of this practice."""
    plain = letter(0, 1)
    return Document(
        local_id=f"BENCH-RX-{name}",
        patient=plain.patient,
        author=plain.author,
        created=plain.created,
        body=body,  # type: ignore[arg-type]
    )


def sealed_by_a_core() -> Result:
    """Count documents a second, from what the doctor wrote to hashed bytes, and what jinja2 renders of the same."""
    body = msgspec.structs.replace(prescribed(), number_root="1.2.3", code_image=PAGE, pdf=PAGE)
    written, sealer = (
        document("sealed", body),
        CdaSealer(
            oid_root="1.2.250.1.999.1", terminology=Terminology.load(), copyist=PaperCopyist(Environment.SANDBOX)
        ),
    )
    peer, rendered = translated((TEMPLATES, "templates/ep_med_dm.xml"), PRELUDES), model()
    same_document(template().render(rendered), peer.render(d=rendered).encode())
    ours = _a_second(lambda: sealer.seal(written, AUTHOR, _SEAL))
    theirs = _a_second(lambda: peer.render(d=rendered).encode())
    return Result(
        id="RX.sealed",
        value=round(ours),
        unit="documents/s",
        peers={"jinja2, rendering alone": round(theirs)},
        ratio=round(ours / theirs, 2),
        goal=f"> {SEALED:g} documents/s",
        ok=ours > SEALED,
    )


def _a_second(work: Callable[[], object]) -> float:
    """Return how often a core does it in a second of its own time."""
    work()
    began, done = time.thread_time(), 0
    while time.thread_time() - began < SECONDS:
        work()
        done += 1
    return done / (time.thread_time() - began)


class Took(msgspec.Struct, frozen=True):
    """Milliseconds of the clock, and of this process's own work: other programs of the machine add to the former."""

    clock: list[float]
    own: list[float]


async def _timed(rounds: int, work: Callable[[int], Awaitable[object]]) -> Took:
    clock: list[float] = []
    own: list[float] = []
    for at in range(rounds + WARM_UP):
        began, worked = time.perf_counter(), time.process_time()
        await work(at)
        clock.append((time.perf_counter() - began) * 1000)
        own.append((time.process_time() - worked) * 1000)
    return Took(clock[WARM_UP:], own[WARM_UP:])


def _at_the_desk(name: str, took: Took, goal: float) -> list[Result]:
    """Return p50 and p99; the goal is for the latter. The ratio says how much of it was waiting."""
    results = []
    for word, share in (("p50", 0.50), ("p99", 0.99)):
        value, own = percentile(took.clock, share), percentile(took.own, share)
        results.append(
            Result(
                id=f"{name}.{word}",
                value=round(value, 3),
                unit="ms",
                peers={"own processor time": round(own, 3)},
                ratio=round(value / own, 2),
                goal=f"< {goal:g} ms" if word == "p99" else "shown beside",
                ok=word == "p50" or value < goal,
            )
        )
    return results
