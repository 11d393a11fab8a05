"""What is true of each record beside its documents: authorisations, oppositions, what the patient was told."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from caducee_sandbox.people import BY_INS, PATIENTS, Patient, member

SCHEMA = """
CREATE TABLE IF NOT EXISTS authorisation (
    patient TEXT NOT NULL, professional TEXT NOT NULL, state TEXT NOT NULL, attending INTEGER NOT NULL,
    since TEXT NOT NULL, last TEXT NOT NULL, PRIMARY KEY (patient, professional)
);
CREATE TABLE IF NOT EXISTS opposition (patient TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (patient, kind));
CREATE TABLE IF NOT EXISTS notification (
    patient TEXT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, professional TEXT NOT NULL, detail TEXT NOT NULL
);
"""
VALID, NONE, FORBIDDEN, EXPIRED = "VALIDE", "NON_EXISTE", "INTERDIT", "EXPIRE"
STATES = (VALID, NONE, FORBIDDEN, EXPIRED)
EMERGENCY, URGENCY, MASKED = "bris_de_glace", "acces_urgence", "masked_closed_in_emergency"
OPPOSITIONS = (EMERGENCY, URGENCY, MASKED)
QUIRKS = (
    "prefixes",
    "mtom_registry",
    "acknowledgement_element",
    "signed_only",
    "version_4_only",
    "capital_spelling_only",
    "latin1",
    "plain_content_id",
    "clock_skew",
)


class Records:
    """The state of every record, in one file with mode 0600, and how the DMP behaves at the moment.

    ``limit`` is how many objects an answer may hold, ``quirks`` what it does otherwise than usual.
    """

    def __init__(self, path: Path) -> None:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        # Kept when the process is killed; a simulation need not outlive a loss of power.
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.executescript(SCHEMA)
        self.limit: int | None = None
        self.quirks: frozenset[str] = frozenset()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def authorisation(self, patient: Patient, professional: str) -> str:
        """Return the state of a professional's authorisation; before any act, what the people of the sandbox say."""
        found = self._one(
            "SELECT state FROM authorisation WHERE patient = ? AND professional = ?", patient, professional
        )
        if found is not None:
            return str(found)
        return VALID if patient.readers is None or professional in patient.readers else NONE

    def attending(self, patient: Patient, professional: str) -> bool:
        """Say whether a professional is the attending doctor."""
        query = "SELECT attending FROM authorisation WHERE patient = ? AND professional = ?"
        return bool(self._one(query, patient, professional))

    def authorise(self, patient: Patient, professional: str, state: str, *, attending: bool | None = None) -> None:
        """Write the state of an authorisation; ``attending`` of None leaves it as it is."""
        if state not in STATES:
            raise ValueError(f"state: one of {', '.join(STATES)}")
        doctor = self.attending(patient, professional) if attending is None else attending
        now = _now()
        self._database.execute(
            "INSERT INTO authorisation VALUES (?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT (patient, professional) "
            "DO UPDATE SET state = ?3, attending = ?4, last = ?5",
            (patient.ins, professional, state, doctor, now),
        )
        self.notify(patient, "authorisation", professional, state)

    def authorisations(self, patient: Patient) -> list[dict[str, Any]]:
        """Return the authorisations that were written in a record, oldest first."""
        names = ("professional", "state", "attending", "since", "last")
        query = f"SELECT {', '.join(names)} FROM authorisation WHERE patient = ? ORDER BY rowid"
        return [dict(zip(names, row, strict=True)) for row in self._database.execute(query, (patient.ins,))]

    def patients_of(self, professionals: tuple[str, ...], since: str) -> list[tuple[Patient, dict[str, Any]]]:
        """Return the records that professionals were authorised on since a time (UTC)."""
        return [
            (patient, row)
            for patient in PATIENTS
            for row in self.authorisations(patient)
            if row["professional"] in professionals and row["state"] == VALID and row["last"] >= since
        ]

    def opposes(self, patient: Patient, kind: str) -> bool:
        """Say whether the patient opposes emergency accesses, or regulation."""
        found = self._database.execute(
            "SELECT 1 FROM opposition WHERE patient = ? AND kind = ?", (patient.ins, kind)
        ).fetchone()
        return found is not None

    def notify(self, patient: Patient, kind: str, professional: str, detail: str = "") -> None:
        """Tell the patient of something in their record."""
        row = (patient.ins, _now(), kind, professional, detail)
        self._database.execute("INSERT INTO notification VALUES (?, ?, ?, ?, ?)", row)

    def notifications(self, ins: str) -> list[dict[str, str]]:
        """Return what a patient was told, oldest first."""
        names = ("at", "kind", "professional", "detail")
        query = f"SELECT {', '.join(names)} FROM notification WHERE patient = ? ORDER BY rowid"
        return [dict(zip(names, row, strict=True)) for row in self._database.execute(query, (ins,))]

    def read(self, path: str) -> Any:
        """Answer a control request: ``/dmp/notifications/INS``."""
        return {"notifications": self.notifications}[path.split("/")[2]](path.split("/")[3])

    def write(self, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Move a lever of the control address: ``/dmp/authorisation``, ``opposition``, ``limit`` or ``quirks``."""
        levers = {
            "/dmp/authorisation": self._lever_authorisation,
            "/dmp/opposition": self._lever_opposition,
            "/dmp/limit": self._lever_limit,
            "/dmp/quirks": self._lever_quirks,
        }
        levers[path](asked)
        return {}

    def _lever_authorisation(self, asked: dict[str, Any]) -> None:
        if member(asked["professional"]) is None:
            raise ValueError("professional: unknown")
        attending = asked.get("attending")
        self.authorise(BY_INS[asked["patient"]], asked["professional"], asked["state"], attending=attending)

    def _lever_opposition(self, asked: dict[str, Any]) -> None:
        if asked["kind"] not in OPPOSITIONS:
            raise ValueError(f"kind: one of {', '.join(OPPOSITIONS)}")
        row = (BY_INS[asked["patient"]].ins, asked["kind"])
        self._database.execute("DELETE FROM opposition WHERE patient = ? AND kind = ?", row)
        if asked.get("opposed", True):
            self._database.execute("INSERT INTO opposition VALUES (?, ?)", row)

    def _lever_limit(self, asked: dict[str, Any]) -> None:
        self.limit = None if asked["results"] is None else int(asked["results"])

    def _lever_quirks(self, asked: dict[str, Any]) -> None:
        names = frozenset(asked["on"])
        if not names <= set(QUIRKS):
            raise ValueError(f"on: some of {', '.join(QUIRKS)}")
        self.quirks = names

    def _one(self, query: str, patient: Patient, professional: str) -> Any:
        found = self._database.execute(query, (patient.ins, professional)).fetchone()
        return None if found is None else found[0]


def _now() -> str:
    return datetime.now(UTC).strftime("%Y%m%d%H%M%S")
