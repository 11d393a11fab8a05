"""``kernel.sharing``: patients' wishes, what must go where, and what a practice is measured by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import msgspec

from caducee.clock import Clock
from caducee.config.model import SharingConfig
from caducee.errors import CapabilityMissing, ConfigError, Finding, OppositionInvalid
from caducee.model.announcement import Announce
from caducee.model.document import Document
from caducee.model.patient import Patient
from caducee.model.permissions import Verb, require
from caducee.model.practice import Actor, Practitioner
from caducee.outbox.contract import AuditEntry, Store
from caducee.sharing.due import Due, due
from caducee.sharing.fact_kind import FactKind
from caducee.sharing.facts import authored, check_fact, note, what_they_are, write
from caducee.sharing.indicators import Indicator, indicators, thresholds
from caducee.sharing.information import Information, information
from caducee.sharing.minors import Maturity, maturity, texts_for
from caducee.sharing.obligations import Proposal, obligations, propose
from caducee.sharing.opposition import Opposition, Scope
from caducee.sharing.oppositions import (
    NotedOpposition,
    OppositionBook,
    against,
    keep,
    noted,
    noted_opposition,
    oppositions_of,
    stop_waiting,
)
from caducee.sharing.page import to_page
from caducee.sharing.practice import read_practice


class Sharing:
    """Sharing of one tenant. ``scopes`` says which opposition closes each kind of destination.

    ``practitioner`` returns the professional of a key, who makes documents.
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        config: SharingConfig,
        scopes: Callable[[], Mapping[str, str]],
        practitioner: Callable[[str], Practitioner] | None = None,
    ) -> None:
        self._store = store
        self._config = config
        self._book = OppositionBook(store, clock)
        self._scopes = scopes
        self._practitioner = practitioner

    async def oppose(self, local_id: str, opposition: Opposition, *, acting: Actor) -> NotedOpposition:
        """Note what a patient is against, and stop what has not left and goes there.

        Raises:
            ActorRefused: who is at the keyboard may not; nothing changed.
            OppositionInvalid: motive or who noted it is empty, or document types are given where the scope has none.
        """
        require(acting, Verb.NOTE_OPPOSITION)
        _check(opposition)
        new = noted(local_id, opposition)
        stands = opposition.stands(self._book.today())
        waiting = await self._store.waiting_of(local_id) if stands else ()
        async with self._store.transaction() as tx:
            await keep(tx, new, coming=opposition.since > self._book.today())
            for stored in waiting:
                await stop_waiting(tx, stored, self._scopes(), against(stored, opposition))
            await tx.audit(
                AuditEntry(
                    action="oppose",
                    actor=acting.named,
                    subject=local_id,
                    reason=opposition.motive,
                    detail=f"{opposition.scope} {new.opposition_id}",
                )
            )
            await tx.event("opposition.noted", code=opposition.scope)
        if stands:
            await self._stop(local_id, opposition)
        return new

    async def lift(self, opposition_id: str, *, on: date | None = None, acting: Actor) -> NotedOpposition | None:
        """Note that an opposition no longer stands, from ``on`` (today). What it stopped stays stopped.

        ``None``: there is no such opposition. One that was lifted before stays as it is.

        Raises:
            ActorRefused: who is at the keyboard may not; nothing changed.
        """
        require(acting, Verb.NOTE_OPPOSITION)
        found = await noted_opposition(self._store, opposition_id)
        if found is None or found.opposition.lifted is not None:
            return found
        opposition = msgspec.structs.replace(found.opposition, lifted=on or self._book.today())
        lifted = msgspec.structs.replace(found, opposition=opposition)
        async with self._store.transaction() as tx:
            await keep(tx, lifted, coming=opposition.since > self._book.today())
            detail = f"{opposition.scope} {opposition_id}"
            await tx.audit(AuditEntry(action="oppose.lift", actor=acting.named, subject=found.local_id, detail=detail))
            await tx.event("opposition.lifted", code=opposition.scope)
        return lifted

    async def oppositions(self, local_id: str) -> tuple[NotedOpposition, ...]:
        """Return every opposition of a patient, oldest first, lifted ones too."""
        return await oppositions_of(self._store, local_id)

    async def standing(self, local_id: str, scope: Scope, *, document_type: str = "") -> Opposition | None:
        """Return the opposition that stops this today."""
        return await self._book.standing(local_id, scope, document_type=document_type)

    def texts_for(self, patient: Patient) -> tuple[Information, ...]:
        """Return what this patient, and who answers for them, are told today (``[sharing] majority``).

        Raises:
            ConfigError: the vendor's texts cannot be read, or none is in force.
        """
        today, own = self._book.today(), self._config.information
        keys = texts_for(patient, on=today, majority=self._config.majority)
        return tuple(information(key, on=today, own=own) for key in keys)

    def may_connect_secretly(self, patient: Patient) -> bool:
        """Say whether a secret connection is offered for this patient: where ``secret_connection`` is on, to a minor.

        Not to somebody whose birth date does not tell: the DMP plugin refuses them too.
        """
        found = maturity(patient, on=self._book.today(), majority=self._config.majority)
        return found is Maturity.MINOR and self._config.secret_connection

    async def propose_audience(
        self, document: Document, patient: Patient | None = None, *, announce: Announce | None = None
    ) -> tuple[Proposal, ...]:
        """Return each route that a document must take today, with the row of the table that asks it.

        ``patient`` is the document's own unless said. What its author is counts: what somebody else produces is
        excluded (``producer``), an author who is not of the configuration leaves a doubt. Nothing is sent: the caller
        chooses.

        Raises:
            ConfigError: the vendor's table cannot be read.
        """
        stopping = await self._book.stopping((patient or document.patient).local_id, document.type.code)
        rows = obligations(own=self._config.obligations)
        author = self._author(document.author)
        return propose(
            document,
            rows,
            on=self._book.today(),
            author="" if author is None else what_they_are(author),
            opposed=stopping.keys(),
            announcing=announce is not None,
        )

    async def note(self, kind: FactKind, *, code: str = "", local_id: str = "", author: str = "") -> None:
        """Note a fact of the practice that indicators count; its event names no patient.

        ``local_id`` is the patient's record (``SEEN``, ``ATTENDING``), the document's own identifier (``MADE``), or
        that of a care sheet, where it has one: a plugin that sends it too then makes it no second sheet.
        ``author`` is who made the document (``MADE``), by the key of their ``[practitioner.KEY]`` table.

        Raises:
            FactInvalid: nothing was noted.
        """
        maker = self._author(author) if author else None
        check_fact(kind, code, local_id=local_id, author=author, known=maker is not None)
        async with self._store.transaction() as tx:
            await note(self._store, tx, kind, code=code, local_id=local_id)
            if maker is not None:
                await write(tx, authored(local_id, maker))

    async def due(self, *, as_of: date | None = None) -> tuple[Due, ...]:
        """Return the documents that were made and not sent, and the summaries that are due.

        Raises:
            ConfigError: the vendor's table cannot be read.
        """
        day = as_of or self._book.today()
        return due(await read_practice(self._store, as_of=day), obligations(own=self._config.obligations), as_of=day)

    async def indicators(self, *, as_of: date | None = None) -> tuple[Indicator, ...]:
        """Return every indicator, for the calendar year up to that day.

        Raises:
            ConfigError: a table of the vendor cannot be read.
        """
        day = as_of or self._book.today()
        rows, limits = obligations(own=self._config.obligations), thresholds(own=self._config.thresholds)
        return indicators(await read_practice(self._store, as_of=day), rows, limits, as_of=day)

    async def indicators_page(self, *, as_of: date | None = None) -> str:
        """Return the same as one HTML page in French, with the events behind each figure; it names no patient.

        Raises:
            ConfigError: a table of the vendor cannot be read.
        """
        day = as_of or self._book.today()
        rows, limits = obligations(own=self._config.obligations), thresholds(own=self._config.thresholds)
        practice = await read_practice(self._store, as_of=day)
        return to_page(indicators(practice, rows, limits, as_of=day), practice)

    def _author(self, key: str) -> Practitioner | None:
        try:
            return self._practitioner(key) if self._practitioner is not None else None
        except (ConfigError, CapabilityMissing):
            return None

    async def _stop(self, local_id: str, opposition: Opposition) -> None:
        """Look again after the commit: what was published at the same moment did not see the opposition."""
        waiting = await self._store.waiting_of(local_id)
        async with self._store.transaction() as tx:
            for stored in waiting:
                await stop_waiting(tx, stored, self._scopes(), against(stored, opposition))


def _check(opposition: Opposition) -> None:
    wrong = [
        Finding(field=name, rule="opposition.complete", message=message)
        for name, message in (
            ("motive", "Notez le motif de l'opposition."),
            ("noted_by", "Dites qui a noté l'opposition."),
        )
        if not getattr(opposition, name).strip()
    ]
    if opposition.documents and opposition.scope not in (Scope.FEED, Scope.PATIENT_MAIL):
        message = "Cette opposition ne dépend pas du type des documents."
        wrong.append(Finding(field="documents", rule="opposition.documents", message=message))
    if wrong:
        raise OppositionInvalid(tuple(wrong))
