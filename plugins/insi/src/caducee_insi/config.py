"""``[plugins.insi]``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from caducee.model.environment import Environment
from caducee_insi.access import Access, PscToken
from caducee_insi.evidence import Evidence
from caducee_insi.realm import ISSUING, RECEIVED, issued
from caducee_insi.strategy import MAX_CALLS


class Software(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The practice's software as INSi knows it.

    ``authorisation`` is the number that the CNDA gave; ``instance`` a UUID that never changes on this
    installation. ``urn`` writes the name as ``urn:lps:NAME:VERSION``, the form that public clients use.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    version: Annotated[str, msgspec.Meta(min_length=1, max_length=59)]
    authorisation: Annotated[str, msgspec.Meta(min_length=1)]
    instance: Annotated[str, msgspec.Meta(pattern="^[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$")]
    urn: bool = True

    @property
    def written_name(self) -> str:
        """The content of ``LPS/Nom``."""
        return f"urn:lps:{self.name}:{self.version}" if self.urn else self.name


class IssuerForm(StrEnum):
    """How the subject of a card's certificate is written in its assertion: stacks differ."""

    RFC2253 = "rfc2253"
    CERTIFICATE = "certificate"


class Billing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an assertion says of the professional to the Assurance Maladie.

    ``identifier`` is the billing number of a liberal professional, or the FINESS or SIRET of a structure. ``specialty``
    is the code of the Assurance Maladie (``01``), for doctors only; ``sector`` an SAxx code.
    """

    identifier: Annotated[str, msgspec.Meta(min_length=1)]
    specialty: str = ""
    sector: str = ""


class Verification(StrEnum):
    """How one stored INS is verified. The wire form of WS_INS3 is not public: ``ASSUMED`` speaks a guess of it."""

    SEARCH = "search"
    ASSUMED = "ws_ins3_assumed"


class Lots(StrEnum):
    """How lots are verified. The wire form of WS_INS4 and WS_INS5 is not public: ``SIMULATED`` is the sandbox's own."""

    NONE = "none"
    SIMULATED = "simulated"


class RightsProfile(StrEnum):
    """How answers of ADRi are read. Their wire form is not public: ``SIMULATED`` is the sandbox's own."""

    NONE = "none"
    SIMULATED = "simulated"


class InsiConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to reach INSi.

    ``access`` is ``organisation`` (mutual TLS, no assertion), ``card`` or ``psc``; the last two need ``practitioner``,
    a ``[practitioner.*]``, and ``billing``. ``credential`` names the ``[credentials.*]`` of the certificate
    ``INSI-MANU`` or ``INSI-AUTO``, or, with ``card`` and ``psc``, the one that pins the authorities. ``sender`` is
    ``Emetteur``; by default the OU of that certificate, or the professional's number. ``assertion_life`` is how long
    a signed assertion is used again. ``psc_token`` says how the token of a log-in travels: with ``psc``, only the
    sandbox is called while it says ``none``.

    ``issuing`` lists the OIDs that an answer may carry, by environment; ``received`` says what each becomes here.
    ``evidence`` lists the identity documents that this practice accepts. ``reverify_after`` is in days.
    ``lot_size`` is in identities. Times in seconds. ``apcv_url`` is the service of the appli carte Vitale.
    """

    url: Annotated[str, msgspec.Meta(pattern="^https://")]
    credential: str
    software: Software
    access: Access = Access.ORGANISATION
    psc_token: PscToken = PscToken.NONE
    practitioner: str = ""
    billing: Billing | None = None
    issuer_form: IssuerForm = IssuerForm.RFC2253
    assertion_life: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 20.0
    sender: str | None = None
    max_calls: Annotated[int, msgspec.Meta(ge=1, le=12)] = MAX_CALLS
    tries: Annotated[int, msgspec.Meta(ge=1, le=3)] = 2
    pause: Annotated[float, msgspec.Meta(ge=0)] = 1.0
    connect_timeout: Annotated[float, msgspec.Meta(gt=0)] = 10.0
    answer_timeout: Annotated[float, msgspec.Meta(gt=0)] = 60.0
    issuing: dict[Environment, tuple[str, ...]] = {}
    received: dict[Environment, dict[str, str]] = {}
    evidence: tuple[Evidence, ...] = tuple(Evidence)
    reverify_after: Annotated[int, msgspec.Meta(ge=1)] = 3 * 365
    verification: Verification = Verification.SEARCH
    lots: Lots = Lots.NONE
    lot_size: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    lot_poll: Annotated[float, msgspec.Meta(gt=0)] = 30.0
    rights: RightsProfile = RightsProfile.NONE
    apcv_url: Annotated[str, msgspec.Meta(pattern="^(https://.*)?$")] = ""

    def issues(self, environment: Environment) -> tuple[str, ...]:
        """Return the OIDs that INSi may answer with here."""
        return issued(self.issuing.get(environment, ISSUING[environment]), environment)

    def kept(self, oid: str, environment: Environment) -> str:
        """Return the OID under which a matricule of that OID is kept here. In production it is always the same."""
        if environment is Environment.PRODUCTION:
            return oid
        return self.received.get(environment, RECEIVED[environment]).get(oid, oid)

    def sent(self, oid: str, environment: Environment) -> str:
        """Return the OID that the service knows a kept matricule by: the other way round."""
        issues = self.issues(environment)
        return next((one for one in issues if self.kept(one, environment) == oid), oid)
