"""What the practice knows of a patient's shared record."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from caducee.model.codes import Code
from caducee.wire.xds.found import FoundEntry


class Standing(StrEnum):
    """Where a document of the index stands.

    ``GONE``: the DMP no longer shows it to this professional. It was masked, deleted, or the right to read it ended:
    the DMP does not say which.
    """

    CURRENT = "current"
    ARCHIVED = "archived"
    REPLACED = "replaced"
    DELETED = "deleted"
    GONE = "gone"


READABLE = frozenset({Standing.CURRENT, Standing.ARCHIVED})


class News(StrEnum):
    """What happened to a document since the last synchronisation."""

    NEW = "new"
    REPLACED = "replaced"
    CHANGED = "changed"
    """Somebody changed its description: masked, made visible, renamed. The notice has the codes."""
    ARCHIVED = "archived"
    RESTORED = "restored"
    DELETED = "deleted"
    GONE = "gone"


class IndexedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document of the record as this professional was shown it last.

    ``entry`` holds no identity trait. ``replaced_by`` is the identifier of the document that took its place, empty when
    the DMP does not show it. ``held`` says that the practice had it before (it sent it, or received it by mail): it is
    indexed and not imported a second time. ``kept`` says that its bytes are here, ``trouble`` why they could not be had
    (a stable code of an error), empty when nobody tried.
    """

    entry: FoundEntry
    standing: Standing = Standing.CURRENT
    replaced_by: str = ""
    held: bool = False
    kept: bool = False
    trouble: str = ""

    @property
    def document_id(self) -> str:
        """The OID by which the document is retrieved, the same whatever happens to its description."""
        return self.entry.document_id


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something the professional should be told. ``number`` grows within one patient's record and starts at 1.

    ``other`` is the document that replaces this one. ``added`` and ``removed`` are confidentiality codes: what was
    masked or shown. Times are UTC, ``YYYYMMDDhhmmss``.
    """

    number: int
    at: str
    news: News
    document_id: str
    title: str
    other: str = ""
    added: tuple[Code, ...] = ()
    removed: tuple[Code, ...] = ()


class Fetch(StrEnum):
    """Which documents a synchronisation brings home beside their description."""

    NONE = "none"
    BRIEF = "brief"
    """What ``brief`` shows the content of."""
    ALL = "all"
    """Every readable document of the index."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What is followed of a record.

    ``years`` is how far back the first search goes by the date of care: an automatic search may not go beyond two
    (EEDS). ``types`` narrows it to document types: the list shown is then filtered, which the user must be told
    (``Synchronised.filtered``). ``batch`` is how many documents are asked for at once (EEDS: 20).
    """

    years: int = 2
    types: tuple[Code, ...] = ()
    batch: int = 20

    def __post_init__(self) -> None:
        if not 1 <= self.years <= 2:
            raise ValueError("Une recherche automatique remonte d'une à deux années au plus.")
        if not 1 <= self.batch <= 500:
            raise ValueError("Un lot compte de 1 à 500 documents.")


class Beyond(StrEnum):
    """What somebody may ask for without limit of date: an automatic search may not go so far."""

    VACCINATIONS = "vaccinations"
    WISHES = "wishes"
    """What the patient left: directives, wishes, contacts, the profile of Mon espace santé."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a search showed: how many documents, and which of them the index had not."""

    shown: int
    new: tuple[str, ...] = ()


class Step(StrEnum):
    """What a synchronisation is doing."""

    LIST = "list"
    CHANGES = "changes"
    DOCUMENTS = "documents"


class Progress(msgspec.Struct, frozen=True):
    """How far a step is: ``done`` of ``total``, both durable already."""

    step: Step
    done: int
    total: int


class Synchronised(msgspec.Struct, frozen=True, kw_only=True):
    """What a synchronisation did.

    ``first`` says that the record was opened for the first time: its documents are listed once, without one notice
    each. ``notices`` are those of this pass. ``troubled`` are documents whose bytes could not be had, each with the
    code of the error; the next synchronisation tries again.
    """

    first: bool
    listed: int
    notices: tuple[Notice, ...] = ()
    fetched: int = 0
    troubled: tuple[tuple[str, str], ...] = ()
    filtered: bool = False


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """Since when and how a record is followed. ``last_call`` is when the DMP was last asked, UTC.

    ``since`` is the date of care from which documents were listed, ``searched`` what was asked for without limit of
    date; ``types`` are the only ones followed, when not empty (``code^^system``). All are empty for a record that was
    never opened. ``refused`` is the code of the last refusal, the DMP's or the patient's, empty since it was shown.
    """

    last_call: str = ""
    since: str = ""
    searched: tuple[Beyond, ...] = ()
    types: tuple[str, ...] = ()
    refused: str = ""
