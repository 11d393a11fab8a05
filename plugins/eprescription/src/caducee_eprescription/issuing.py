"""What follows the decision: the paper, then the publication. Each happens once, whatever is begun again."""

from __future__ import annotations

import hashlib
from contextlib import suppress

import anyio.to_thread
import msgspec

from caducee.contracts.publishing import Publisher
from caducee.contracts.state import PluginTransaction
from caducee.errors import StateConflict
from caducee.model import bodies
from caducee.model.destination import Audience
from caducee.model.document import Document
from caducee.model.practice import Actor, Practitioner
from caducee_eprescription import events, qr
from caducee_eprescription.keeping import PAPERS, Keeping
from caducee_eprescription.life import Life
from caducee_eprescription.numbers import ROOT
from caducee_eprescription.paper import Paper


class Issuing:
    """Prints and publishes a prescription whose fate at the base is decided."""

    def __init__(self, *, keeping: Keeping, paper: Paper, publisher: Publisher) -> None:
        self._keeping = keeping
        self._paper = paper
        self._publisher = publisher

    async def printed(self, local_id: str, document: Document, author: Practitioner) -> bytes:
        """Return the paper: the one that was kept, or a new one, kept before it is returned.

        The vendor's own PDF (``body.pdf``) is taken as it is where there is no code to print on it.
        """
        while True:
            life = await self._keeping.life(local_id)
            if life.printed and (kept := await self._keeping.paper(local_id)) is not None:
                return kept
            number = life.number if life.carries_code else ""
            pdf = await anyio.to_thread.run_sync(self._print, document, author, number)

            async def also(tx: PluginTransaction, pdf: bytes = pdf) -> None:
                await tx.put(PAPERS, local_id, pdf)

            event = events.Printed(at=self._keeping.now(), sha256=hashlib.sha256(pdf).hexdigest())
            with suppress(StateConflict):
                await self._keeping.append(local_id, life, event, also=also)
                return pdf

    async def published(self, local_id: str, document: Document, pdf: bytes, audience: Audience, acting: Actor) -> Life:
        """Hand the document to the outbox, under a key of its own, and keep that it was."""
        life = await self._keeping.life(local_id)
        if life.document_id or not audience.destinations:
            return life
        number = life.number if life.carries_code else ""
        publication = await self._publisher.publish(
            completed(document, number, pdf), audience=audience, acting=acting, idempotency_key=f"rx:{local_id}"
        )
        while True:
            life = await self._keeping.life(local_id)
            if life.document_id:
                return life
            event = events.Published(at=self._keeping.now(), document_id=publication.document_id)
            also = self._keeping.publication(local_id, publication.document_id)
            with suppress(StateConflict):
                return await self._keeping.append(local_id, life, event, also=also)

    def _print(self, document: Document, author: Practitioner, number: str) -> bytes:
        own: bytes = getattr(document.body, "pdf", b"")
        return own if own and not number else self._paper.print(document, author, number=number)


def completed(document: Document, number: str, pdf: bytes) -> Document:
    """Return the document as it is published: with its paper and, where it carries one, its number and code."""
    body = document.body
    if isinstance(body, bodies.Prescription):
        code = qr.png(number) if number else b""
        body = msgspec.structs.replace(
            body, number=number, number_root=ROOT if number else "", code_image=code, pdf=pdf
        )
    elif isinstance(body, bodies.ImagingRequest):
        body = msgspec.structs.replace(body, order=number, order_root=ROOT) if number else body
    elif isinstance(body, bodies.BiologyPrescription | bodies.NursingPrescription | bodies.PhysiotherapyPrescription):
        body = msgspec.structs.replace(body, number=number, pdf=pdf)
    return msgspec.structs.replace(document, body=body)
