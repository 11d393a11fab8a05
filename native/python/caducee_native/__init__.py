"""The native document path of Caducée: templates, digests, signatures, software keys, packages, batches, TLS.

Used by ``caducee.rendering``, ``caducee.cda``, ``caducee.wire`` and ``caducee.keys``; not meant to be called directly.
"""

from __future__ import annotations

import sys

from caducee_native._native import (
    Cancel,
    NativeError,
    RsaKey,
    Signature,
    Template,
    TlsClient,
    TlsConnection,
    archive,
    build_info,
    digests,
)

__all__ = [
    "Cancel",
    "NativeError",
    "RsaKey",
    "Signature",
    "Template",
    "TlsClient",
    "TlsConnection",
    "archive",
    "build_info",
    "digests",
]


def _claim() -> None:
    """Refuse a second interpreter of the process: the types of the extension are one set for all of them.

    The first interpreter marks one of these types, which the second then finds marked. CPython 3.12 and later refuse
    isolated interpreters by themselves.
    """
    here = id(sys.modules)
    if getattr(NativeError, "_interpreter", here) != here:
        message = (
            "caducee_native serves one interpreter of a process, and another one has it. Give each application a "
            "process of its own (mod_wsgi: WSGIDaemonProcess with WSGIApplicationGroup %{GLOBAL})."
        )
        raise ImportError(message, name=__name__)
    NativeError._interpreter = here  # type: ignore[attr-defined]


_claim()
