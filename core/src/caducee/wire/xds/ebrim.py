"""ebRIM 3.0 as the templates render it: submission sets, document entries, associations.

Each attribute is a field; slots, schemes and the identifiers of the parts stand in the template. A submission makes
many of these and none can be part of a cycle: the garbage collector need not look at them.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from caducee.model.codes import Code


class Slot(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A named list of values, of a query."""

    name: str
    values: tuple[str, ...]


class Coded(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A coded attribute: its classification scheme, then value, coding scheme and text."""

    scheme: str
    code: str
    system: str
    display: str


class AuthorSlots(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An author as HL7 v2 texts: XCN, coded value, XON."""

    person: str
    specialty: str
    institution: str


class RegistryPackage(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A submission set."""

    id: str
    submission_time: str
    title: str | None
    author: AuthorSlots
    content_type: Coded
    patient_id: str
    source_id: str
    unique_id: str


class FolderPackage(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A folder: documents that belong together beyond the set that brings them."""

    id: str
    title: str
    code: Coded
    patient_id: str
    unique_id: str


class ExtrinsicObject(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A document entry. ``hash`` and ``size`` may be left out together; times are UTC, ``uri`` a name in an archive."""

    id: str
    mime_type: str
    created: str
    hash: str | None
    language: str
    legal_authenticator: str
    service_start: str
    service_stop: str | None
    size: str | None
    source_patient_id: str
    source_patient_info: tuple[str, ...]
    title: str
    author: AuthorSlots
    codes: tuple[Coded, ...]
    patient_id: str
    unique_id: str
    uri: str | None = None


class Association(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A link between two objects of the request, or to an entry that the registry holds.

    ``original`` says that the request brings its target in; the links of a folder do not say it.
    """

    id: str
    type: str
    source: str
    target: str
    original: bool = True


@lru_cache(maxsize=512)
def coded(scheme: str, code: Code) -> Coded:
    """Return a code under its classification scheme; a practice has few."""
    return Coded(scheme, code.code, code.system, code.display)
