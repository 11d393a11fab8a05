"""What the DMP would refuse, said at the desk."""

from __future__ import annotations

from caducee.errors import Finding
from caducee.model.document import Document


def findings(document: Document) -> list[Finding]:
    """Return what this document lacks to go to the DMP. What waits for an identity is not a finding."""
    if document.title.strip():
        return []
    return [
        Finding(
            field="title",
            rule="dmp.title",
            source="IHE ITI TF-3, table 4.2.3.2-1 (title, required by the DMP)",
            message="Le titre est obligatoire dans le DMP.",
        )
    ]
