"""INSi: the national patient identity, searched, compared, qualified, verified, printed."""

from __future__ import annotations

from caducee_insi.batch.run import BATCH
from caducee_insi.comparison import Agreement, Comparison, Verdict, compare
from caducee_insi.desk import DESK, Desk, EvidenceRefused, qualify
from caducee_insi.due import Due, Need
from caducee_insi.ensure import INSI, Ensured, Insi, Step
from caducee_insi.evidence import Collection, Evidence, Mark
from caducee_insi.qualification import NothingFound
from caducee_insi.query import TraitsInvalid
from caducee_insi.trail import Decision, IdentityMarked, IdentityStale, Standing
from caducee_insi.vitale import Beneficiary, JsonCard, VitaleCard, VitaleReader

__all__ = [
    "BATCH",
    "DESK",
    "INSI",
    "Agreement",
    "Beneficiary",
    "Collection",
    "Comparison",
    "Decision",
    "Desk",
    "Due",
    "Ensured",
    "Evidence",
    "EvidenceRefused",
    "IdentityMarked",
    "IdentityStale",
    "Insi",
    "JsonCard",
    "Mark",
    "Need",
    "NothingFound",
    "Standing",
    "Step",
    "TraitsInvalid",
    "Verdict",
    "VitaleCard",
    "VitaleReader",
    "compare",
    "qualify",
]
