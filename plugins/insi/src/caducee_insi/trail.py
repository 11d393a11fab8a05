"""Every decision about an identity, and where they leave it: who, when, on which document, what was taken away.

Nothing of it is ever overwritten. What stands now is folded from the decisions, oldest first.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import reduce
from weakref import WeakKeyDictionary

import anyio
import msgspec

from caducee.contracts.state import PluginTransaction, State
from caducee.errors import IdentityError
from caducee.model.identity import Ins, InsStatus, Traits
from caducee_insi.evidence import Collection, Evidence, Mark
from caducee_insi.lifecycle import asks

IDENTITIES = "identity"
MERGED, SPLIT = "insi.merged", "insi.split"
CONFIRMING = ("insi.retrieve", "insi.verify", "insi.acquire")


class IdentityMarked(IdentityError):
    """The identity is marked doubtful or fictitious: INSi is not asked, no document validates it."""

    code = "insi.identity_marked"
    sentence = "Cette identité est marquée douteuse ou fictive : INSi n'est pas interrogé."
    remedy = "Levez le doute avec le patient, retirez l'attribut, puis recommencez."


class FileMerged(IdentityError):
    """The file was merged into another one: decisions belong to that one."""

    code = "insi.file_merged"
    sentence = "Ce dossier a été fusionné avec un autre."
    remedy = "Ouvrez le dossier conservé, ou séparez d'abord les deux dossiers."


class IdentityStale(IdentityError):
    """What was given claims a matricule, a status or traits that are not those of the trail: nothing was done."""

    code = "insi.identity_stale"
    sentence = "L'identité présentée n'est pas celle du dossier : l'INS, le statut ou les traits y sont autres."
    remedy = "Rechargez le dossier ; un trait d'une identité contrôlée se corrige par une décision, qui retire l'INS."


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One decision about an identity: who, when, what it became, on which document, what was taken away.

    ``marks`` are those it bears afterwards; ``other`` is the other file of a merge or a split; ``traits`` are the
    strict traits afterwards, absent in decisions of the first version.
    """

    action: str
    at: str
    actor: str
    status: InsStatus
    evidence: Evidence | None = None
    ins: Ins | None = None
    dropped: Ins | None = None
    marks: tuple[Mark, ...] = ()
    mode: Collection | None = None
    other: str = ""
    reason: str = ""
    traits: Traits | None = None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where the decisions leave an identity. ``confirmed`` and ``checked`` are instants; empty when never.

    ``confirmed``: INSi said so. ``checked``: a document was seen, ``evidence``. ``former`` are matricules that were
    taken away, oldest first. ``count`` is how many decisions led here.
    """

    count: int = 0
    status: InsStatus = InsStatus.PROVISIONAL
    ins: Ins | None = None
    traits: Traits | None = None
    marks: frozenset[Mark] = frozenset()
    evidence: Evidence | None = None
    checked: str = ""
    confirmed: str = ""
    merged_into: str = ""
    former: tuple[Ins, ...] = ()


def standing(decisions: tuple[Decision, ...]) -> Standing:
    """Fold the decisions of one file."""
    return reduce(then, decisions, Standing())


def then(now: Standing, one: Decision) -> Standing:
    """Return where one more decision leaves an identity."""
    holds = one.status in (InsStatus.VALIDATED, InsStatus.QUALIFIED)
    seen = one.evidence is not None
    return Standing(
        count=now.count + 1,
        status=one.status,
        ins=one.ins,
        traits=one.traits or now.traits,
        marks=frozenset(one.marks),
        evidence=one.evidence if seen else (now.evidence if holds else None),
        checked=one.at if seen else (now.checked if holds else ""),
        confirmed=one.at if one.action in CONFIRMING else (now.confirmed if one.ins is not None else ""),
        merged_into=one.other if one.action == MERGED else "",
        former=(*now.former, one.dropped) if one.dropped is not None else now.former,
    )


_LOCKS: WeakKeyDictionary[State, anyio.Lock] = WeakKeyDictionary()
"""One lock for each state, whoever writes to it: the desk, ``ensure``, a batch."""


class Trail:
    """The decisions as the plugin's state keeps them, encrypted; found again by matricule through a blind index."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def decisions(self, local_id: str) -> tuple[Decision, ...]:
        """Return every decision about one file, oldest first."""
        kept = await self._state.get(IDENTITIES, local_id)
        return msgspec.json.decode(kept, type=tuple[Decision, ...]) if kept else ()

    async def standing(self, local_id: str) -> Standing:
        """Return where they leave it."""
        return standing(await self.decisions(local_id))

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[PluginTransaction]:
        """Open a transaction that no other decision of this plugin runs beside."""
        lock = _LOCKS.setdefault(self._state, anyio.Lock())
        async with lock, self._state.transaction() as tx:
            yield tx

    async def add(self, tx: PluginTransaction, local_id: str, *decisions: Decision, after: int) -> None:
        """Add decisions, within ``writing``, that were taken together when there were ``after`` of them.

        Raises:
            IdentityStale: somebody has decided in between; nothing of the transaction is kept.
        """
        known = await self.decisions(local_id)
        if len(known) != after:
            raise IdentityStale("decided upon in between")
        ins = decisions[-1].ins
        index = {"matricule": ins.matricule} if ins is not None else None
        await tx.put(IDENTITIES, local_id, msgspec.json.encode((*known, *decisions)), index=index)

    async def by_matricule(self, matricule: str) -> tuple[Standing, ...]:
        """Return the files that hold this matricule now."""
        records = await self._state.find(IDENTITIES, "matricule", matricule)
        found = (standing(msgspec.json.decode(record.value, type=tuple[Decision, ...])) for record in records)
        return tuple(one for one in found if one.ins is not None and one.ins.matricule == matricule)

    async def all(self) -> AsyncIterator[tuple[str, Standing]]:
        """Yield every file and where it stands."""
        async for record in self._state.records(IDENTITIES):
            yield record.key, standing(msgspec.json.decode(record.value, type=tuple[Decision, ...]))

    async def refuse_marked(self, local_id: str) -> None:
        """Let nothing be asked for a doubtful or fictitious identity.

        Raises:
            IdentityMarked.
        """
        if not asks((await self.standing(local_id)).marks):
            raise IdentityMarked("marked doubtful or fictitious")
