"""A record of many documents, followed at a practice: the store is the real one, the registry answers from memory.

``python -m benches.record FOLDER DOCUMENTS`` prints, as JSON, the memory at one fifth and at the end (kilobytes), how
long the synchronisation and one brief took (seconds), and how many documents there are.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
from lxml import etree

from benches.document.registry import answer
from caducee.clock import SystemClock
from caducee.outbox.stores.sqlite import open_store
from caducee.plugins.state import PluginState
from caducee.wire.xds.criteria import DocumentFilter
from caducee.wire.xds.found import FoundEntry, read_found
from caducee.wire.xds.found_sets import FoundContents, FoundLink
from caducee_dmp.brief.compose import compose
from caducee_dmp.brief.page import to_page
from caducee_dmp.brief.selection import wanted
from caducee_dmp.record.index import RecordIndex
from caducee_dmp.record.model import Choice, Followed, Progress, Step
from caducee_dmp.record.synchronisation import Synchronisation

NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
_LINES = "".join(
    f"<paragraph>Une ligne de compte rendu, la {n}e, pas plus courte qu'une autre.</paragraph>" for n in range(60)
)
_HEAD = '<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="{}"/><title>Compte rendu</title><component><structuredBody>'
_TAIL = (
    f"<component><section><title>Examen</title><text>{_LINES}</text></section></component></structuredBody></component>"
    "</ClinicalDocument>"
)


class Registry:
    """A registry that was fed once, and whose answers are read as those of the DMP are."""

    def __init__(self, documents: int) -> None:
        self._answer = answer(documents, hash_of=lambda identifier: hashlib.sha1(content(identifier)).hexdigest())

    async def documents(self, where: DocumentFilter) -> tuple[FoundEntry, ...]:  # noqa: ARG002
        """Give every document."""
        return read_found(etree.fromstring(self._answer), service="dmp")

    async def sets(self, since: datetime) -> tuple[str, ...]:  # noqa: ARG002
        """Nothing changed."""
        return ()

    async def links(self, uuids: tuple[str, ...]) -> tuple[FoundLink, ...]:  # noqa: ARG002
        """Nothing changed."""
        return ()

    async def contents(self, entry_uuids: tuple[str, ...]) -> FoundContents:  # noqa: ARG002
        """Nothing changed."""
        return FoundContents()

    async def retrieve(self, entry: FoundEntry) -> bytes:
        """Give one document."""
        return content(entry.document_id)


def content(identifier: str) -> bytes:
    """Return the bytes of a document."""
    return (_HEAD.format(identifier) + _TAIL).encode()


def resident() -> int:
    """Return the memory of this process, in kilobytes (Linux)."""
    return int(Path("/proc/self/status").read_text(encoding="utf-8").partition("VmRSS:")[2].split()[0])


async def followed(folder: Path, documents: int) -> dict[str, Any]:
    """Follow a record and brief it once."""
    fifth = 0

    def note(progress: Progress) -> None:
        nonlocal fifth
        if progress.step is Step.DOCUMENTS and progress.done == documents // 5:
            fifth = resident()

    async def everything(index: RecordIndex) -> Sequence[str]:
        return [document.document_id for document in await index.documents()]

    async with open_store(folder, tenant="mesure", key=bytes(32), clock=SystemClock()) as store:
        state = PluginState(store, "dmp")
        index = RecordIndex(state, practitioner="roux", local_id="P1")
        begun = time.perf_counter()
        registry = Registry(documents)
        done = await Synchronisation(state, index, registry, now=NOW, progress=note).run(Choice(), wanted=everything)
        took, end = time.perf_counter() - begun, resident()
        begun = time.perf_counter()
        shown = await briefed(index)
        brief = time.perf_counter() - begun
    return {
        "documents": done.listed,
        "fetched": done.fetched,
        "kilobytes": [fifth, end],
        "seconds": took,
        "brief_seconds": brief,
        "page": len(shown),
    }


async def briefed(index: RecordIndex) -> str:
    """Return the page of the record, as the service makes it."""
    documents = await index.documents()
    contents = {}
    for document_id in wanted(documents, today=NOW.date()):
        found = await index.content(document_id)
        if found is not None:
            contents[document_id] = found
    followed = Followed(last_call="20261125083000", since="20241125")
    return to_page(compose("P1", documents, contents, followed=followed, now=NOW), patient="Mme N.")


if __name__ == "__main__":
    print(json.dumps(anyio.run(followed, Path(sys.argv[1]), int(sys.argv[2]))))
