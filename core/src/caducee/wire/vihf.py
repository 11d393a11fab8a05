"""The VIHF: the SAML 2.0 assertion that carries the professional's identity (CI-SIS, volet Transport synchrone).

In DIRECTE the assertion is not signed: the card's certificate authenticates the connection.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import msgspec

from caducee.model.codes import Code
from caducee.model.entry import EntryPatientId
from caducee.model.practice import Practitioner
from caducee.rendering import Template
from caducee.wire.xds.hl7v2 import cx

SMARTCARD = "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI"
NORMAL_ACCESS = Code("normal", "1.2.250.1.213.1.1.4.248", "Accès normal")


class VihfOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What public texts spell in several ways: the version and the name of the mode attribute."""

    version: str = "3.0"
    mode_attribute: str = "Authentification_mode"


class Software(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The software as it was homologated: instance, name, version, approval number, OID of the installation."""

    id: str
    name: str
    version: str
    homologation: str
    oid: str


class VihfSession(msgspec.Struct, frozen=True, kw_only=True):
    """Who speaks: a professional in one structure, authenticated by the certificate of ``issuer`` since ``since``.

    ``issuer`` is the subject of that certificate, RFC 2253.
    """

    practitioner: Practitioner
    issuer: str
    since: datetime
    purpose: Code = NORMAL_ACCESS


class Role(msgspec.Struct, frozen=True, array_like=True):
    """One coded role: the profession, then the specialty, compulsory for doctors."""

    code: str
    system: str
    display: str


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


class VihfWriter:
    """Writes the assertions of one installation, a fresh one for each call."""

    def __init__(self, software: Software, options: VihfOptions) -> None:
        self._software = software
        self._options = options
        self._template = Template.load("caducee.wire.templates", "vihf.xml", Vihf)

    def direct(self, session: VihfSession, *, patient: EntryPatientId | None, now: datetime) -> bytes:
        """Return the ``wsse:Security`` block of a call in DIRECTE about one patient."""
        who = session.practitioner
        return self._template.render(
            Vihf(
                id=f"_{uuid4()}",
                issued=_instant(now),
                issuer=session.issuer,
                name_id=who.identifier,
                authenticated=_instant(session.since),
                context_class=SMARTCARD,
                structure=who.organisation.identifier,
                sector=f"{who.organisation.sector.code}^{who.organisation.sector.system}",
                roles=tuple(_role(code) for code in (who.profession, who.specialty) if code is not None),
                version=self._options.version,
                mode_attribute=self._options.mode_attribute,
                mode="DIRECTE",
                resource=cx(patient, "NH") if patient is not None else None,
                purpose=_role(session.purpose),
                software_id=self._software.id,
                software_name=self._software.name,
                software_version=self._software.version,
                homologation=self._software.homologation,
            )
        )


def _role(code: Code) -> Role:
    return Role(code.code, code.system, code.display)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
