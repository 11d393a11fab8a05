"""The assertions of a professional: signed by the card, or unsigned beside a log-in with Pro Santé Connect.

The signed one is kept for some seconds, so that the calls of one search cost one operation of the card. It is written
in canonical form: what is digested and signed is what is sent.

Source: public integrator code and a training kit of the GIE SESAM-Vitale for the signed form; the unsigned form is
second-hand (an official sample, quoted).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from uuid import uuid4

import msgspec
from cryptography import x509
from cryptography.x509.oid import NameOID

from caducee.clock import Clock
from caducee.contracts.session import AccessToken
from caducee.contracts.signer import SignatureAlgorithm, Signer
from caducee.errors import SessionExpired
from caducee.model.practice import Actor
from caducee.rendering import Template
from caducee_insi.config import Billing, IssuerForm
from caducee_insi.envelope import instant
from caducee_insi.vitale import VitaleCard

SUBJECT_NAME = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"
CARD_TYPE = x509.ObjectIdentifier("1.2.250.1.71.1.2.2")
CARD_TYPES = {0: "CPS", 1: "CPF", 2: "CDE-CPE", 3: "CPA"}
_OPEN = (
    b'<wsse:Security xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">'
)
_CLOSE = b"</wsse:Security>"


class AssertedAttribute(msgspec.Struct, frozen=True, array_like=True):
    """One attribute of an assertion."""

    name: str
    value: str


class Signature(msgspec.Struct, frozen=True, array_like=True):
    """The enveloped signature as the template renders it."""

    uri: str
    digest: str
    certificate: str
    value: str = ""


class Assertion(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """An assertion as the template renders it."""

    id: str
    issued: str
    issuer: str
    qualifier: str
    name_id: str
    attributes: tuple[AssertedAttribute, ...] = ()
    issuer_format: str | None = None
    signature: Signature | None = None


class ByCard:
    """Card mode. ``signer`` opens the signature key of the professional, and of nobody else."""

    def __init__(
        self,
        signer: Callable[[], Awaitable[Signer]],
        *,
        billing: Billing,
        clock: Clock,
        issuer: IssuerForm,
        life: float,
        sender: str | None = None,
    ) -> None:
        self._signer = signer
        self._billing = billing
        self._clock = clock
        self._issuer = issuer
        self._life = timedelta(seconds=life)
        self._sender = sender
        self._kept: tuple[datetime, bytes] | None = None

    async def sender(self) -> str:
        """Return the number of the card's holder, or what the configuration says."""
        return self._sender or common_name(await (await self._signer()).certificate())

    async def security(self, *, acting: Actor, card: VitaleCard | None = None) -> bytes:  # noqa: ARG002
        """Return the signed assertion, and the one of the Vitale card when there is one."""
        now = self._clock.now()
        if self._kept is None or now - self._kept[0] >= self._life:
            self._kept = (now, await self._signed(now))
        vitale = _vitale(card, await (await self._signer()).certificate(), now) if card is not None else b""
        return b"".join((_OPEN, self._kept[1], vitale, _CLOSE))

    async def headers(self, *, acting: Actor) -> Mapping[str, str]:  # noqa: ARG002
        """Return none: the assertion is proof enough."""
        return {}

    async def _signed(self, now: datetime) -> bytes:
        signer = await self._signer()
        certificate = await signer.certificate()
        unsigned = Assertion(
            id=f"_{uuid4()}",
            issued=instant(now),
            issuer=subject(certificate, self._issuer),
            issuer_format=SUBJECT_NAME,
            qualifier=card_type(certificate),
            name_id=common_name(certificate),
            attributes=attributes(self._billing, specialty="codeSpecialite"),
        )
        signature = Signature(
            uri=f"#{unsigned.id}",
            digest=_base64(hashlib.sha256(_assertion().render(unsigned)).digest()),
            certificate=_base64(certificate),
        )
        value = await signer.sign(_signed_info().render(signature), SignatureAlgorithm.RSA_SHA256)
        signed = msgspec.structs.replace(signature, value=_base64(value))
        return _assertion().render(msgspec.structs.replace(unsigned, signature=signed))


