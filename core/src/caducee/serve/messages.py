"""What goes over the lines. A line is one JSON object in UTF-8; only these forms exist."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from caducee.errors import CaduceeError, Finding, WithFindings
from caducee.keys import PinRequest
from caducee.outbox.contract import EventRow

PROTOCOL = 1
LONGEST_LINE = 48 * 1024 * 1024
"""Longest line that is read, in bytes: a PDF of 25 MB in base64 passes."""


class Hello(msgspec.Struct, frozen=True, kw_only=True, tag_field="line", tag="hello"):
    """The first line that is written."""

    protocol: int
    version: str
    environment: str


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a host asks. ``id`` comes back with the answer."""

    id: int | str
    verb: str
    params: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b"{}"))


class Reply(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a host answers to an ``ask`` line; without ``value`` the person has declined."""

    answer: int
    value: str | None = None


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """An error: stable code, French sentence and remedy, the service's own code, every finding."""

    code: str
    sentence: str
    remedy: str
    retry: str
    service_code: str = ""
    findings: tuple[Finding, ...] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="line", tag="answer"):
    """The answer to a request: ``result`` or ``error``. ``id`` is null when the request could not be read."""

    id: int | str | None
    result: Any = None
    error: Failure | None = None


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="line", tag="event"):
    """One event, after ``events.follow``."""

    event: EventRow


class Ask(msgspec.Struct, frozen=True, kw_only=True, tag_field="line", tag="ask"):
    """A question to the person at the desk; answer it with ``Reply``. ``what`` is ``pin``."""

    ask: int
    what: Literal["pin"]
    about: PinRequest


class ServeError(CaduceeError):
    """The host has sent something that cannot be served."""

    remedy = "Corrigez le programme appelant ; « caducee schema serve » donne les formes attendues."


class BadJson(ServeError):
    """The line is not a JSON object of a known form."""

    code = "serve.bad_json"
    sentence = "La ligne reçue n'est pas une demande en JSON."


class UnknownVerb(ServeError):
    """No such verb."""

    code = "serve.unknown_verb"
    sentence = "Ce verbe n'existe pas."


class BadParams(ServeError):
    """The parameters do not fit the verb; the message says where, never what they held."""

    code = "serve.bad_params"
    sentence = "Les paramètres de la demande n'ont pas la forme attendue."

    def __init__(self, misfit: str, *, within: str = "$") -> None:
        what, at, place = misfit.rpartition(" - at `")
        if not (at and place.endswith("`")):
            what, place = misfit, "$`"
        if what.startswith("Invalid ") and "value" in what:  # what follows may be a patient's
            what = what.partition("value")[0] + "value"
        super().__init__(f"{what} - at `{place.replace('$', within, 1)}")


class LineTooLong(ServeError):
    """The line is longer than ``LONGEST_LINE``; it was skipped."""

    code = "serve.line_too_long"
    sentence = "La ligne reçue est trop longue."


class Unexpected(ServeError):
    """A defect on this side; its text may name a patient and is not shown."""

    code = "serve.unexpected"
    sentence = "Une erreur inattendue est survenue."
    remedy = "Transmettez le code de l'erreur à l'éditeur de votre logiciel."


def failure(error: Exception) -> Failure:
    """Describe an error for the host."""
    known = error if isinstance(error, CaduceeError) else Unexpected(type(error).__name__)
    explanation = known.explain()
    sentence = f"{explanation.sentence} ({known})" if isinstance(known, BadParams) else explanation.sentence
    return Failure(
        code=known.code,
        sentence=sentence,
        remedy=explanation.remedy,
        retry=known.retry,
        service_code=getattr(known, "service_code", ""),
        findings=known.findings if isinstance(known, WithFindings) else (),
    )
