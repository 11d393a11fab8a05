"""Addresses of secure mail, compared as the network does: the domain in ASCII, nothing depends on case."""

from __future__ import annotations

import re

import msgspec

# Where every insured person has a mailbox (Mon espace santé); the list of the operators' domains may not name it.
PATIENTS = "patient.mssante.fr"
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
# A matricule INS with its key: 13 characters, Corsica written 2A or 2B, and two digits.
_MATRICULE = re.compile(r"[1-478][0-9]{4}(?:[0-9]{2}|2[ABab])[0-9]{8}")


class Address(msgspec.Struct, frozen=True):
    """An address that can exist. ``local`` is as written; ``domain`` is ASCII, in lower case."""

    local: str
    domain: str

    @property
    def written(self) -> str:
        """The address as it goes into a mail."""
        return f"{self.local}@{self.domain}"

    @property
    def of_patient(self) -> bool:
        """Whether it is, or could be, a patient's: those hold the INS and are never looked up."""
        return self.domain.startswith("patient.") or _MATRICULE.fullmatch(self.local) is not None


def parse(text: str) -> Address | None:
    """Read an address; ``None`` when it cannot be one."""
    local, at, domain = text.strip().rpartition("@")
    ascii_domain = ascii_of(domain)
    if (
        not at
        or not ascii_domain
        or not _LOCAL.fullmatch(local)
        or local[0] == "."
        or local[-1] == "."
        or ".." in local
    ):
        return None
    return Address(local, ascii_domain)


def ascii_of(domain: str) -> str:
    """Return a domain in ASCII and lower case (IDNA); empty when it is none: some of the white list are not ASCII."""
    bare = domain.strip().rstrip(".").lower()
    try:
        encoded = bare if bare.isascii() else bare.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    labels = encoded.split(".")
    valid = len(encoded) <= 253 and len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    return encoded if valid else ""
