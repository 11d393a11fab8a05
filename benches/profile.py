"""``make profile``: where the time of one signed submission goes: a table, a picture, a flame graph.

Beside it what a delivery costs that has nothing to do with its bytes: the durable commit, and a TLS connection.
"""

from __future__ import annotations

import socket
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import msgspec

from benches import flame, ours
from benches.document.model import ARC, report
from benches.document.template import report_template
from benches.key import run_key
from caducee.cda.entry import derive
from caducee.clock import SystemClock
from caducee.outbox.contract import NewDocument
from caducee.outbox.stores.sqlite import open_store
from caducee.testing import InventedAuthority
from caducee.wire import mtom
from caducee.wire.dsg import DsgWriter, SignedDocument
from caducee.wire.xds.entry import extrinsic
from caducee_native import digests

PICTURE, FLAMES = Path("build/bench/profile.svg"), Path("build/bench/flames.svg")
RUNS, COMMITS = 400, 50
COLOURS = ("#8fb8b4", "#2a6f6b", "#c98b2b", "#7a8f3c", "#5a6b9a", "#a3485a", "#777777")


def main() -> int:
    """Measure each stage alone, then the whole; print and draw."""
    stages = measured()
    whole = stages.pop("whole")
    stages["the rest (ITI-41 body, Python)"] = max(0.0, whole - sum(stages.values()))
    print(f"one submission: {whole:.0f} µs")
    for name, took in stages.items():
        print(f"  {took:7.1f} µs  {100 * took / whole:5.1f} %  {name}")
    print(f"  beside: {anyio.run(committed):.0f} µs for a durable commit of the same bytes")
    print(f"  beside: {connected():.0f} µs for a mutual TLS connection, both ends here")
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(drawn(stages, whole), encoding="utf-8")
    submitting, model = ours.Submitting(run_key()), [report()]
    FLAMES.write_text(flame.drawn(flame.sampled(lambda: submitting.submit(model), 3.0)), encoding="utf-8")
    print(PICTURE, FLAMES)
    return 0


def measured() -> dict[str, float]:
    """Return the microseconds of each stage."""
    model, key, template = report(), run_key(), report_template()
    submitting, dsg = ours.Submitting(key), DsgWriter("sha256")
    document, sha1, sha256 = template.seal(model)
    signed = (SignedDocument(unique_id=model.id.root, sha1=sha1, sha256=sha256),)

    def described() -> object:
        entry = derive(model, class_=ours.CLASS, format_=ours.FORMAT, sha1=sha1, size=len(document))
        return extrinsic(entry, symbol="Document01", with_hash=True)

    def prepared() -> object:
        return dsg.prepare(
            set_id=ARC, documents=signed, certificate=key.certificate, signing_time=ours.SIGNED_AT
        ).finish(b"")

    part = mtom.Attachment(content_id="Document01@caducee", content_type="text/xml", content=document)
    encode = _took(lambda: msgspec.msgpack.encode(model))
    return {
        "encode the model": encode,
        "render": _took(lambda: template.render(model)) - encode,
        "SHA-1 and SHA-256": _took(lambda: digests(document)),
        "metadata of the document": _took(described),
        "signature document": _took(prepared),
        "RSA-2048": _took(lambda: key.native.sign_sha256(document[:1500])),
        "MTOM package": _took(lambda: b"".join(mtom.write(document[:9000], [part], action="a")[1])),
        "whole": _took(lambda: submitting.submit([model])),
    }


async def committed() -> float:
    """Return the microseconds that the store takes to keep one document, on the disk of the temporary folder."""
    document, sha1, sha256 = report_template().seal(report())
    took = 0.0
    with tempfile.TemporaryDirectory() as folder:
        async with open_store(Path(folder), tenant="t", key=bytes(32), clock=SystemClock()) as store:
            for number in range(COMMITS):
                new = NewDocument(
                    document_id=f"{ARC}.{number}",
                    idempotency_key=f"k{number}",
                    content_hash=sha256,
                    local_id="P1",
                    author="roux",
                    series=f"{ARC}.{number}",
                    set_id=f"{ARC}.9",
                    signature_id=f"{ARC}.10",
                    submission_time="20261125073000",
                    model=b"{}",
                    document=document,
                    sha1=sha1,
                    sha256=sha256,
                    entry=b"{}",
                    deliveries=(),
                )
                begun = time.perf_counter()
                async with store.transaction() as tx:
                    await tx.add_document(new)
                took += time.perf_counter() - begun
    return took / COMMITS * 1e6


def connected() -> float:
    """Return the microseconds of a mutual TLS handshake on loopback, both ends."""
    authority = InventedAuthority()
    server, client = authority.server, authority.client(authority.issue("mesure"))
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as pool:

        def answer() -> None:
            with server.wrap_socket(listening.accept()[0], server_side=True) as secured:
                secured.recv(1)

        took = 0.0
        for _ in range(COMMITS):
            answered = pool.submit(answer)
            begun = time.perf_counter()
            with (
                socket.create_connection(listening.getsockname()) as plain,
                client.wrap_socket(plain, server_hostname="localhost") as secured,
            ):
                secured.sendall(b"x")
                took += time.perf_counter() - begun
            answered.result()
    return took / COMMITS * 1e6


def drawn(stages: dict[str, float], whole: float) -> str:
    """Return the stages side by side, as wide as they are long."""
    parts, x = [], 10.0
    for (name, took), colour in zip(stages.items(), COLOURS * 2, strict=False):
        width = 740 * took / whole
        parts.append(
            f'<g><title>{name}: {took:.1f} µs</title><rect x="{x:.1f}" y="30" width="{width:.1f}" height="36"'
            f' fill="{colour}"/></g>'
        )
        x += width
    legend = "".join(
        f'<rect x="10" y="{80 + 18 * at}" width="11" height="11" fill="{colour}"/>'
        f'<text x="28" y="{90 + 18 * at}">{name} · {took:.1f} µs</text>'
        for at, ((name, took), colour) in enumerate(zip(stages.items(), COLOURS * 2, strict=False))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {90 + 18 * len(stages)}" font-family="sans-serif"'
        f' font-size="12"><text x="10" y="20">One signed submission, {whole:.0f} µs</text>'
        f"{''.join(parts)}{legend}</svg>\n"
    )


def _took(work: Callable[[], object]) -> float:
    for _ in range(20):
        work()
    begun = time.thread_time()
    for _ in range(RUNS):
        work()
    return (time.thread_time() - begun) / RUNS * 1e6


if __name__ == "__main__":
    sys.exit(main())
