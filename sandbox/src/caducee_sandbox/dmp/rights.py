"""Who may do what, by access mode: the columns of the rights sheet that a practice meets.

The rows are those of the simulated transactions; consultation also needs the patient's authorisation.
"""

from __future__ import annotations

from caducee_sandbox.people import Patient

DIRECT = "DIRECTE"
INDIRECT = "INDIRECTE"
REINFORCED = "INDIRECTE_RENFORCEE"
MODES = (DIRECT, INDIRECT, REINFORCED)
PURPOSES = ("normal", "bris_de_glace", "centre_15")

EXISTENCE = "existence"
FEED = "feed"
LIST = "list"
REFERENCE = "reference"
READ = "read"

MATRIX = {
    DIRECT: {EXISTENCE, FEED, LIST, REFERENCE, READ},
    INDIRECT: {EXISTENCE, FEED, REFERENCE},
    REINFORCED: {EXISTENCE, LIST, REFERENCE, READ},
}


def may(mode: str, right: str) -> bool:
    """Say whether an access mode has a right."""
    return right in MATRIX[mode]


def authorisation(patient: Patient, professional: str) -> str:
    """Return the state of a professional's authorisation on a record: VALIDE or NON_EXISTE."""
    return "VALIDE" if patient.readers is None or professional in patient.readers else "NON_EXISTE"
