"""A secure chat as a destination of Caducée."""

from __future__ import annotations

from third_party_chat.plugin import Chat

__all__ = ["Chat"]
