"""Who may do what in a record: the rights sheet by category of caller and access mode (INF-526 v1.8, INF-606 v1.3).

A cell says ``y``, ``-``, or a rule: ``own`` (documents of the caller), ``structure`` (documents of the caller's
structure), ``permitted`` (only when the patient permits it).
"""

from __future__ import annotations

from caducee_sandbox.dmp.registry import Entry

DIRECT = "DIRECTE"
INDIRECT = "INDIRECTE"
REINFORCED = "INDIRECTE_RENFORCEE"
MODES = (DIRECT, INDIRECT, REINFORCED)
NORMAL, EMERGENCY, REGULATION = "normal", "bris_de_glace", "centre_15"
PURPOSES = (NORMAL, EMERGENCY, REGULATION)

EXISTENCE = "TD0.2"
AUTHORISE = "TD0.3 add"
WITHDRAW = "TD0.3 remove"
STOP_ATTENDING = "TD0.3 stop"
PATIENTS = "TD0.4"
SEARCH = "TD0.5"
AUTHORISED = "TD1.6"
FEED = "TD2.1"
FEED_BY_EMPLOYEE = "TD2.2"
LIST = "TD3.1"
REFERENCE = "TD3.1 reference"
READ = "TD3.2"
READ_MASKED = "TD3.2 masked"
MASK = "TD3.3a mask"
UNMASK = "TD3.3a unmask"
SHOW = "TD3.3b"
ARCHIVE = "TD3.3d"
DELETE = "TD3.3c"

_COLUMNS = ("PS.N", "PS.R", "PS.B", "DR.N", "DR.R", "DR.B", "W", "MT.N", "MT.B", "CPE", "ES.N", "ES.R")
_ALL, _PEOPLE = "y y y y y y y y y y y y", "y y y y y y y y y - - -"
_SHEET = {
    EXISTENCE: _ALL,
    AUTHORISE: "y - - y - - - y - structure - -",
    WITHDRAW: "y - - y - - - y - - - -",
    STOP_ATTENDING: "- - - - - - - y - - - -",
    PATIENTS: "y y y y y y y y y structure y -",
    SEARCH: "- y - - y - - - - - - y",
    AUTHORISED: "y - - y - - y y - - - -",
    FEED: "y y y y y y y y y - y y",
    FEED_BY_EMPLOYEE: "- - - - - - - - - y - -",
    LIST: _PEOPLE,
    REFERENCE: _ALL,
    READ: "y y y y y y - y y - - -",
    READ_MASKED: "own permitted permitted own permitted permitted - y permitted - - -",
    MASK: "y - - y - - y y - - - -",
    UNMASK: "own - - own - - own y - - - -",
    SHOW: "y - - y - - y y - - - -",
    ARCHIVE: "own - - own y y own y y - - -",
    DELETE: "own own own own own own own own own structure structure structure",
}
_REINFORCED = {
    FEED: "- - - - - - - - - - - -",
    FEED_BY_EMPLOYEE: "- - - - - - - - - - - -",
    STOP_ATTENDING: "- - - - - - - - - - - -",
    ARCHIVE: "own - - y y y - y y - - -",
}
_OCCUPATIONAL = ("SM25",)
DOCTOR = "10"


def category(*, mode: str, profession: str, specialty: str, attending: bool) -> str:
    """Return the column group of a caller."""
    if mode == INDIRECT:
        return "ES"
    if not profession:
        return "CPE"
    if attending:
        return "MT"
    if profession != DOCTOR:
        return "PS"
    return "W" if specialty in _OCCUPATIONAL else "DR"


def rule(right: str, *, mode: str, group: str, purpose: str) -> str:
    """Return the cell of the sheet; a column that it does not have says ``-``."""
    sheet = {**_SHEET, **_REINFORCED} if mode == REINFORCED else _SHEET
    letter = {NORMAL: "N", REGULATION: "R", EMERGENCY: "B"}[purpose]
    if (group, letter) == ("MT", "R"):
        group = "DR"
    column = group if group in ("W", "CPE") else f"{group}.{letter}"
    return dict(zip(_COLUMNS, sheet[right].split(), strict=True)).get(column, "-")


def permits(cell: str, entry: Entry, *, professional: str, structure: str, permitted: bool) -> bool:
    """Say whether a cell allows something on one document."""
    return {
        "y": True,
        "own": entry.author == professional,
        "structure": bool(structure) and entry.structure == structure,
        "permitted": permitted,
    }.get(cell, False)
