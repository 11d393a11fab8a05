"""The rules of a letter, in the caller's terms: what the national stack checks, and what it lets pass."""

from __future__ import annotations

from caducee.cda.check.checker import CdaChecker

__all__ = ["CdaChecker"]
