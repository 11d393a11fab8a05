"""What the builders of all volets use."""

from __future__ import annotations

from typing import Any, TypeVar

from caducee.cda.header import PRELUDES, Header

Whole = TypeVar("Whole", bound=Header)

ENTRIES = (*PRELUDES, ("caducee.cda", "templates/entries.xml"))
MEDICATION = (*ENTRIES, ("caducee.cda", "templates/medication.xml"))
LOINC_NAME = "2.16.840.1.113883.6.1"


def whole(cls: type[Whole], header: Header, **own: Any) -> Whole:
    """Return a document made of a header and of its own fields."""
    return cls(**{name: getattr(header, name) for name in Header.__struct_fields__}, **own)
