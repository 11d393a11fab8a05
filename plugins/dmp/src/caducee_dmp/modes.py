"""How the DMP may be reached, and what each mode may do there (DMPi, authentication modes; INF-526, INF-606)."""

from __future__ import annotations

from enum import StrEnum

from caducee_dmp.errors import ModeRefused


class Mode(StrEnum):
    """An authentication mode. The value is what the VIHF says.

    DIRECTE: the professional's card. INDIRECTE: the organisation's certificate and seal. INDIRECTE_RENFORCEE (AIR): the
    same with a strong local login.
    """

    DIRECT = "DIRECTE"
    INDIRECT = "INDIRECTE"
    REINFORCED = "INDIRECTE_RENFORCEE"


class Right(StrEnum):
    """A transaction, as rights tell them apart."""

    EXISTENCE = "TD0.2"
    FEED = "TD2.1"
    LIST = "TD3.1a"
    REFERENCE = "TD3.1b"
    READ = "TD3.2"


MAY: dict[Mode, frozenset[Right]] = {
    Mode.DIRECT: frozenset(Right),
    Mode.INDIRECT: frozenset({Right.EXISTENCE, Right.FEED, Right.REFERENCE}),
    Mode.REINFORCED: frozenset(Right) - {Right.FEED},
}
"""What a mode may ask at all. What one professional may do in one record is the service's to say."""


def require(mode: Mode, right: Right) -> None:
    """Refuse what the mode never allows, before anything is sent.

    Raises:
        ModeRefused: it does not.
    """
    if right not in MAY[mode]:
        raise ModeRefused(f"{right} in {mode}")
