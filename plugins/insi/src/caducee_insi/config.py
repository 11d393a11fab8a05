"""``[plugins.insi]``."""

from __future__ import annotations

from typing import Annotated

import msgspec

from caducee.model.environment import Environment
from caducee_insi.evidence import Evidence
from caducee_insi.realm import ISSUING, issued
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


class InsiConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to reach INSi in organisation mode (mutual TLS, no assertion).

    ``credential`` names the ``[credentials.*]`` of the certificate ``INSI-MANU`` or ``INSI-AUTO``. ``sender`` is
    ``Emetteur``; by default the OU of that certificate's subject. ``issuing`` lists the OIDs that an answer may
    carry, by environment. ``evidence`` lists the identity documents that this practice accepts. Times in seconds.
    """

    url: Annotated[str, msgspec.Meta(pattern="^https://")]
    credential: str
    software: Software
    sender: str | None = None
    max_calls: Annotated[int, msgspec.Meta(ge=1, le=12)] = MAX_CALLS
    tries: Annotated[int, msgspec.Meta(ge=1, le=3)] = 2
    pause: Annotated[float, msgspec.Meta(ge=0)] = 1.0
    connect_timeout: Annotated[float, msgspec.Meta(gt=0)] = 10.0
    answer_timeout: Annotated[float, msgspec.Meta(gt=0)] = 60.0
    issuing: dict[Environment, tuple[str, ...]] = {}
    evidence: tuple[Evidence, ...] = tuple(Evidence)

    def issues(self, environment: Environment) -> tuple[str, ...]:
        """Return the OIDs that INSi may answer with here."""
        return issued(self.issuing.get(environment, ISSUING[environment]), environment)
