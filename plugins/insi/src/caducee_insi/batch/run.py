"""A batch over one file: what must be verified goes in lots, at the service's rate; the rest is listed with why.

A lot is known by what is in it: after a kill the same file goes on where it was, whatever became due meanwhile, and
the same question asked weeks later is asked anew. Nobody is retrieved here: who lacks a matricule is listed for their
next visit, as INSi wants it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterator
from datetime import date, timedelta
from typing import Protocol, TypeVar

import msgspec

from caducee.clock import Clock
from caducee.contracts.state import PluginTransaction, State
from caducee.errors import CapabilityMissing
from caducee.model.environment import Environment
from caducee.model.identity import Sex, Traits
from caducee.model.patient import Patient
from caducee.model.permissions import Verb, require
from caducee.model.practice import Actor
from caducee.services import ServiceKey
from caducee_insi.batch.file import Row, read
from caducee_insi.batch.lots import Busy, LotLine, LotService, LotVerdict
from caducee_insi.comparison import Agreement, compare
from caducee_insi.config import InsiConfig
from caducee_insi.due import Need, Needed, due
from caducee_insi.qualification import Moved, fail_verification
from caducee_insi.query import Query, TraitsInvalid, query
from caducee_insi.realm import check_oid
from caducee_insi.trail import Decision, Trail

T = TypeVar("T")
LOTS = "lot"
COHERENT = "00"
RESUMED = timedelta(days=30)
"""How long a lot is gone on with; the same question later is a new one."""
Progress = Callable[[int, int], None]
"""Told after each lot: how many identities of how many are done."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came out for one patient. ``coherent`` is absent when nothing was asked; ``needs`` is what is to be done."""

    local_id: str
    coherent: bool | None = None
    code: str = ""
    needs: tuple[Needed, ...] = ()


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A lot as the state keeps it, under what is in it. ``name`` is the service's, ``day`` the day of its deposit.

    ``verdicts`` is absent until they were fetched.
    """

    name: str
    day: date
    deposited: bool = False
    verdicts: tuple[LotVerdict, ...] | None = None


class Verifying(Protocol):
    """``Batch`` as callers see it."""

    async def qualify(self, content: bytes, *, acting: Actor, progress: Progress) -> tuple[Outcome, ...]:
        """Verify and list; see ``Batch.qualify``."""
        ...


class Batch:
    """Runs batches. ``lots`` is absent where no way to verify lots is configured: the lists are made all the same."""

    def __init__(
        self, *, config: InsiConfig, environment: Environment, lots: LotService | None, clock: Clock, state: State
    ) -> None:
        self._config = config
        self._environment = environment
        self._lots = lots
        self._clock = clock
        self._state = state
        self._trail = Trail(state)

    async def qualify(self, content: bytes, *, acting: Actor, progress: Progress | None = None) -> tuple[Outcome, ...]:
        """Verify the identities of a file that hold a matricule and are due, and list what the others need.

        Raises:
            BatchFileInvalid: nothing was sent.
            RealmMixed: a matricule of another environment; nothing was sent.
            CapabilityMissing: some are due and no way to verify lots is configured; nothing was sent.
            ServiceUnavailable, ServiceRejected, ProtocolViolation: the same file goes on where it was.
        """
        require(acting, Verb.SEARCH_IDENTITY)
        require(acting, Verb.QUALIFY_IDENTITY)
        rows = read(content, environment=self._environment)
        for row in rows:
            if row.patient.ins is not None:
                check_oid(row.patient.ins.oid, self._environment)
        today = self._clock.now().date()
        needs = {
            row.patient.local_id: due(row.standing, today=today, reverify_after=self._config.reverify_after)
            for row in rows
        }
        asked: list[tuple[Row, Query]] = []
        for row in rows:
            if any(one.need is Need.VERIFY for one in needs[row.patient.local_id]):
                try:
                    asked.append((row, query(row.patient.traits, today=today)))
                except TraitsInvalid as invalid:
                    needs[row.patient.local_id] = (_unaskable(invalid),)
        verdicts = await self._verify(asked, acting=acting, progress=progress)
        return tuple(_outcome(row, needs[row.patient.local_id], verdicts) for row in rows)

    async def _verify(
        self, asked: list[tuple[Row, Query]], *, acting: Actor, progress: Progress | None
    ) -> dict[str, LotVerdict]:
        lines = [self._line(number, row, wanted) for number, (row, wanted) in enumerate(asked)]
        if lines and self._lots is None:
            raise CapabilityMissing("plugins.insi.lots")
        found: dict[str, LotVerdict] = {}
        for number, lot in enumerate(_parted(lines, self._config.lot_size)):
            rows = {line.id: asked[int(line.id)][0] for line in lot}
            verdicts = await self._lot(lot, rows, acting)
            found |= {rows[one.id].patient.local_id: one for one in verdicts}
            if progress is not None:
                progress(min((number + 1) * self._config.lot_size, len(lines)), len(lines))
        return found

    async def _lot(self, lines: tuple[LotLine, ...], rows: dict[str, Row], acting: Actor) -> tuple[LotVerdict, ...]:
        key = hashlib.sha256(msgspec.json.encode(lines)).hexdigest()[:24]
        kept = await self._kept(key, acting)
        if kept.verdicts is not None:
            return kept.verdicts
        if not kept.deposited:
            await self._patiently(lambda lots: lots.deposit(kept.name, lines))
            kept = msgspec.structs.replace(kept, deposited=True)
            await self._keep(key, kept, acting, {}, f"deposited={len(lines)}")
        while (verdicts := await self._patiently(lambda lots: lots.fetch(kept.name))) is None:
            await self._clock.sleep(self._config.lot_poll)
        verdicts = tuple(one for one in verdicts if one.id in rows)
        answered = msgspec.structs.replace(kept, verdicts=verdicts)
        await self._keep(key, answered, acting, rows, f"fetched={len(verdicts)}")
        return verdicts

    async def _patiently(self, ask: Callable[[LotService], Awaitable[T]]) -> T:
        assert self._lots is not None
        while True:
            try:
                return await ask(self._lots)
            except Busy as busy:
                await self._clock.sleep(busy.after)

    async def _kept(self, key: str, acting: Actor) -> Kept:
        """Return the lot as it was left, or a new one, named before it leaves: a resend has the same name."""
        today = self._clock.now().date()
        raw = await self._state.get(LOTS, key)
        known = msgspec.json.decode(raw, type=Kept) if raw else None
        if known is not None and today - known.day <= RESUMED:
            return known
        fresh = Kept(name=f"{key}-{today:%Y%m%d}", day=today)
        await self._keep(key, fresh, acting, {}, "named")
        return fresh

    async def _keep(self, key: str, kept: Kept, acting: Actor, rows: dict[str, Row], detail: str) -> None:
        """Keep a lot, and what it says of the files whose trail holds the same matricule and traits, all at once."""
        async with self._trail.writing() as tx:
            await tx.put(LOTS, key, msgspec.json.encode(kept))
            await tx.audit("insi.lot", actor=acting.named, reason="lot", detail=f"{detail} lot={kept.name}")
            for one in kept.verdicts or ():
                await self._apply(tx, rows[one.id].patient, one, acting)

    async def _apply(self, tx: PluginTransaction, patient: Patient, verdict: LotVerdict, acting: Actor) -> None:
        now = await self._trail.standing(patient.local_id)
        if now.ins is None or now.ins != patient.ins:
            return
        held = msgspec.structs.replace(patient, status=now.status, traits=now.traits or patient.traits)
        if not _same(patient.traits, held.traits):
            return  # INSi was asked about what the file says, which is not what the trail holds
        coherent = verdict.code == COHERENT
        moved = Moved(patient=held) if coherent else fail_verification(held)
        decision = Decision(
            action="insi.verify" if coherent else "insi.verification_failed",
            at=self._clock.now().isoformat(timespec="milliseconds"),
            actor=acting.named,
            status=moved.patient.status,
            ins=moved.patient.ins,
            dropped=moved.dropped,
            marks=tuple(sorted(now.marks)),
            reason=f"lot {verdict.code}",
            traits=held.traits,
        )
        await self._trail.add(tx, patient.local_id, decision, after=now.count)
        await tx.audit(
            decision.action, actor=decision.actor, subject=patient.local_id, detail=f"status={decision.status}"
        )

    def _line(self, number: int, row: Row, wanted: Query) -> LotLine:
        ins = row.patient.ins
        assert ins is not None
        return LotLine(
            id=str(number),
            matricule=ins.matricule,
            oid=self._config.sent(ins.oid, self._environment),
            traits=Traits(
                birth_name=wanted.birth_name,
                given_names=wanted.given_names,
                sex=Sex(wanted.sex),
                birth_date=wanted.birth_date,
                birth_place=wanted.birth_place,
            ),
        )


def _same(asked: Traits, held: Traits) -> bool:
    """Say whether what was asked are the traits held, a birth place left out apart."""
    compared = msgspec.structs.asdict(compare(asked, held))
    place = compared.pop("birth_place")
    return set(compared.values()) == {Agreement.EQUAL} and place in (Agreement.EQUAL, Agreement.TO_COMPLETE)


def _unaskable(invalid: TraitsInvalid) -> Needed:
    said = " ".join(dict.fromkeys(finding.message for finding in invalid.findings))
    return Needed(Need.VERIFY, f"Traits à corriger avant de vérifier l'INS. {said}")


def _parted(lines: list[LotLine], size: int) -> Iterator[tuple[LotLine, ...]]:
    for at in range(0, len(lines), size):
        yield tuple(lines[at : at + size])


def _outcome(row: Row, needs: tuple[Needed, ...], verdicts: dict[str, LotVerdict]) -> Outcome:
    local_id = row.patient.local_id
    verdict = verdicts.get(local_id)
    if verdict is None:
        return Outcome(local_id=local_id, needs=needs)
    left = tuple(one for one in needs if one.need is not Need.VERIFY)
    if verdict.code != COHERENT:
        why = f"INSi ne reconnaît plus cet INS avec ces traits ({verdict.code}) : à récupérer à la prochaine venue."
        left = (Needed(Need.RETRIEVE, why), *left)
    return Outcome(local_id=local_id, coherent=verdict.code == COHERENT, code=verdict.code, needs=left)


BATCH: ServiceKey[Verifying] = ServiceKey("insi.batch")
