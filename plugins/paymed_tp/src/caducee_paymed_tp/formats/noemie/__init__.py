"""NOEMIE PS: what the payers answer, in blocks of 128 bytes (« Norme NOEMIE PS », CNAM, edition of about 2007).

Reading is three steps: slices to entities, entities against their controls, entities to returned invoices.
"""

from __future__ import annotations

from caducee_paymed_tp.formats.noemie.controls import Controls
from caducee_paymed_tp.formats.noemie.entities import Entity, FileEnd, FileStart
from caducee_paymed_tp.formats.noemie.reader import read_entities
from caducee_paymed_tp.formats.noemie.returns import read_returns
from caducee_paymed_tp.formats.noemie.rows import (
    Aside,
    Movement,
    Reason,
    ReturnedAct,
    ReturnedInvoice,
    ReturnedPart,
    ReturnRow,
    Wire,
    WireTotal,
)
from caducee_paymed_tp.formats.noemie.writer import NoemieWriter

__all__ = [
    "Aside",
    "Controls",
    "Entity",
    "FileEnd",
    "FileStart",
    "Movement",
    "NoemieWriter",
    "Reason",
    "ReturnRow",
    "ReturnedAct",
    "ReturnedInvoice",
    "ReturnedPart",
    "Wire",
    "WireTotal",
    "read_entities",
    "read_returns",
]
