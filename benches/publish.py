"""D1: how long ``publish()`` holds the desk, with every service down and the card out.

The peer is the least that any durable hand-over costs: one row with the same bytes, committed by SQLite with a full
sync into the same folder, in the same run.
"""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

import caducee
from benches.practice import letter, offline_practice
from benches.result import Result, percentile
from caducee import Actor, Audience
from caducee_dmp import Dmp

ROUNDS = 200
WARM_UP = 10
GOAL_MS = 20.0


async def measure(folder: Path, kilobytes: int) -> list[Result]:
    """Publish ``ROUNDS`` letters with a PDF of that size; return p50 and p99."""
    practice = offline_practice(folder)
    took: list[float] = []
    peer: list[float] = []
    with sqlite3.connect(folder / "peer.sqlite", isolation_level=None) as bare:
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=FULL")
        bare.execute("CREATE TABLE kept(id INTEGER PRIMARY KEY, body BLOB)")
        async with caducee.open_kernel(practice) as kernel:
            for number in range(ROUNDS + WARM_UP):
                document = letter(number, kilobytes)
                began = time.perf_counter()
                ticket = await kernel.documents.publish(
                    document,
                    audience=Audience(Dmp()),
                    acting=Actor.automaton("bench"),
                    validated_by="roux",
                    idempotency_key=document.local_id,
                )
                ended = time.perf_counter()
                sealed = await kernel.documents.sealed_bytes(ticket.document_id)
                if sealed is None or len(sealed) < kilobytes * 1024:
                    raise AssertionError("the published document is not in the store")
                commit = _bare_commit(bare, sealed)
                if number >= WARM_UP:
                    took.append((ended - began) * 1000)
                    peer.append(commit)
    return _results(kilobytes, took, peer)


def _bare_commit(bare: sqlite3.Connection, body: bytes) -> float:
    began = time.perf_counter()
    bare.execute("BEGIN IMMEDIATE")
    bare.execute("INSERT INTO kept(body) VALUES (?)", (body + os.urandom(16),))
    bare.execute("COMMIT")
    return (time.perf_counter() - began) * 1000


def _results(kilobytes: int, took: list[float], peer: list[float]) -> list[Result]:
    results = []
    for name, share in (("p50", 0.50), ("p99", 0.99)):
        value, bare = percentile(took, share), percentile(peer, share)
        binding = name == "p99" and kilobytes == 100
        results.append(
            Result(
                id=f"D1.publish.{kilobytes}KB.{name}",
                value=round(value, 3),
                unit="ms",
                peers={"bare SQLite commit of the same bytes": round(bare, 3)},
                ratio=round(value / bare, 2),
                goal=f"< {GOAL_MS:g} ms" if binding else "shown beside",
                ok=value < GOAL_MS if binding else True,
            )
        )
    return results
