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
    AUTHORISE = "TD0.3"
    MY_PATIENTS = "TD0.4"
    SEARCH = "TD0.5"
    WEB = "TD0.9"
    RECORD_DATA = "TD1.3a"
    AUTHORISED = "TD1.6"
    FEED = "TD2.1"
    LIST = "TD3.1a"
    REFERENCE = "TD3.1b"
    READ = "TD3.2"
    MASK = "TD3.3a"
    SHOW = "TD3.3b"
    DELETE = "TD3.3c"
    ARCHIVE = "TD3.3d"


MAY: dict[Mode, frozenset[Right]] = {
    Mode.DIRECT: frozenset(Right),
    Mode.INDIRECT: frozenset(
        {
            Right.EXISTENCE,
            Right.MY_PATIENTS,
            Right.SEARCH,
            Right.RECORD_DATA,
            Right.FEED,
            Right.REFERENCE,
            Right.DELETE,
        }
    ),
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
