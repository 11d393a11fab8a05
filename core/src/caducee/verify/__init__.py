"""Signed XML that others wrote: verified by xmlsec, the extra ``caducee[verify]``.

What Caducée signs itself needs none of it. It is for lists, answers and documents that come signed.
"""

from __future__ import annotations

from caducee.verify.document import Verified, verify

__all__ = ["Verified", "verify"]
