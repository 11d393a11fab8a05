"""A body of a type that another package brings."""

from __future__ import annotations

import msgspec


class OtherBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="other"):
    """A document of the type ``kind``, which an installed package registered (``caducee.document_types``).

    ``content`` is the JSON of that type's own model.
    """

    kind: str
    content: bytes
