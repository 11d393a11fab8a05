"""The VIHF: the SAML 2.0 assertion that carries the professional's identity (CI-SIS, volet Transport synchrone).

In DIRECTE the assertion is not signed: the card's certificate authenticates the connection. In INDIRECTE the
organisation's seal signs it: enveloped, exclusive C14N, RSA-SHA256. It is written in canonical form, so what is
digested and signed is what is sent.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from uuid import uuid4

import msgspec

from caducee.contracts.signer import SignatureAlgorithm
from caducee.drift import TOLERANCE
from caducee.model.codes import Code
from caducee.model.entry import EntryPatientId
from caducee.model.practice import Practitioner
from caducee.rendering import Template
from caducee.wire.xds.hl7v2 import cx

SMARTCARD = "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI"
_HIDDEN = Code("INVISIBLE_REPRESENTANTS_LEGAUX", "1.2.250.1.213.1.1.4.13", "Non visible par les représentants légaux")
NORMAL_ACCESS = Code("normal", "1.2.250.1.213.1.1.4.248", "Accès normal")


class VihfOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What public texts spell in several ways: the version and the name of the mode attribute.

    ``reason_attribute`` carries why a record is opened in an emergency (its name is probable only).
    ``secret_connection`` allows the secret connection of a minor, under ``hiding_attribute``: its form is assumed.
    With ``validity``, in seconds, an assertion says until when it holds, and since when: ``tolerance`` seconds before
    it was made, for a service whose clock is behind. Public samples have no such conditions; they are allowed.
    """

    version: Literal["3.0", "4.0"] = "3.0"
    mode_attribute: Literal["Authentification_mode", "Authentification_Mode"] = "Authentification_mode"
    reason_attribute: str = "Mode_Acces_Raison"
    secret_connection: bool = False
    hiding_attribute: str = "urn:oasis:names:tc:xspa:1.0:resource:patient:hl7:confidentiality-code"
    validity: Annotated[float, msgspec.Meta(gt=0, le=3600)] | None = None
    tolerance: Annotated[float, msgspec.Meta(ge=0, le=600)] = TOLERANCE


