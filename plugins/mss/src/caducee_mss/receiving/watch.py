"""One box, read for ever: what is new goes to the inbox, what is not known to have been read is read again."""

from __future__ import annotations

from datetime import date, timedelta

import anyio
import msgspec

from caducee.contracts.plugin import PluginContext
from caducee.errors import CaduceeError
from caducee.sharing.fact_kind import FactKind
from caducee_mss.api import BoxStatus
from caducee_mss.config import MssConfig
from caducee_mss.errors import MssServerRefused
from caducee_mss.imap import Changes, Cursor, ImapSession
from caducee_mss.post import Post
from caducee_mss.receiving.arrival import Arrivals
from caducee_mss.receiving.received import keep_new_places
from caducee_mss.sending.copies import copies_of, done, put_away
from caducee_mss.shared_box.marks import keeps_marks, put_marks
from caducee_mss.shared_box.other_desks import see_other_desks

_CURSORS = "cursors"
_UNFORESEEN = "mss.unforeseen"
_SENTENCE = "La boîte aux lettres n'est pas lue : une réponse de l'opérateur n'était pas prévue. Nouvel essai sous peu."
_DELAYS = (5.0, 15.0, 60.0, 300.0)


class Watch:
    """Reads the folders of one box. ``status`` says how it stands."""

    def __init__(self, context: PluginContext, post: Post, name: str, arrivals: Arrivals) -> None:
        self._context = context
        self._post = post
        self._name = name
        self._arrivals = arrivals
        box = post.boxes[name]
        self.status = BoxStatus(name=name, address=box.address, reading=False)
        self._failures = 0
        self._alive_on: date | None = None

    async def run(self) -> None:
        """Read, wait, read again. An operator that fails disturbs nothing else and is tried again later."""
        while True:
            try:
                await self.once_connected()
                self._failures = 0
            except CaduceeError as error:
                self._note(error.code, error.explain().sentence)
            except Exception as error:  # noqa: BLE001 - what one server says stops neither other boxes nor the sending
                self._note(f"{_UNFORESEEN}: {type(error).__name__}", _SENTENCE)
            await self._context.clock.sleep(_DELAYS[min(self._failures, len(_DELAYS) - 1)])
            self._failures += 1

    async def once_connected(self, *, rounds: int | None = None) -> None:
        """Open the box and read what comes, for ever or so many times."""
        box = self._post.boxes[self._name]
        async with self._post.opened(self._name) as session:
            while rounds is None or rounds > 0:
                await self._round(session)
                await self._note_alive()
                self._failures = 0
                self._set(reading=True, why="", sentence="")
                rounds = None if rounds is None else rounds - 1
                if rounds != 0:
                    await session.wait(box.poll, poll=box.poll)

    async def _round(self, session: ImapSession) -> None:
        folders = self._post.boxes[self._name].folders
        for folder in folders:
            await self._read(session, folder)
        await self._copies(session)
        for folder in reversed(folders):  # the first one stays open: it is where new mail is waited for
            await self._marks(session, folder)

    async def _note_alive(self) -> None:
        """Note once a day that the box was read without fault."""
        today = self._context.clock.now().astimezone().date()
        if self._alive_on == today:
            return
        async with self._context.state.transaction() as tx:
            await tx.note(FactKind.MAILBOX)
        self._alive_on = today

    async def _read(self, session: ImapSession, folder: str) -> None:
        changes = Changes(session, await self._cursor(folder))
        async for arrived in changes:
            item = await self._arrivals.of(self._name, arrived)
            with anyio.CancelScope(shield=True):
                async with self._context.state.transaction() as tx:
                    await keep_new_places(tx, self._context.state, self._name, changes.moved())
                    await self._arrivals.keep(tx, item)
                    await tx.put(_CURSORS, self._key(folder), msgspec.json.encode(arrived.after))
        async with self._context.state.transaction() as tx:
            await keep_new_places(tx, self._context.state, self._name, changes.moved())
            await tx.put(_CURSORS, self._key(folder), msgspec.json.encode(changes.cursor))

    async def _cursor(self, folder: str) -> Cursor:
        kept = await self._context.state.get(_CURSORS, self._key(folder))
        return msgspec.json.decode(kept, type=Cursor) if kept is not None else Cursor(box=folder)

    def _key(self, folder: str) -> str:
        return f"{self._name}/{folder}"

    async def _marks(self, session: ImapSession, folder: str) -> None:
        selected = await session.open_box(folder, writable=True)
        kept = keeps_marks(selected)
        self._set(marks=kept)
        await put_marks(self._context.state, session, self._name, selected)
        if kept:
            config: MssConfig = self._context.config
            lasts = timedelta(minutes=config.claim_minutes)
            await see_other_desks(self._context, session, selected, box=self._name, lasts=lasts)

    async def _copies(self, session: ImapSession) -> None:
        for copy in await copies_of(self._context.state, self._name):
            try:
                await put_away(session, copy)
            except CaduceeError as error:
                self._context.log.warning("a copy was not put away: %s", error.code)
                await done(self._context.state, copy, failed=True)
                if isinstance(error, MssServerRefused):  # the session goes on: so do the other copies and the reading
                    continue
                raise
            await done(self._context.state, copy, failed=False)

    def _note(self, why: str, sentence: str) -> None:
        self._context.log.info("box %s is not read: %s", self._name, why)
        self._set(reading=False, why=why, sentence=sentence)

    def _set(self, **changes: object) -> None:
        self.status = msgspec.structs.replace(self.status, **changes)
