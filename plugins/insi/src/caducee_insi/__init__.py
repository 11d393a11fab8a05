"""INSi: the national patient identity, searched by traits, compared, qualified."""

from __future__ import annotations

from caducee_insi.comparison import Agreement, Comparison, Verdict, compare
from caducee_insi.desk import DESK, Decision, Desk, EvidenceRefused, qualify
from caducee_insi.evidence import Evidence
from caducee_insi.qualification import NothingFound
from caducee_insi.query import TraitsInvalid

__all__ = [
    "DESK",
    "Agreement",
    "Comparison",
    "Decision",
    "Desk",
    "Evidence",
    "EvidenceRefused",
    "NothingFound",
    "TraitsInvalid",
    "Verdict",
    "compare",
    "qualify",
]
