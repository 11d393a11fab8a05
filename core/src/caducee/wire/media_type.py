"""Reading the Content-Type of an answer."""

from __future__ import annotations

import re

_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))')


def media_type(header: str) -> tuple[str, dict[str, str]]:
    """Split a Content-Type into its type and parameters, both in lower case; values keep theirs, quotes removed."""
    kind, _, _ = header.partition(";")
    parameters: dict[str, str] = {}
    for name, quoted, bare in _PARAMETER.findall(header):
        parameters[name.lower()] = re.sub(r"\\(.)", r"\1", quoted) if quoted else bare.strip()
    return kind.strip().lower(), parameters
