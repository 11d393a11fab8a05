"""Where the next page is. Pure: the address of this page and what it says go in, the request target comes out.

The link is opaque (FHIR R4, http paging): it is resolved by RFC 3986 and followed byte for byte, never rebuilt.
"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from caducee_annuaire.errors import SERVICE, ForeignLink

_PORTS = {"https": 443, "http": 80}


def origin(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port of an address, as two addresses of one server have them alike.

    Raises:
        ValueError: it has a port that is none.
    """
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(scheme)


def base_of(url: str) -> str:
    """Return scheme and authority of an address: what request targets follow."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def next_url(page: str, link: str) -> str:
    """Return the address of the next page.

    Raises:
        ForeignLink: it leads to another scheme, host or port, or carries a name to log in with.
    """
    try:
        target = urljoin(page, link)
        same = origin(target) == origin(page) and "@" not in urlsplit(target).netloc
    except ValueError:
        same = False
    if not same or any(not 0x21 <= ord(letter) <= 0x7E for letter in target):
        raise ForeignLink(SERVICE, "the next page is not of the same server")
    return target.partition("#")[0]


def target_of(url: str) -> str:
    """Return what follows the authority, without the first slash: the path and the query, untouched."""
    return url.split("://", 1)[1].partition("/")[2]
