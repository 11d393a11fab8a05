"""The seal: from here on the document is bytes."""

from __future__ import annotations

from typing import Protocol

import msgspec

from caducee.cda.build import header
from caducee.cda.entry import derive
from caducee.cda.volets.choice import Copyist, make
from caducee.documents.ports import Identifiers, Sealed
from caducee.model.codes import Code
from caducee.model.document import Document
from caducee.model.practice import Practitioner


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


class CdaSealer:
    """Builds the one CDA of a publication, hashes it and derives its metadata from its header.

    ``oid_root`` is the OID arc of the installation, under which patients have their local identifiers. ``copyist``
    prints the copy of a prescription that came without its PDF.
    """

    def __init__(self, *, oid_root: str, terminology: Codes, copyist: Copyist) -> None:
        self._oid_root = oid_root
        self._terminology = terminology
        self._copyist = copyist

    def seal(self, document: Document, author: Practitioner, identifiers: Identifiers) -> Sealed:
        """Return the same bytes for the same input, with the INS only when it is qualified.

        Raises:
            DocumentInvalid: the document was not checked and holds what XML cannot carry.
            TerminologyMissing: the type has no class in the association table.
            PaperInvalid, CapabilityMissing: a copy must be printed and cannot be.
        """
        codes = self._terminology
        class_ = codes.associate("class_of_type", document.type.code)
        head = header(
            document,
            author,
            identifiers,
            confidentiality=codes.code("confidentiality", document.confidentiality),
            oid_root=self._oid_root,
        )
        made = make(head, document, author, self._copyist)
        content, sha1, sha256 = made.template.seal(made.model)
        format_ = made.format if isinstance(made.format, Code) else codes.code("format", made.format)
        entry = derive(made.model, class_=class_, format_=format_, sha1=sha1, size=len(content))
        return Sealed(document=content, sha1=sha1, sha256=sha256, entry=msgspec.json.encode(entry))
