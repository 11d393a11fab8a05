"""A logger that lets no secret and no matricule through, and touches nothing of the host's logging."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

_RULES = (
    (re.compile(r"-----BEGIN [A-Z ]+-----.*?(-----END [A-Z ]+-----|$)", re.DOTALL), "[pem]"),
    (re.compile(r"<(\w+:)?Assertion\b.*?(</(\w+:)?Assertion>|$)", re.DOTALL), "[assertion]"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), "[token]"),
    (re.compile(r"(?i)\b(bearer|basic)\s+\S+"), r"\1 [secret]"),
    (
        re.compile(
            r"(?i)\b(pin|puk|code porteur|password|passwd|mot de passe|secret|token|jeton|authorization|cookie)"
            r"(\w*['\"]?\s*[:=]\s*|\s+(?=\d))(['\"]?)[^\s,;'\"]+"
        ),
        r"\1\2\3[secret]",
    ),
    (
        re.compile(
            r"(?<![0-9A-Za-z.])[1-8][ \u00a0]?[0-9]{2}[ \u00a0]?[0-9]{2}[ \u00a0]?(?:[0-9]{2}|2[AB])"
            r"[ \u00a0]?[0-9]{3}[ \u00a0]?[0-9]{3}(?:[ \u00a0]?[0-9]{2})?(?![0-9A-Za-z])"
        ),
        "[matricule]",
    ),
    (re.compile(r"(?<![0-9A-Za-z])[A-Za-z0-9+/]{80,}={0,2}"), "[bytes]"),
)


def redact(text: str) -> str:
    """Return the text without PIN, token, key, assertion or matricule.

    It works on shapes: a name cannot be recognised, so names are never given to a logger.
    """
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


class RedactingLogger(logging.Logger):
    """A logger under ``caducee``: handlers and levels are the host's, what they see is redacted.

    It is not kept in the logging registry: each kernel makes its own. Where the host handles nothing, it is silent.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.parent = logging.getLogger(name.rpartition(".")[0])
        self.addHandler(logging.NullHandler())

    def makeRecord(self, *args: Any, **kwargs: Any) -> logging.LogRecord:  # noqa: N802 - the name is logging's
        """Build the record, then replace its text and its traceback by redacted ones."""
        record = super().makeRecord(*args, **kwargs)
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            message = str(record.msg)
        record.msg, record.args = redact(message), ()
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
        record.exc_info = None
        for name, value in _extra(kwargs).items():
            setattr(record, name, redact(str(value)))
        return record


def _extra(kwargs: Mapping[str, Any]) -> Mapping[str, Any]:
    return kwargs.get("extra") or {}
