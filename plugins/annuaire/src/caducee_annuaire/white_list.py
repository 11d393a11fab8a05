"""Reads the XML list of trust domains (``listeblanchemssante.xml``).

Its schema today is not public: elements are found by their local names, and of each ``Domaine`` the first value that is
a domain name counts (``Nom``, as a reader of 2018 had it; ``identifiant`` or ``denomination``, as in the sister list).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from caducee.errors import CapabilityMissing, SignatureInvalid
from caducee.verify import verify
from caducee_annuaire.addresses import ascii_of
from caducee_annuaire.errors import TrustDataInvalid, wrong
from caducee_annuaire.trust import WhiteListed

LARGEST = 32 * 1024 * 1024
_NAMES = ("nom", "identifiant", "denomination")


def load_white_list(path: Path, *, authorities: Path | None = None) -> WhiteListed:
    """Read the list in a file. With ``authorities`` (PEM) it must carry a signature that chains to them.

    Raises:
        TrustDataInvalid: it cannot be read, holds no domain, or its signature does not hold.
    """
    try:
        data = path.read_bytes()
        trusted = authorities.read_bytes() if authorities else None
    except OSError as error:
        raise _invalid(f"un fichier ne peut pas être lu ({type(error).__name__}).") from None
    return read_white_list(data, authorities=trusted, now=datetime.now(UTC))


def read_white_list(data: bytes, *, authorities: bytes | None, now: datetime) -> WhiteListed:
    """Read a list.

    Raises:
        TrustDataInvalid: as ``load_white_list``.
    """
    root = _root(data if authorities is None else _signed(data, authorities, now))
    listed = WhiteListed(_domains(root))
    if not len(listed):
        raise _invalid("aucun domaine n'y est inscrit.")
    return listed


def _signed(data: bytes, authorities: bytes, now: datetime) -> bytes:
    """Return what the signature covers: that is what is read."""
    try:
        return verify(data, authorities=authorities, now=now).content
    except SignatureInvalid as error:
        raise _invalid(error.explain().sentence) from None
    except CapabilityMissing:
        raise _invalid("vérifier sa signature demande l'extension « caducee[verify] ».") from None


def _root(data: bytes) -> etree._Element:
    if len(data) > LARGEST:
        raise _invalid("le fichier est trop grand.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise _invalid("ce n'est pas du XML.") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _invalid("il contient une déclaration de type de document.")
    return root


def _domains(root: etree._Element) -> Iterator[str]:
    for element in root.iter(etree.Element):
        if _local(element) == "domaine":
            values = {_local(child): (child.text or "").strip() for child in element.iterchildren(etree.Element)}
            domain = next((found for name in _NAMES if (found := ascii_of(values.get(name, "")))), "")
            if domain:
                yield domain


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname.lower()


def _invalid(message: str) -> TrustDataInvalid:
    error = wrong(TrustDataInvalid, "white_list", "white_list", message)
    assert isinstance(error, TrustDataInvalid)
    return error
