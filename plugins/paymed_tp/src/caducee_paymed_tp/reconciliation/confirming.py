"""Proposals confirmed and taken back in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from anyio import to_thread

from caducee.model.practice import Actor
from caducee_paymed_tp.api import Reconciled
from caducee_paymed_tp.desk import Desk
from caducee_paymed_tp.errors import MatchRefused
from caducee_paymed_tp.ledger import events as e
from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.ledger.events import Event
from caducee_paymed_tp.ledger.folding.money import refuse_unless_free
from caducee_paymed_tp.model.money import Match
from caducee_paymed_tp.reconciliation.proposing import Rules, propose
from caducee_paymed_tp.reconciliation.showing import MatchDetail, OpenMoney, detail, open_money


class Reconciliation:
    """Proposes, confirms what is sure, undoes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def proposals(self) -> tuple[Match, ...]:
        """Return what could be the same money."""
        book = await self._desk.ledger.book()
        notices, entries = book.open_notices(), book.open_entries()
        work = partial(
            propose, notices, entries, payer_of=self._desk.payers.of, rules=self._rules, payer_key=self._desk.payers.key
        )
        return await to_thread.run_sync(work)

    async def reconcile(self, *, acting: Actor) -> Reconciled:
        """Confirm what is sure, in one entry."""
        found = await self.proposals()
        sure = [match for match in found if self._rules.confirms(match)]

        def make(book: Book) -> Sequence[Event]:
            return [e.Matched(id=_fresh(book, one), match=one) for one in sure if _is_free(book, one)]

        number = (await self._desk.ledger.book()).number
        events = await self._desk.ledger.add(f"reconcile:{number}", by=acting.named, make=make)
        confirmed = tuple(event.match for event in events if isinstance(event, e.Matched))
        return Reconciled(confirmed=confirmed, proposed=tuple(one for one in found if one not in confirmed))

    async def confirm(self, match: Match, *, acting: Actor) -> None:
        """Confirm a match."""

        def make(book: Book) -> Sequence[Event]:
            refuse_unless_free(book, match)
            return [e.Matched(id=_fresh(book, match), match=match)]

        number = (await self._desk.ledger.book()).number
        await self._desk.ledger.add(f"confirm:{match.id}:{number}", by=acting.named, make=make)

    async def undo(self, match_id: str, *, why: str, acting: Actor) -> None:
        """Take a confirmation back."""

        def make(book: Book) -> Sequence[Event]:
            return [e.MatchUndone(id=_confirmed(book, match_id), why=why)]

        await self._desk.ledger.add(await self._desk.once("undo", match_id), by=acting.named, make=make)

    async def open_money(self) -> OpenMoney:
        """Return what is not matched."""
        return open_money(await self._desk.ledger.book(), self._desk.payers)

    async def detail(self, match: Match) -> MatchDetail:
        """Return both sides of a match."""
        try:
            return detail(await self._desk.ledger.book(), self._desk.payers, match)
        except KeyError:
            raise MatchRefused from None

    @property
    def _rules(self) -> Rules:
        settings = self._desk.config.reconciliation
        return Rules(window=settings.window, tolerance=settings.tolerance, confirm_at=settings.confirm_at)


def _is_free(book: Book, match: Match) -> bool:
    try:
        refuse_unless_free(book, match)
    except MatchRefused:
        return False
    return True


def _confirmed(book: Book, match_id: str) -> str:
    """The ledger's name of a match that is in force, by the match's own name or by the ledger's."""
    found = next((name for name, one in book.matches.items() if match_id in (name, one.id)), None)
    if found is None:
        raise MatchRefused
    return found


def _fresh(book: Book, match: Match) -> str:
    """The same match may be confirmed, undone, and confirmed again: each time is another."""
    times = sum(1 for one in book.undone if one.id == match.id)
    return f"{match.id}-{times + 1}"
