"""A record in brief: parts, the pieces in them, and what stands for one that is not there."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from caducee.model.codes import Code


class Answer(StrEnum):
    """What a part, or a piece of it, answers. « None », « nobody asked » and « not allowed » are not the same."""

    SHOWN = "shown"
    NONE = "none"
    """The DMP was asked, and shows nothing of the kind."""
    NOT_FETCHED = "not_fetched"
    """It is not known, or not here: nobody asked yet, or it could not be had."""
    NOT_PERMITTED = "not_permitted"
    """The DMP refused it to this professional."""
    UNREADABLE = "unreadable"
    """The document is here and its content cannot be read: it must be opened as it is."""


class WriterKind(StrEnum):
    """Who a document comes from."""

    PROFESSIONAL = "professional"
    PATIENT = "patient"
    INSURANCE = "insurance"


class Writer(msgspec.Struct, frozen=True, kw_only=True):
    """Who wrote a document. A patient is not named: traits that come from the DMP may not be shown (RG_0320)."""

    kind: WriterKind
    name: str = ""
    organisation: str = ""

    @property
    def said(self) -> str:
        """The writer as a person reads it."""
        if self.kind is WriterKind.PATIENT:
            return "Renseigné par le patient"
        named = ", ".join(filter(None, (self.name, self.organisation)))
        return named or ("Assurance maladie" if self.kind is WriterKind.INSURANCE else "Auteur non précisé")


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """A section of a document, line by line. ``more`` lines were left out."""

    title: str
    lines: tuple[str, ...]
    more: int = 0


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One document. ``date`` is the date of care, ``YYYYMMDD``. ``file`` is the media type of one that is a file.

    ``incomplete`` says that what is read of it may not be whole. ``code`` is why it is not here, when it is not.
    """

    document_id: str
    title: str
    type: Code | None
    date: str
    writer: Writer
    answer: Answer
    passages: tuple[Passage, ...] = ()
    file: str = ""
    incomplete: bool = False
    code: str = ""


class TreatmentLine(msgspec.Struct, frozen=True, kw_only=True):
    """A medicine that was reimbursed. ``date`` is when it was dispensed, ``YYYYMMDD``; empty when not said.

    ``codes`` are those of the product and of its therapeutic group, as the insurance gives them (CIP or UCD, ATC).
    """

    date: str
    name: str
    quantity: str = ""
    codes: tuple[Code, ...] = ()
    prescribed_by: str = ""
    dispensed_by: str = ""
    document_id: str


class PartName(StrEnum):
    """A part of the brief, in the order they are read."""

    SUMMARY = "summary"
    PROFILE = "profile"
    HOSPITAL = "hospital"
    BIOLOGY = "biology"
    IMAGING = "imaging"
    VACCINATIONS = "vaccinations"
    WISHES = "wishes"
    TREATMENTS = "treatments"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part. ``since`` is the date of care from which the answer holds, ``YYYYMMDD``; empty: without limit of date.

    ``others`` are further documents of the kind that are in the index and not shown here. ``sentence`` says in French
    what the answer is, where there is nothing to show or not all of it.
    """

    name: PartName
    answer: Answer
    since: str = ""
    pieces: tuple[Piece, ...] = ()
    treatments: tuple[TreatmentLine, ...] = ()
    others: int = 0
    sentence: str = ""


class Brief(msgspec.Struct, frozen=True, kw_only=True):
    """A record in brief. Times are UTC, ``YYYYMMDDhhmmss``; ``asked`` is when the DMP was last asked, empty when never.

    ``filtered`` says that only some document types are followed: the reader must be told.
    """

    local_id: str
    made: str
    asked: str
    parts: tuple[Part, ...]
    filtered: bool = False
    refused: str = ""

    def part(self, name: PartName) -> Part:
        """Return one part."""
        return next(part for part in self.parts if part.name is name)
