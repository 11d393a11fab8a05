"""The identity documents that a person may have checked, how an identity was collected, what marks it."""

from __future__ import annotations

from enum import StrEnum


class Evidence(StrEnum):
    """A document of high trust (RNIV). The value is the code of HL7 FR Core for it.

    Nothing is preselected, and a practice may accept fewer: ``[plugins.insi] evidence``. ``BIRTH_CERTIFICATE`` and
    ``FAMILY_BOOK`` are for minors, beside the document of a parent, and for residents of care homes.
    """

    NATIONAL_IDENTITY_CARD = "CN"
    PASSPORT = "PA"
    RESIDENCE_PERMIT = "CS"
    ELECTRONIC_IDENTITY = "eCN"
    VITALE_APP = "AV"
    BIRTH_CERTIFICATE = "AN"
    FAMILY_BOOK = "LEP"


class Collection(StrEnum):
    """How an identity was collected. The value is the code of HL7 FR Core for it."""

    MANUAL = "SM"
    VITALE_CARD = "CV"
    INSI = "INSI"
    BARCODE = "CB"
    VITALE_APP = "AV"


class Mark(StrEnum):
    """What marks an identity beside its status.

    ``DOUBTFUL`` and ``FICTITIOUS`` hold the identity at provisional, without matricule, and INSi is not asked for it.
    """

    HOMONYM = "homonyme"
    DOUBTFUL = "douteux"
    FICTITIOUS = "fictif"
