"""Reading a received CDA R2: any volet, any version, alone or wrapped. Unknown elements are left alone."""

from __future__ import annotations

from caducee.cda.reading.document import read_document
from caducee.cda.reading.model import ReadDocument
from caducee.cda.reading.parsing import DocumentUnreadable

__all__ = ["DocumentUnreadable", "ReadDocument", "read_document"]