class BySession:
    """Pro Santé Connect mode: says who is logged in. ``logged_in`` says whether somebody is; asks nobody.

    With ``token`` the token of the log-in goes along as ``Authorization: Bearer`` (assumed), and nowhere else.
    """

    def __init__(
        self,
        identifier: str,
        *,
        billing: Billing,
        clock: Clock,
        logged_in: Callable[[], Awaitable[bool]],
        token: Callable[[Actor], Awaitable[AccessToken]] | None = None,
        sender: str | None = None,
    ) -> None:
        self._identifier = identifier
        self._billing = billing
        self._clock = clock
        self._logged_in = logged_in
        self._token = token
        self._sender = sender or identifier

    async def sender(self) -> str:
        """Return the number of the professional, or what the configuration says."""
        return self._sender

    async def security(self, *, acting: Actor, card: VitaleCard | None = None) -> bytes:  # noqa: ARG002
        """Return the unsigned assertion.

        Raises:
            SessionExpired: nobody is logged in.
        """
        if not await self._logged_in():
            raise SessionExpired
        assertion = Assertion(
            id=f"_{uuid4()}",
            issued=instant(self._clock.now()),
            issuer=self._identifier,
            qualifier="PSC",
            name_id=self._identifier,
            attributes=attributes(self._billing, specialty="codeSpecialiteAMO"),
        )
        return b"".join((_OPEN, _assertion().render(assertion), _CLOSE))

    async def headers(self, *, acting: Actor) -> Mapping[str, str]:
        """Return the token's header, where the configuration sends it.

        Raises:
            SessionExpired: the person must log in again.
        """
        if self._token is None:
            return {}
        return {"Authorization": f"Bearer {(await self._token(acting)).value}"}


def attributes(billing: Billing, *, specialty: str) -> tuple[AssertedAttribute, ...]:
    """Return what an assertion says of the professional; the specialty only when they have one."""
    told = (("identifiantFacturation", billing.identifier), (specialty, billing.specialty))
    sector = (("secteurActivite", billing.sector),) if specialty == "codeSpecialite" else ()
    return tuple(AssertedAttribute(name, value) for name, value in (*told, *sector) if value)


def subject(certificate: bytes, form: IssuerForm) -> str:
    """Return the subject of a DER certificate: last relative name first (RFC 2253), or in its own order."""
    name = x509.load_der_x509_certificate(certificate).subject
    if form is IssuerForm.RFC2253:
        return name.rfc4514_string()
    return ",".join(rdn.rfc4514_string() for rdn in name.rdns)


def common_name(certificate: bytes) -> str:
    """Return the CN of the subject: on a card, the national number of its holder."""
    names = x509.load_der_x509_certificate(certificate).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def card_type(certificate: bytes) -> str:
    """Return the kind of card that its certificate tells, ``CPX`` when it does not."""
    extensions = x509.load_der_x509_certificate(certificate).extensions
    try:
        value = extensions.get_extension_for_oid(CARD_TYPE).value
    except x509.ExtensionNotFound:
        return "CPX"
    raw = value.value if isinstance(value, x509.UnrecognizedExtension) else b""
    return CARD_TYPES.get(raw[2], "CPX") if len(raw) > 2 else "CPX"


def _vitale(card: VitaleCard, certificate: bytes, now: datetime) -> bytes:
    told = Assertion(
        id=f"_{uuid4()}",
        issued=instant(now),
        issuer=common_name(certificate),
        qualifier="VITALE",
        name_id=card.serial,
    )
    return _assertion().render(told)


@cache
def _assertion() -> Template:
    return Template.load("caducee_insi.messages", "assertion.xml", Assertion, ("assertion_parts.xml",))


@cache
def _signed_info() -> Template:
    return Template.load("caducee_insi.messages", "signed_info.xml", Signature, ("assertion_parts.xml",))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
