"""A plugin's context in memory, for what needs no network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from caducee.contracts.patients import PATIENT_INDEX
from caducee.contracts.session import PROFESSIONAL_SESSION
from caducee.errors import CapabilityMissing
from caducee.model.environment import Environment
from caducee.redaction import RedactingLogger
from caducee.testing import FakeProfessionalSession, MovingClock
from caducee.testing.state import MemoryState
from caducee_mss.config import BoxConfig, MssConfig, SoftwareConfig

ROUX = BoxConfig(address="camille.roux@medecin.test.mssante.fr", practitioner="roux")


def config(**boxes: BoxConfig) -> MssConfig:
    return MssConfig(
        nil="DEV000000",
        software=SoftwareConfig(name="ESSAI", version="1", vendor="Essai"),
        trust="trust",
        boxes=boxes or {"roux": ROUX},
        source_id="1.2.250.1.999.1.1",
        patient_domain="patient.test.mssante.fr",
    )


class Desk:
    """A ``PluginContext`` as far as it is asked for."""

    def __init__(self, *, index: Any = None, **boxes: BoxConfig) -> None:
        self.name = "mss"
        self.environment = Environment.SANDBOX
        self.config = config(**boxes)
        self.clock = MovingClock()
        self.log = RedactingLogger("test")
        self.state = MemoryState()
        self.session = FakeProfessionalSession()
        self._lent: dict[str, Any] = {PROFESSIONAL_SESSION.name: self.session, PATIENT_INDEX.name: index}

    @asynccontextmanager
    async def use(self, key: Any) -> AsyncIterator[Any]:
        lent = self._lent.get(key.name)
        if lent is None:
            raise CapabilityMissing(f"no plugin offers {key.name}")
        yield lent
