"""What the directory kept on this machine says of a professional of the practice, for ``caducee doctor``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from caducee.clock import SystemClock
from caducee.contracts.plugin import Inquiry
from caducee.model.agreement import Source, Statement
from caducee_annuaire.config import AnnuaireConfig
from caducee_annuaire.errors import IndexUnusable
from caducee_annuaire.offline import Offline

_PREFIXES = {9: "1", 14: "3"}
"""A bare FINESS or SIRET, by its length, as the prefix of a Struct_IdNat."""


async def testify(inquiry: Inquiry) -> Statement | None:
    """Say with which specialties and in which structures the index has them.

    ``None`` without an index, or for somebody without a box: the extraction lists boxes, so silence means nothing.
    """
    config: AnnuaireConfig = inquiry.config
    if config.index is None:
        return None
    offline = Offline(config.index, clock=SystemClock(), old=timedelta(days=config.index_days))
    try:
        entries = await offline.professional(inquiry.practitioner.identifier)
    except IndexUnusable:
        return None
    if not entries:
        return None
    return Statement(
        source=Source.DIRECTORY,
        identifier=inquiry.practitioner.identifier,
        specialties=_distinct(entry.specialty for entry in entries),
        structures=_distinct(_identifier(entry.structure) for entry in entries),
    )


def _identifier(structure: str) -> str:
    bare = structure.isascii() and structure.isdigit()
    return (_PREFIXES.get(len(structure), "") if bare else "") + structure


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))
