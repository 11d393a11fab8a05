"""The seal: from here on the document is bytes."""

from __future__ import annotations

from functools import cache
from typing import Protocol

import msgspec

from caducee.cda.build import build
from caducee.cda.entry import derive
from caducee.cda.header import N1, PRELUDES
from caducee.cda.oids import PDF_FORMAT
from caducee.documents.ports import Identifiers, Sealed
from caducee.model.codes import Code
from caducee.model.document import Document
from caducee.model.practice import Practitioner
from caducee.rendering import Template


class Codes(Protocol):
    """What this package asks of the terminology: ``caducee.terminology.Terminology`` has it."""

    def code(self, table: str, code: str) -> Code:
        """Return a concept.

        Raises:
            TerminologyMissing: no such table or code.
        """
        ...

    def associate(self, table: str, code: str) -> Code:
        """Return the concept that an association gives.

        Raises:
            TerminologyMissing: no such association or code.
        """
        ...


@cache
def n1_template() -> Template:
    """Return the compiled template of the level 1 document."""
    return Template.load("caducee.cda", "templates/n1.xml", N1, PRELUDES)


class CdaSealer:
    """Builds the one CDA of a publication, hashes it and derives its metadata from its header.

    ``oid_root`` is the OID arc of the installation, under which patients have their local identifiers.
    """

    def __init__(self, *, oid_root: str, terminology: Codes) -> None:
        self._oid_root = oid_root
        self._terminology = terminology

    def seal(self, document: Document, author: Practitioner, identifiers: Identifiers) -> Sealed:
        """Return the same bytes for the same input, with the INS only when it is qualified.

        Raises:
            DocumentInvalid: the document was not checked and holds what XML cannot carry.
            TerminologyMissing: the type has no class in the association table.
        """
        codes = self._terminology
        class_ = codes.associate("class_of_type", document.type.code)
        header = build(
            document,
            author,
            identifiers,
            confidentiality=codes.code("confidentiality", "N"),
            oid_root=self._oid_root,
        )
        content, sha1, sha256 = n1_template().seal(header)
        entry = derive(header, class_=class_, format_=codes.code("format", PDF_FORMAT), sha1=sha1, size=len(content))
        return Sealed(document=content, sha1=sha1, sha256=sha256, entry=msgspec.json.encode(entry))
