"""The identity that the 2D-Doc of an official document states. Takes the extra ``caducee-insi[2ddoc]`` (tddoc).

It fills the search by traits and nothing else: an identity is qualified by the document that a person holds in hand and
by INSi, never by a code alone. The fields 60 to 69 are those of identity documents (2D-Doc, technical specification
3.3.8, as the library has them).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from caducee.errors import CaduceeError, CapabilityMissing, Explanation, Retry

_TRUNCATED = "\x1e"
_GIVEN_NAMES, _GIVEN_NAME, _BIRTH_NAME, _USED_NAME = "60", "61", "62", "63"
_SEX, _BIRTH_DATE, _BIRTH_PLACE = "68", "69", "6A"


class TwoDDocInvalid(CaduceeError):
    """The text is not a 2D-Doc that states an identity, or its signature does not hold. The text is never quoted."""

    code = "insi.two_d_doc_invalid"
    retry = Retry.AFTER_HUMAN
    sentence = "Ce code 2D-Doc ne donne pas une identité utilisable."
    remedy = "Scannez de nouveau, ou saisissez les traits d'après la pièce d'identité."

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)

    def explain(self) -> Explanation:
        """Say it otherwise when the signature is wrong: the document may be forged."""
        if self.why != "signature":
            return super().explain()
        return Explanation(
            "La signature du code 2D-Doc n'est pas celle de son contenu.",
            "Ne vous fiez pas à ce document ; demandez une autre pièce d'identité.",
        )


class Seal(StrEnum):
    """What is known of the signature."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    """The certificate is unknown here, or out of its dates: nothing says who wrote the code."""


class StatedIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """What a document says of a person, in its own capitals. Empty or ``None``: it does not say.

    ``cut`` names the fields that the document itself gives shortened: they are not the whole name.
    """

    document: str
    seal: Seal
    birth_name: str = ""
    given_names: tuple[str, ...] = ()
    used_name: str = ""
    sex: str = ""
    born: date | None = None
    birth_place: str = ""
    cut: tuple[str, ...] = ()


class Certificates(Protocol):
    """Finds the certificate that signs 2D-Docs: ``tddoc.keychain.KeyChain`` is one."""

    def lookup(self, ca_cn: str, cert_cn: str) -> x509.Certificate:
        """Return the certificate, by the names in the header of the code.

        Raises:
            KeyError: there is none.
        """
        ...


def read_two_d_doc(text: str, *, certificates: Certificates | None = None) -> StatedIdentity:
    """Read what a scanner gave for the 2D-Doc of an identity document.

    ``certificates`` are those of the library unless others are given; none is fetched from the network.

    Raises:
        CapabilityMissing: the extra is not installed.
        TwoDDocInvalid: not a whole 2D-Doc, one that states no identity, or one whose signature does not hold.
    """
    try:
        from tddoc.doc import TwoDDoc
    except ImportError:
        raise CapabilityMissing("caducee-insi[2ddoc]") from None
    try:
        document = TwoDDoc.from_code(text)
    except Exception:  # noqa: BLE001 - the library lets through whatever its parsing meets
        raise TwoDDocInvalid("text") from None
    values = _values(document.message.dataset)
    if not values.keys() & {_GIVEN_NAMES, _GIVEN_NAME, _BIRTH_NAME}:
        raise TwoDDocInvalid("no identity")
    seal = _seal(document, certificates or _published())
    return _stated(values, document.header.doc_type().emitter_type, seal, _cut(text, document.header.length))


def _values(dataset: Iterable[Any]) -> dict[str, Any]:
    """Return values by their identifiers; a field that is unknown or comes twice was not read as it was written."""
    values: dict[str, Any] = {}
    for field in dataset:
        if field.definition.name.startswith("Unknown") or field.definition.id in values:
            raise TwoDDocInvalid("field")
        values[field.definition.id] = field.value
    return values


def _seal(document: Any, certificates: Certificates) -> Seal:
    from tddoc.keychain import ExpiredCertificateError

    try:
        valid = document.signature_is_valid(certificates)
    except (KeyError, ExpiredCertificateError):
        return Seal.UNVERIFIED
    except (InvalidSignature, ValueError, TypeError, AttributeError):  # a certificate of another authority, or no ECDSA
        raise TwoDDocInvalid("signature") from None
    if not valid:
        raise TwoDDocInvalid("signature")
    return Seal.VERIFIED


@cache
def _published() -> Certificates:
    """Return the certificates that the library brings, without those of tests and those of the user's own folder."""
    from tddoc.keychain import KeyChain

    chain = KeyChain()
    for entry in files("tddoc.chains").iterdir():
        if entry.name.endswith(".der") and not entry.name.startswith("FR00"):
            chain.load_der_blob(entry.read_bytes())
    found: Certificates = chain
    return found


def _cut(text: str, start: int) -> tuple[str, ...]:
    """Return the identifiers of the fields that end by the mark of what was shortened (RS)."""
    fields = text[start:].partition("\x1f")[0].replace("\x1d", "\n").replace(_TRUNCATED, _TRUNCATED + "\n").split("\n")
    return tuple(field[:2] for field in fields if field.endswith(_TRUNCATED))


def _stated(values: dict[str, Any], document: str, seal: Seal, cut: tuple[str, ...]) -> StatedIdentity:
    names = {
        _GIVEN_NAMES: "given_names",
        _GIVEN_NAME: "given_names",
        _BIRTH_NAME: "birth_name",
        _USED_NAME: "used_name",
    }
    listed = values.get(_GIVEN_NAMES) or values.get(_GIVEN_NAME) or ""
    sex = values.get(_SEX, "")
    return StatedIdentity(
        document=document,
        seal=seal,
        birth_name=values.get(_BIRTH_NAME, "").strip(),
        given_names=tuple(name for part in listed.split("/") if (name := part.strip())),
        used_name=values.get(_USED_NAME, "").strip(),
        sex=sex if sex in {"M", "F"} else "",
        born=values.get(_BIRTH_DATE),
        birth_place=values.get(_BIRTH_PLACE, "").strip(),
        cut=tuple(dict.fromkeys(names.get(one, one) for one in cut)),
    )
