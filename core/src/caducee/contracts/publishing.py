"""What a plugin that makes documents asks of the kernel: to publish them, as the practice's software does."""

from __future__ import annotations

from typing import Protocol

from caducee.errors import Finding
from caducee.model.announcement import Announce
from caducee.model.destination import Audience
from caducee.model.document import Document, Version
from caducee.model.practice import Actor


class Publication(Protocol):
    """A publication that can no longer be lost; ``kernel.documents.ticket(document_id)`` shows it."""

    document_id: str


class Publisher(Protocol):
    """``kernel.documents`` as far as a plugin may use it; declared with ``registrar.needs(Need.PUBLICATION)``."""

    async def check(self, document: Document, *, audience: Audience) -> tuple[Finding, ...]:
        """Return all that ``publish`` would refuse, and store nothing. An empty audience checks the document alone.

        Raises:
            RealmMixed: the identity comes from another environment.
        """
        ...

    async def publish(
        self,
        document: Document,
        *,
        audience: Audience,
        acting: Actor,
        idempotency_key: str,
        validated_by: str = "",
        announce: Announce | None = None,
    ) -> Publication:
        """Take a document and return when it can no longer be lost; the same key is stored once.

        Raises:
            ActorRefused, DocumentInvalid, RealmMixed, IdempotencyConflict, StoreError: nothing was stored.
        """
        ...

    async def version_of(self, document_id: str) -> Version:
        """Return which version of which series a publication is, for the document that is to replace it.

        Raises:
            UnknownTicket: the store does not hold this publication.
        """
        ...
