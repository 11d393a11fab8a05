"""The appli carte Vitale: a context for one patient who shows a QR code or taps the phone, destroyed when it is over.

Known: the actions, the requests, and that a context has an identifier, a token and an end. ASSUMED: the answer. The
names of the patient's data in it are not public; ``read`` is the simulated profile, whose answers say so.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from functools import cache
from typing import Any

import anyio
import msgspec

from caducee.errors import CapabilityMissing, ProtocolViolation, RealmMixed, ServiceError
from caducee.model.environment import Environment
from caducee.model.identity import Ins, Sex, Traits
from caducee.model.permissions import Verb, require
from caducee.model.practice import Actor
from caducee.rendering import Template
from caducee.wire.xml import child, text
from caducee_insi.config import Billing, InsiConfig
from caducee_insi.courier import Caller, Courier, Reading, Request
from caducee_insi.envelope import SERVICE
from caducee_insi.evidence import Collection
from caducee_insi.nir import NUMBER_LENGTH
from caducee_insi.result import numbered

AUTHENTICATE = "urn:ApCV_AUTH:1.0.0:authentifierUtilisateurProximite"
DESTROY = "urn:ApCV_AUTH:1.0.0:detruireContexteApCV"
ANSWER = "http://www.sesam-vitale.fr/apcv/auth/1/0"
GIVING_UP = 10.0
"""How long the destruction of a context may take when the work in it was cancelled, in seconds."""


class Medium(StrEnum):
    """How the patient showed the application."""

    QRCODE = "QRCODE"
    NFC = "NFC"


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """What the reader gave, as it is. Its ``repr`` shows nothing of it."""

    medium: Medium
    data: str

    def __repr__(self) -> str:
        return f"Scan(medium={self.medium.value})"


class AppContext(msgspec.Struct, frozen=True, kw_only=True):
    """One context. ``ends`` is ``YYYYMMDDhhmmss``. ``token`` is shown in no log; identity and INS are the patient's."""

    identifier: str
    token: str
    ends: str
    ins: Ins
    traits: Traits
    assumed: bool = True

    def __repr__(self) -> str:
        return f"AppContext(ends={self.ends!r}, assumed={self.assumed})"


class Authenticate(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What ``AuthentifierUtilisateurProximiteReq`` holds."""

    billing: str
    data: str
    specialty: str | None = None


class Destroy(msgspec.Struct, frozen=True, array_like=True):
    """What ``DetruireContexteApCVReq`` holds."""

    identifier: str


class AppCard:
    """Opens contexts, and never leaves one behind."""

    def __init__(self, config: InsiConfig, environment: Environment, *, courier: Courier) -> None:
        self._config = config
        self._environment = environment
        self._courier = courier

    @asynccontextmanager
    async def context(self, scan: Scan, *, local_id: str, acting: Actor) -> AsyncIterator[AppContext]:
        """Create a context while the block runs; it is destroyed afterwards, also after an error or a cancellation.

        Raises:
            CapabilityMissing: no billing identifier is configured.
            ServiceUnavailable, InsiRefused, ProtocolViolation, CredentialError.
        """
        require(acting, Verb.SEARCH_IDENTITY)
        if self._config.billing is None:
            raise CapabilityMissing("plugins.insi.billing")
        caller = Caller(local_id=local_id, acting=acting)
        asked = Request(
            verb="insi.app_context",
            action=AUTHENTICATE,
            body=_authenticate(self._config.billing, scan),
            mode=Collection.VITALE_APP,
            with_bam=False,
        )
        context, _ = await self._courier.ask(asked, caller, Reading(self._read, lambda _: "outcome=opened"))
        try:
            yield context
        finally:
            with anyio.move_on_after(GIVING_UP, shield=True):
                await self._destroy(context.identifier, caller)

    async def _destroy(self, identifier: str, caller: Caller) -> None:
        request = Request(
            verb="insi.app_context",
            action=DESTROY,
            body=_destroying().render(Destroy(identifier)),
            mode=Collection.VITALE_APP,
            with_bam=False,
        )
        try:
            await self._courier.ask(request, caller, Reading(lambda _: None, lambda _: "outcome=destroyed"))
        except ServiceError:
            return  # it ends by itself at its end; the attempt is in the audit trail

    def _read(self, body: Any) -> AppContext:
        return read(body, config=self._config, environment=self._environment)


def read(body: Any, *, config: InsiConfig, environment: Environment) -> AppContext:
    """Read the simulated answer.

    Raises:
        ProtocolViolation: another element, or a part is missing or not of its shape.
        RealmMixed: an OID that is not of this environment.
    """

    def said(*path: str) -> str:
        found = text(child(body, ANSWER, *path))
        if not found:
            raise ProtocolViolation(SERVICE, f"no {path[-1]} in the context")
        return found

    if body.tag != f"{{{ANSWER}}}AuthentifierUtilisateurProximiteRep":
        raise ProtocolViolation(SERVICE, "the body is not the assumed context")
    oid = said("Beneficiaire", "INS", "OID")
    if oid not in config.issues(environment):
        raise RealmMixed(f"the application gave OID {oid} in {environment}")
    matricule, sex = said("Beneficiaire", "INS", "Matricule"), said("Beneficiaire", "Sexe")
    number = numbered(matricule[:NUMBER_LENGTH], matricule[NUMBER_LENGTH:], oid=oid)
    if sex not in (Sex.MALE, Sex.FEMALE):
        raise ProtocolViolation(SERVICE, "another sex than M or F in the context")
    return AppContext(
        identifier=said("ContexteApCV", "Identifiant"),
        token=said("ContexteApCV", "TokenApCV"),
        ends=said("ContexteApCV", "DateFinValidite"),
        ins=Ins(
            matricule=number.matricule,
            oid=config.kept(oid, environment),
            environment=environment,
        ),
        traits=Traits(
            birth_name=said("Beneficiaire", "NomNaissance"),
            given_names=tuple(said("Beneficiaire", "ListePrenom").split()),
            sex=Sex(sex),
            birth_date=said("Beneficiaire", "DateNaissance"),
            birth_place=text(child(body, ANSWER, "Beneficiaire", "LieuNaissance")) or None,
        ),
    )


def _authenticate(billing: Billing, scan: Scan) -> bytes:
    asked = Authenticate(billing=billing.identifier, data=scan.data, specialty=billing.specialty or None)
    return _authenticating().render(asked)


@cache
def _authenticating() -> Template:
    return Template.load("caducee_insi.messages", "apcv_authenticate.xml", Authenticate)


@cache
def _destroying() -> Template:
    return Template.load("caducee_insi.messages", "apcv_destroy.xml", Destroy)
