"""What a plugin keeps of a patient's record, handed over with the record and taken in with it."""

from __future__ import annotations

from typing import Protocol

import msgspec

from caducee.services import ServiceKey


class KeptDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document that came from a service. ``content`` is absent when only its description is here.

    ``holder`` says for whom it is kept, in the plugin's own words (a professional's key). ``description`` is JSON of
    the plugin's own; ``entry`` the XDS entry in it, as JSON of ``caducee.wire.xds.found.FoundEntry``, empty when the
    document has none.
    """

    document_id: str
    holder: str
    title: str
    mime_type: str
    description: str
    entry: str = ""
    content: bytes | None = None


class KeptRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that a plugin keeps of one patient. ``state`` is JSON of its own beside the documents."""

    documents: tuple[KeptDocument, ...] = ()
    state: str = ""


class RecordKeeper(Protocol):
    """Offered under ``keeper_of(plugin)`` by a plugin that keeps what it received."""

    async def give(self, local_id: str) -> KeptRecord:
        """Return all that is kept of a patient; the same whenever nothing changed."""
        ...

    async def take(self, local_id: str, kept: KeptRecord) -> None:
        """Keep what was given elsewhere, as if it had been received here; given again, it changes nothing.

        Raises:
            RecordUnreadable: it was not made by this plugin, or by a newer one; nothing was kept.
        """
        ...


def keeper_of(plugin: str) -> ServiceKey[RecordKeeper]:
    """Return the key of a plugin's record keeper."""
    return ServiceKey(f"{plugin}.keeper")
