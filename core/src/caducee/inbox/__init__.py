"""What arrives: committed before it is acknowledged, handed over until the practice's software has it."""

from __future__ import annotations

from caducee.inbox.desk import DeskInbox

__all__ = ["DeskInbox"]
