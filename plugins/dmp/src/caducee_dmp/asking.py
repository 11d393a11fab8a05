"""One question to the DMP: who may ask it, in which mode, and its line in the audit trail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec

from caducee.contracts.plugin import PluginContext
from caducee.errors import CaduceeError, CapabilityMissing, PatientOpposed
from caducee.model.entry import EntryPatientId
from caducee.model.patient import Patient
from caducee.model.permissions import Verb, require
from caducee.model.practice import Actor
from caducee.sharing.fact_kind import FactKind
from caducee.sharing.minors import Maturity, maturity
from caducee.sharing.opposition import Scope
from caducee.wire.soap import SoapAnswer
from caducee_dmp.access import NORMAL, Access, AccessMode
from caducee_dmp.config import DmpConfig
from caducee_dmp.errors import SecretRefused
from caducee_dmp.exchange import Call, Exchange
from caducee_dmp.realm import qualified_ins

T = TypeVar("T")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks: ``practitioner`` is the key of a ``[practitioner.KEY]`` table, ``acting`` who is at the keyboard.

    With ``reads`` something of the record itself is given: that takes a basis, and no opposition.
    """

    practitioner: str
    acting: Actor
    access: Access = NORMAL
    patient: Patient | None = None
    verb: Verb = Verb.CONSULT
    reads: bool = True


class Asking:
    """Asks in the mode of this installation and writes every question in the audit trail."""

    def __init__(self, context: PluginContext, exchange: Exchange) -> None:
        config: DmpConfig = context.config
        self.context = context
        self.config = config
        self.mode = config.consulting()
        self._exchange = exchange

    def ins(self, patient: Patient) -> EntryPatientId:
        """Return the matricule of a patient that may be asked about.

        Raises:
            InsNotQualified, RealmMixed.
        """
        return qualified_ins(patient, self.context.environment)

    async def call(self, call: Call, asked: Asked) -> SoapAnswer:
        """Make one call."""
        return await self._exchange.call(
            call,
            practitioner=asked.practitioner,
            patient=self.ins(asked.patient) if asked.patient is not None else None,
            mode=self.mode,
            access=asked.access,
        )

    async def assertion(self, asked: Asked) -> bytes:
        """Return an assertion for the DMP's web site."""
        return await self._exchange.assertion(
            practitioner=asked.practitioner,
            patient=self.ins(asked.patient) if asked.patient is not None else None,
            mode=self.mode,
            access=asked.access,
        )

    async def audited(self, asked: Asked, what: str, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask, and write what was asked before the answer is given; a failure is written with its code.

        Raises:
            ActorRefused: this actor may not ask; nothing was sent and nothing is written.
            InsNotQualified, RealmMixed, ReasonMissing, ConsentMissing, PatientOpposed: nothing was sent.
            CapabilityMissing, SecretRefused: a secret connection that is not switched on, or not of a minor.
        """
        require(asked.acting, asked.verb)
        if asked.access.mode is not AccessMode.NORMAL:
            require(asked.acting, Verb.BREAK_GLASS)
        asked.access.check()
        if asked.access.secret:
            self._refuse_secret(asked.patient)
        if asked.verb is Verb.CONSULT and asked.reads:
            await self._refuse_without_ground(asked)
        if asked.patient is not None:
            self.ins(asked.patient)
        try:
            answer = await ask()
        except CaduceeError as error:
            await self._write(asked, f"{what}: {error.code}")
            raise
        await self._write(asked, what)
        return answer

    async def note(self, kind: FactKind, patient: Patient) -> None:
        """Note a fact about a patient for the practice's figures."""
        async with self.context.state.transaction() as tx:
            await tx.note(kind, local_id=patient.local_id)

    def _refuse_secret(self, patient: Patient | None) -> None:
        if not self.config.vihf.secret_connection:
            raise CapabilityMissing("the secret connection to the DMP")
        if patient is None:
            raise SecretRefused("no_patient")
        today = self.context.clock.now().astimezone().date()
        found = maturity(patient, on=today, majority=self.context.majority)
        if found is not Maturity.MINOR:
            raise SecretRefused("adult" if found is Maturity.ADULT else "age_unknown")

    async def _refuse_without_ground(self, asked: Asked) -> None:
        asked.access.check_reading()
        if asked.access.mode is not AccessMode.NORMAL or asked.patient is None:
            return
        if await self.context.oppositions.standing(asked.patient.local_id, Scope.CONSULT) is not None:
            raise PatientOpposed(Scope.CONSULT)

    async def _write(self, asked: Asked, detail: str) -> None:
        opened = "" if asked.access.mode is AccessMode.NORMAL else f" {asked.access.mode}"
        async with self.context.state.transaction() as tx:
            await tx.audit(
                "consult" if asked.verb is Verb.CONSULT else "change",
                actor=asked.acting.named,
                subject=asked.patient.local_id if asked.patient is not None else "",
                reason=asked.access.ground,
                detail=f"dmp {detail}{opened}",
            )
