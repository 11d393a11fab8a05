"""TD0.3 and TD1.6: declare one's authorisation on a record, take it back, list who has one."""

from __future__ import annotations

from enum import StrEnum

import msgspec
from lxml import etree

from caducee.rendering import Template
from caducee.wire.soap import SoapAnswer
from caducee.wire.xml import child, children, text
from caducee_dmp.exchange import Call
from caducee_dmp.modes import Right
from caducee_dmp.status import context_of, read_output, rows

ENDPOINT = "habilitations"
_NAMESPACE = "urn:si-dmp-habilitations"
_ACTION = f"{_NAMESPACE}:HabilitationsEndPoint"
_ATTENDING = "MEDECIN_TRAITANT"


class Listed(StrEnum):
    """Which authorisations of a record are asked for."""

    ACTIVE = "ACTIVE"
    FORBIDDEN = "INTERDITE"
    ALL = "TOUTE"


class Authorised(msgspec.Struct, frozen=True, kw_only=True):
    """A professional in the list of a record. ``mode`` is ``ACTIVE`` or ``INTERDITE``, times are UTC as received."""

    identifier: str
    family_name: str
    given_name: str
    specialties: tuple[str, ...]
    mode: str
    attending: bool
    since_utc: str = ""
    last_utc: str = ""


class SetAuthorisation(msgspec.Struct, frozen=True, array_like=True):
    """The request of TD0.3 as its template renders it; the patient is in the assertion only."""

    action: str
    role: str | None = None


class ListAuthorisations(msgspec.Struct, frozen=True, array_like=True):
    """The request of TD1.6 as its template renders it; the patient is in the assertion only."""

    mode: str


class Authorisations:
    """Writes the requests."""

    def __init__(self) -> None:
        self._set = Template.load("caducee_dmp.templates", "td03_authorise.xml", SetAuthorisation)
        self._list = Template.load("caducee_dmp.templates", "td16_authorised.xml", ListAuthorisations)

    def add(self, *, attending: bool) -> Call:
        """Declare that the patient authorises the professional, also as attending doctor."""
        return self._call("AJOUT", attending=attending)

    def remove(self, *, attending: bool) -> Call:
        """Take the authorisation back; with ``attending`` stop being the attending doctor, nothing else."""
        return self._call("SUPPRESSION", attending=attending)

    def list(self, listed: Listed) -> Call:
        """Ask who is authorised or blocked."""
        body = self._list.render(ListAuthorisations(listed))
        action = f"{_ACTION}:listAuthorizationByPatient"
        return Call(right=Right.AUTHORISED, endpoint=ENDPOINT, action=action, body=body)

    def _call(self, action: str, *, attending: bool) -> Call:
        body = self._set.render(SetAuthorisation(action, _ATTENDING if attending else None))
        called = f"{_ACTION}:setAuthorization"
        return Call(right=Right.AUTHORISE, endpoint=ENDPOINT, action=called, body=body, changes=True)


def read_set(answer: SoapAnswer) -> str:
    """Return what the service says beside "done": that it was so already.

    Raises:
        ServiceRejected, ProtocolViolation.
    """
    return context_of(read_output(answer.body, _NAMESPACE, "setAuthorizationResponse"), _NAMESPACE)


def read_list(answer: SoapAnswer) -> tuple[Authorised, ...]:
    """Return the professionals of the list.

    Raises:
        ServiceRejected, ProtocolViolation.
    """
    output = read_output(answer.body, _NAMESPACE, "listAuthorizationByPatientResponse")
    return tuple(_authorised(row) for row in rows(output, _NAMESPACE, "listOfAuthorizationByPatient"))


def _authorised(row: etree._Element) -> Authorised:
    def said(name: str) -> str:
        return text(child(row, _NAMESPACE, name))

    return Authorised(
        identifier=said("nationalId"),
        family_name=said("lastName"),
        given_name=said("firstName"),
        specialties=tuple(text(item) for item in children(row, _NAMESPACE, "codeSpeciality")),
        mode=said("mode"),
        attending=_ATTENDING in [text(item) for item in children(row, _NAMESPACE, "specificRight")],
        since_utc=said("startOfAuthorization"),
        last_utc=said("lastActionDate"),
    )
