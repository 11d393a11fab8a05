"""A received document, as it says things. What it leaves blank is ``None`` or empty; nothing is made up."""

from __future__ import annotations

import msgspec

from caducee.cda.reading.parsing import DocumentUnreadable
from caducee.model.codes import Code

PDF_MEDIA_TYPE = "application/pdf"


class Block(msgspec.Struct, frozen=True):
    """An element of a narrative: its name (``paragraph``, ``table``…), its attributes, what stands in it."""

    name: str
    attributes: dict[str, str]
    content: tuple[str | Block, ...]


class ReadWarning(msgspec.Struct, frozen=True, kw_only=True):
    """Something odd: the document is shown all the same. ``line`` and ``xpath`` say where.

    ``loss`` says that what a person reads may not be whole; else it is coded data or a form that is wrong.
    """

    code: str
    message: str
    line: int
    xpath: str
    loss: bool = False


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in the header, whatever the part. ``kind`` is the typeCode or classCode that says which.

    ``identifiers`` are ``root`` or ``root^extension``. ``device`` is the software that wrote, when nobody did;
    ``entity`` is, in an entry, the thing that plays the part: a substance, a specimen, a device.
    """

    kind: str = ""
    identifiers: tuple[str, ...] = ()
    family_name: str = ""
    given_name: str = ""
    prefix: str = ""
    suffix: str = ""
    code: Code | None = None
    function: Code | None = None
    time: str | None = None
    organisation: str = ""
    organisation_identifiers: tuple[str, ...] = ()
    setting: Code | None = None
    address: tuple[str, ...] = ()
    telecom: tuple[str, ...] = ()
    device: str = ""
    entity: Code | None = None

    @property
    def name(self) -> str:
        """The name as it is said: « Dr » is left to who prints it."""
        return " ".join(filter(None, (self.prefix, self.given_name, self.family_name, self.suffix)))


class ReadPatient(msgspec.Struct, frozen=True, kw_only=True):
    """The patient. ``birth_time`` is an HL7 time, ``birth_place`` a code of the INSEE."""

    identifiers: tuple[str, ...] = ()
    birth_name: str = ""
    given_names: str = ""
    first_given_name: str = ""
    used_name: str = ""
    used_given_name: str = ""
    sex: Code | None = None
    birth_time: str | None = None
    birth_place: str | None = None
    birth_town: str = ""
    address: tuple[str, ...] = ()
    telecom: tuple[str, ...] = ()
    guardians: tuple[Party, ...] = ()


class Span(msgspec.Struct, frozen=True):
    """Two HL7 times; a single instant is both."""

    low: str | None
    high: str | None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A documented act."""

    identifiers: tuple[str, ...] = ()
    code: Code | None = None
    time: Span | None = None
    performers: tuple[Party, ...] = ()


class ReadEncounter(msgspec.Struct, frozen=True, kw_only=True):
    """The encounter: where and how."""

    identifiers: tuple[str, ...] = ()
    code: Code | None = None
    time: Span | None = None
    facility: Code | None = None
    place: str = ""
    address: tuple[str, ...] = ()
    responsible: Party | None = None
    participants: tuple[Party, ...] = ()


class Relation(msgspec.Struct, frozen=True, kw_only=True):
    """A document that this one replaces (``RPLC``), completes (``APND``) or comes from (``XFRM``)."""

    kind: str
    document_id: str
    series: str | None
    version: int | None


class ReadHeader(msgspec.Struct, frozen=True, kw_only=True):
    """The header."""

    patient: ReadPatient
    created: str | None
    confidentiality: Code | None
    language: str | None
    templates: tuple[str, ...]
    authors: tuple[Party, ...] = ()
    secretary: Party | None = None
    informants: tuple[Party, ...] = ()
    custodian: Party | None = None
    recipients: tuple[Party, ...] = ()
    legal_authenticator: Party | None = None
    authenticators: tuple[Party, ...] = ()
    participants: tuple[Party, ...] = ()
    orders: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    relations: tuple[Relation, ...] = ()
    encounter: ReadEncounter | None = None


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A value of an entry: ``type`` is its HL7 type, ``text`` what it says; ``code`` and ``unit`` may be absent.

    An interval is « 3 – 5 », « ≥ 3 » or « ≤ 5 »; a ratio « 1 / 2 ». ``unknown`` is the null flavour: why there is none.
    """

    type: str
    text: str = ""
    code: Code | None = None
    unit: str | None = None
    unknown: str = ""


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """A time of an entry. Lengths are « 8 h ».

    ``type`` is its HL7 type: an instant or interval (``TS``, ``IVL_TS``), what comes back every ``period``
    (``PIVL_TS``) or with an ``event`` of the day (``EIVL_TS``). ``operator`` says how it joins the time before it:
    ``A`` narrows it, ``I`` adds to it.
    """

    type: str = ""
    low: str | None = None
    high: str | None = None
    width: str = ""
    period: str = ""
    event: str = ""
    offset: str = ""
    operator: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A coded entry. ``kind`` is its element (``observation``, ``substanceAdministration``…), ``link`` how it is held.

    ``text`` is the passage of the narrative that it refers to. ``details`` are its other codes by the name of their
    element (``routeCode``, ``interpretationCode``…), ``ranges`` the values that are usual. ``participants`` are all who
    and what take part: authors and performers too. ``documents`` are the identifiers of what it refers to elsewhere.
    """

    kind: str
    link: str = ""
    class_code: str = ""
    mood: str = ""
    negated: bool = False
    templates: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    code: Code | None = None
    status: str = ""
    text: str = ""
    times: tuple[Timing, ...] = ()
    values: tuple[Value, ...] = ()
    doses: tuple[Value, ...] = ()
    details: dict[str, tuple[Code, ...]] = {}
    ranges: tuple[Value, ...] = ()
    conditions: tuple[str, ...] = ()
    product: str = ""
    product_codes: tuple[Code, ...] = ()
    participants: tuple[Party, ...] = ()
    documents: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A section: what a person reads, and what is coded of it."""

    title: str | None
    code: Code | None
    templates: tuple[str, ...]
    narrative: tuple[str | Block, ...]
    entries: tuple[Entry, ...]
    sections: tuple[Section, ...]


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file in the document. ``reference`` is the identifier by which a narrative shows it.

    ``name`` is a file name to save it under, made here: nothing in it comes from the document.
    """

    media_type: str
    content: bytes
    name: str = ""
    reference: str = ""
    is_copy: bool = False


class ReadDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A received document.

    ``document_id`` and ``series`` are ``root`` or ``root^extension`` of ``id`` and ``setId``. ``body`` is the decoded
    file of a level 1 document with its ``media_type``; both are absent in a structured one. ``attachments`` begin with
    the PDF copy of the document, when there is one. ``warnings`` say what is odd: a document with warnings may not be
    whole.
    """

    document_id: str
    title: str | None
    type: Code | None
    series: str | None
    version: int | None
    media_type: str | None
    body: bytes | None
    header: ReadHeader
    sections: tuple[Section, ...]
    attachments: tuple[Attachment, ...]
    warnings: tuple[ReadWarning, ...]

    @property
    def pdf(self) -> bytes:
        """The PDF file that a level 1 document is.

        Raises:
            DocumentUnreadable: it carries none.
        """
        if self.body is None or self.media_type != PDF_MEDIA_TYPE:
            raise DocumentUnreadable("no PDF in this document")
        return self.body
