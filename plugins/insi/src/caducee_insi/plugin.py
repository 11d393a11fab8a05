"""The hooks of the INSi plugin: what it registers, how its codes read."""

from __future__ import annotations

from caducee.contracts.identity import IDENTITY
from caducee.contracts.plugin import Need, Registrar
from caducee.contracts.rights import RIGHTS
from caducee.contracts.session import PROFESSIONAL_SESSION
from caducee.contracts.state import StateSpec
from caducee.errors import Explanation
from caducee.hooks import hookimpl
from caducee_insi import faults
from caducee_insi.batch.file import BatchFileInvalid
from caducee_insi.batch.lots import Busy
from caducee_insi.batch.run import BATCH
from caducee_insi.certificate import InsiCertificateWrong
from caducee_insi.config import InsiConfig
from caducee_insi.datamatrix.carrier import DatamatrixInvalid, DatamatrixRefused, SeparatorLost
from caducee_insi.desk import DESK, EvidenceRefused
from caducee_insi.ensure import INSI
from caducee_insi.files import MergeRefused, SplitRefused
from caducee_insi.opening import open_batch, open_desk, open_identity, open_insi, open_rights
from caducee_insi.prerequisites import PREREQUISITES
from caducee_insi.qualification import MarksRefused, NothingFound
from caducee_insi.query import TraitsInvalid
from caducee_insi.rights import RightsUnaskable
from caducee_insi.trail import FileMerged, IdentityMarked, IdentityStale
from caducee_insi.vitale import BeneficiaryUnclear, VitaleUnreadable

ERRORS = (
    TraitsInvalid,
    NothingFound,
    EvidenceRefused,
    InsiCertificateWrong,
    IdentityMarked,
    IdentityStale,
    FileMerged,
    MarksRefused,
    MergeRefused,
    SplitRefused,
    VitaleUnreadable,
    BeneficiaryUnclear,
    DatamatrixInvalid,
    DatamatrixRefused,
    SeparatorLost,
    RightsUnaskable,
    BatchFileInvalid,
    Busy,
    faults.InsiUnavailable,
    faults.InsiRefused,
)
"""What this plugin raises beside the errors of Caducée."""


@hookimpl
def caducee_register(registrar: Registrar) -> None:
    """Offer the search, the desk, the one verb for when a record opens, the rights and the batches."""
    registrar.config(InsiConfig)
    registrar.state(StateSpec())
    registrar.requires(*PREREQUISITES)
    registrar.needs(Need.SIGNATURE, PROFESSIONAL_SESSION)
    registrar.service(IDENTITY, open_identity)
    registrar.service(DESK, open_desk)
    registrar.service(INSI, open_insi)
    registrar.service(RIGHTS, open_rights)
    registrar.service(BATCH, open_batch)


@hookimpl
def caducee_explain(code: str) -> Explanation | None:
    """Explain a code of this plugin, or one of INSi, alone or as ``class/detail``."""
    own = next((error for error in ERRORS if error.code == code), None)
    return Explanation(own.sentence, own.remedy) if own is not None else faults.explain(code)
