"""The native document path of Caducée: templates, digests, software keys.

Used by ``caducee.rendering``, ``caducee.cda``, ``caducee.wire`` and ``caducee.keys``; not meant to be called directly.
"""

from __future__ import annotations

from caducee_native._native import NativeError, RsaKey, Template, build_info, digests

__all__ = ["NativeError", "RsaKey", "Template", "build_info", "digests"]