class Software(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The software as it was homologated: instance, name, version, approval number, OID of the installation."""

    id: str
    name: str
    version: str
    homologation: str
    oid: str


class VihfSession(msgspec.Struct, frozen=True, kw_only=True):
    """Who speaks: a professional in one structure, authenticated by the certificate of ``issuer`` since ``since``.

    ``issuer`` is the subject of that certificate, RFC 2253. ``context_class`` is the class of SAML that describes how
    the person logged in, ``declaration`` what AIR says beside it. ``reason`` goes with an access without the patient's
    authorisation; ``secret`` hides what is done from the legal representatives of a minor.
    """

    practitioner: Practitioner
    issuer: str
    since: datetime
    purpose: Code = NORMAL_ACCESS
    context_class: str = SMARTCARD
    declaration: str | None = None
    reason: str | None = None
    secret: bool = False


class Role(msgspec.Struct, frozen=True, array_like=True):
    """One coded role: the profession, then the specialty, compulsory for doctors."""

    code: str
    system: str
    display: str


class Conditions(msgspec.Struct, frozen=True, array_like=True):
    """When an assertion holds; the end is not of it (SAML core 2.0, 2.5.1.2)."""

    not_before: str
    not_on_or_after: str


class VihfSignature(msgspec.Struct, frozen=True, array_like=True):
    """The seal's signature of an assertion as its template renders it."""

    uri: str
    digest: str
    certificate: str
    value: str = ""


class Vihf(msgspec.Struct, frozen=True, array_like=True):
    """The assertion as its template renders it, in its ``wsse:Security`` block."""

    id: str
    issued: str
    issuer: str
    name_id: str
    authenticated: str
    context_class: str
    structure: str
    sector: str
    roles: tuple[Role, ...]
    version: str
    mode_attribute: str
    mode: str
    resource: str | None
    purpose: Role
    software_id: str
    software_name: str
    software_version: str
    homologation: str
    reason_attribute: str
    hiding_attribute: str
    declaration: str | None = None
    reason: str | None = None
    secret: tuple[Role, ...] = ()
    subject: str | None = None
    signature: VihfSignature | None = None
    conditions: Conditions | None = None


class VihfWriter:
    """Writes the assertions of one installation, a fresh one for each call."""

    def __init__(self, software: Software, options: VihfOptions) -> None:
        self._software = software
        self._options = options
        self._security = _template("vihf.xml", Vihf)
        self._assertion = _template("vihf_assertion.xml", Vihf)
        self._signed_info = _template("vihf_signed_info.xml", VihfSignature)

    def direct(self, session: VihfSession, *, patient: EntryPatientId | None, now: datetime) -> bytes:
        """Return the ``wsse:Security`` block of a call in DIRECTE about one patient."""
        return self._security.render(self._model(session, "DIRECTE", patient=patient, now=now))

    def indirect(
        self,
        session: VihfSession,
        *,
        patient: EntryPatientId | None,
        now: datetime,
        certificate: bytes,
        mode: str = "INDIRECTE",
    ) -> UnsignedVihf:
        """Return the assertion of a call in INDIRECTE or INDIRECTE_RENFORCEE, for this seal (its certificate, DER)."""
        who = session.practitioner
        model = msgspec.structs.replace(
            self._model(session, mode, patient=patient, now=now),
            subject=f"{who.family_name} {who.given_name}",
        )
        signature = VihfSignature(
            uri=f"#{model.id}",
            digest=_base64(hashlib.sha256(self._assertion.render(model)).digest()),
            certificate=_base64(certificate),
        )
        return UnsignedVihf(model, signature, to_sign=self._signed_info.render(signature), template=self._security)

    def _model(self, session: VihfSession, mode: str, *, patient: EntryPatientId | None, now: datetime) -> Vihf:
        who = session.practitioner
        return Vihf(
            id=f"_{uuid4()}",
            issued=_instant(now),
            issuer=session.issuer,
            name_id=who.identifier,
            authenticated=_instant(session.since),
            context_class=session.context_class,
            structure=who.organisation.identifier,
            sector=f"{who.organisation.sector.code}^{who.organisation.sector.system}",
            roles=tuple(_role(code) for code in (who.profession, who.specialty) if code is not None),
            version=self._options.version,
            mode_attribute=self._options.mode_attribute,
            mode=mode,
            resource=cx(patient, "NH") if patient is not None else None,
            purpose=_role(session.purpose),
            software_id=self._software.id,
            software_name=self._software.name,
            software_version=self._software.version,
            homologation=self._software.homologation,
            reason_attribute=self._options.reason_attribute,
            hiding_attribute=self._options.hiding_attribute,
            declaration=session.declaration,
            reason=session.reason,
            secret=(_role(_HIDDEN),) if session.secret else (),
            conditions=self._conditions(now),
        )

    def _conditions(self, now: datetime) -> Conditions | None:
        if self._options.validity is None:
            return None
        since = now - timedelta(seconds=self._options.tolerance)
        return Conditions(_instant(since), _instant(now + timedelta(seconds=self._options.validity)))


class UnsignedVihf:
    """An assertion that lacks only its signature. ``to_sign`` is the canonical SignedInfo, for RSA-SHA256."""

    algorithm = SignatureAlgorithm.RSA_SHA256

    def __init__(self, model: Vihf, signature: VihfSignature, *, to_sign: bytes, template: Template) -> None:
        self.to_sign = to_sign
        self._model = model
        self._signature = signature
        self._template = template

    def finish(self, signature: bytes) -> bytes:
        """Return the ``wsse:Security`` block with this signature of ``to_sign``."""
        signed = msgspec.structs.replace(self._signature, value=_base64(signature))
        return self._template.render(msgspec.structs.replace(self._model, signature=signed))


def _template(name: str, model: type[msgspec.Struct]) -> Template:
    return Template.load("caducee.wire.templates", name, model, ("vihf_parts.xml",))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _role(code: Code) -> Role:
    return Role(code.code, code.system, code.display)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
