"""Document types that other packages bring: found by their entry point, in the group ``caducee.document_types``."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Protocol

from caducee.cda.header import Header
from caducee.errors import Finding
from caducee.model.codes import Code
from caducee.rendering import Template

GROUP = "caducee.document_types"


class DocumentType(Protocol):
    """What a package gives for one type of document. Pure: the same content gives the same document.

    ``format`` is the document's format in the metadata (XDS ``formatCode``).
    """

    @property
    def format(self) -> Code:
        """The format of the documents."""
        ...

    def check(self, content: bytes) -> tuple[Finding, ...]:
        """Return all that is wrong with the JSON of a document; fields are the type's own, without ``body``."""
        ...

    def make(self, header: Header, content: bytes) -> tuple[Header, Template]:
        """Return the model, which begins with this header, and the template that renders it."""
        ...


@cache
def document_type(kind: str) -> DocumentType | None:
    """Return the type registered under this name; ``None`` where no installed package has it."""
    found = next(iter(entry_points(group=GROUP, name=kind)), None)
    if found is None:
        return None
    loaded: DocumentType = found.load()
    return loaded
