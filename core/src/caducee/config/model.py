"""The tables of ``caducee.toml`` as structs. Paths in the file are relative to it; here they are absolute."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec

from caducee.config.secrets import Secret
from caducee.model.environment import Environment
from caducee.model.patient import Address

Text = Annotated[str, msgspec.Meta(min_length=1)]
Name = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_-]{0,63}$")]
OidRoot = Annotated[str, msgspec.Meta(pattern=r"^[0-2](\.(0|[1-9][0-9]*))+$", max_length=24)]


class KernelConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[kernel]``.

    ``plugins`` is the list of what may run: an installed plugin that is not in it is never imported.
    ``store_key`` points at 32 bytes in base64. Waits are divided by ``pace``; ``grace`` is how long, in
    seconds, a stop may take.
    """

    environment: Environment
    data_dir: Path
    tenant: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    plugins: tuple[Name, ...]
    store_key: Secret
    pace: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    grace: Annotated[float, msgspec.Meta(ge=0)] = 5.0


class DocumentsConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[documents]``.

    ``max_bytes`` bounds the body of a document. ``oid_root`` is the arc under which this installation makes its
    identifiers: at most 24 characters, since a UUID written as an integer follows and an OID has 64 at most.
    ``terminology`` is a folder of value sets that stand in place of the shipped ones (``caducee terminology import``).
    ``morning`` is the hour from which overdue announcements are listed each day. ``announcement_delay``, in days, lifts
    an announcement by itself that long after its day; without it nothing lifts by itself.
    """

    oid_root: OidRoot
    max_bytes: Annotated[int, msgspec.Meta(gt=0)] = 25_000_000
    terminology: Path | None = None
    morning: Annotated[int, msgspec.Meta(ge=0, le=23)] = 7
    announcement_delay: Annotated[int, msgspec.Meta(ge=0)] | None = None


class SharingConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[sharing]``.

    ``majority`` is the age, in years, from which a patient is an adult; ``secret_connection`` offers the secret
    connection for minors. ``information``, ``obligations`` and ``thresholds`` are dated tables that stand in place of
    the shipped ones.
    """

    majority: Annotated[int, msgspec.Meta(ge=1, le=25)] = 18
    secret_connection: bool = False
    information: Path | None = None
    obligations: Path | None = None
    thresholds: Path | None = None


class StructureConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[practitioner.KEY.structure]``: ``identifier`` is the Struct_IdNat, ``sector`` an SAxx code."""

    identifier: Text
    name: Text
    sector: Text
    setting: Text
    address: Address | None = None
    phone: str | None = None


class PractitionerConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[practitioner.KEY]``; documents name their author by this key.

    ``identifier`` is the PS_IdNat; an employee's is internal to the structure, after a slash. ``profession`` is a code
    of TRE_G15, or ``SECRETARIAT_MEDICAL`` for an employee with a card (CPE). ``signature`` names the credential that
    holds the signature key of this person, ``authentication`` the one for mutual TLS in DIRECTE.
    """

    identifier: Annotated[str, msgspec.Meta(pattern="^[0-9]{9,12}(/[0-9A-Za-z]{1,20})?$")]
    family_name: Text
    given_name: Text
    profession: Text
    structure: StructureConfig
    specialty: str | None = None
    title: str | None = None
    signature: str | None = None
    authentication: str | None = None


class Pkcs11Config(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="pkcs11"
):
    """A card: ``module`` is the PKCS#11 library, ``env`` the environment of the process that loads it.

    ``authorities`` is a PEM bundle that servers must chain to when the card's key authenticates this desk. A call of
    the module that takes longer than ``timeout`` seconds ends its process.
    """

    module: Path
    serial: str = ""
    env: dict[str, str] = {}
    authorities: Path | None = None
    timeout: Annotated[float, msgspec.Meta(gt=0)] = 30.0


class Pkcs12Config(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="pkcs12"
):
    """A key in a file. ``authorities`` is a PEM bundle that the server's certificate must chain to."""

    file: Path
    password: Secret
    authorities: Path | None = None


class TrustConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="trust"):
    """No key of ours: ``authorities`` is the PEM bundle that servers must chain to, for services that take a token."""

    authorities: Path


CredentialConfig = Pkcs11Config | Pkcs12Config | TrustConfig


class Tables(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file. ``plugins`` stays raw: each plugin's struct judges its own table."""

    kernel: KernelConfig
    documents: DocumentsConfig
    sharing: SharingConfig = SharingConfig()
    practitioner: dict[Name, PractitionerConfig] = {}
    credentials: dict[Name, CredentialConfig] = {}
    plugins: dict[Name, dict[str, Any]] = {}


class Config(Tables, frozen=True, kw_only=True):
    """A checked configuration. ``file`` names where it comes from, ``base`` is what paths are relative to."""

    file: str = "caducee.toml"
    base: Path = Path()
