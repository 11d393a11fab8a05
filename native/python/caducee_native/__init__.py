"""The native document path of Caducée: templates, digests, signatures, software keys, packages, batches, TLS.

Used by ``caducee.rendering``, ``caducee.cda``, ``caducee.wire`` and ``caducee.keys``; not meant to be called directly.
"""

from __future__ import annotations

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
