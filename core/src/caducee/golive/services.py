"""What each plugin says that its service needs, looked for in its table."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from caducee.config import Config
from caducee.contracts.plugin import Prerequisite
from caducee.errors import Finding
from caducee.golive.finding import lacking

_ANYBODY = "practitioner.*."
_SECRET = frozenset({"env", "file", "keyring"})


def unmet_prerequisites(config: Config, prerequisites: Mapping[str, tuple[Prerequisite, ...]]) -> Iterator[Finding]:
    """Return the prerequisites that nothing real answers, and the addresses that lead to this machine."""
    for name, needed in prerequisites.items():
        table = config.plugins.get(name, {})
        for one in needed:
            if not _excused(one, table) and not _met(one, table, config):
                field = one.key if one.key.startswith(_ANYBODY) else f"plugins.{name}.{one.key}"
                yield lacking(config, field, one.what, one.who)
        for key, text in _texts(table, f"plugins.{name}"):
            if _leads_here(text):
                yield lacking(config, key, "L'adresse du vrai service.", "le service lui-même")


def _excused(one: Prerequisite, table: Mapping[str, Any]) -> bool:
    return any(_at(table, key) in values for key, values in one.unless.items())


def _met(one: Prerequisite, table: Mapping[str, Any], config: Config) -> bool:
    if one.key.startswith(_ANYBODY):
        field = one.key.removeprefix(_ANYBODY)
        return any(getattr(professional, field, None) for professional in config.practitioner.values())
    value = _at(table, one.key)
    if isinstance(value, Mapping):
        return any(str(value.get(kind, "")).strip() for kind in _SECRET)
    text = str(value).strip()
    if not text or re.fullmatch(one.placeholder, text):
        return False
    return not one.credential or text in config.credentials


def _at(table: Mapping[str, Any], key: str) -> Any:
    """Return what stands under a dotted key; what is not there reads as the empty text."""
    value: Any = table
    for step in key.split("."):
        value = value.get(step, "") if isinstance(value, Mapping) else ""
    return value


def _texts(value: object, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    inside: Any = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for name, item in inside:
        yield from _texts(item, f"{key}.{name}")


def _leads_here(text: str) -> bool:
    try:
        url = urlsplit(text)
        host = (url.hostname or "").rstrip(".") if url.scheme and url.netloc else ""
    except ValueError:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
