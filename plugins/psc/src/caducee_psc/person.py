"""The log-in of one professional: its tokens, its bounds, the work it shares among callers."""

from __future__ import annotations

from datetime import datetime

from anyio.abc import TaskGroup

from caducee.contracts.session import SessionIdentity, SessionPhase, SessionState
from caducee_psc.config import Life
from caducee_psc.grant import Grant
from caducee_psc.shared import Shared


class Person:
    """Holds what must not outlive the memory. Shows none of it."""

    def __init__(self, life: Life, tasks: TaskGroup) -> None:

        self.login: Shared[SessionIdentity] = Shared(tasks)
        self.renewal: Shared[Grant] = Shared(tasks)
        self.told = False
        self._life = life
        self._grant: Grant | None = None
        self._identity: SessionIdentity | None = None
        self._subject = ""
        self._began: datetime | None = None
        self._used: datetime | None = None
        self._ended = False

    def open(self, grant: Grant, identity: SessionIdentity, *, subject: str, now: datetime) -> None:
        """A log-in has succeeded."""
        self._grant, self._identity, self._subject = grant, identity, subject
        self._began = self._used = now
        self._ended = self.told = False

    def renewed(self, grant: Grant) -> None:
        """The next tokens are there."""
        self._grant = grant

    def close(self, *, ended: bool) -> Grant | None:
        """Forget everything; return the tokens that were held, for the provider to be told."""
        grant, self._grant, self._identity, self._subject = self._grant, None, None, ""
        self._began = self._used = None
        self._ended = ended
        return grant

    def held(self, now: datetime) -> Grant | None:
        """Return the tokens while the session lives; what is over is forgotten here."""
        grant = self._grant
        if grant is not None and self._over(grant, now):
            self.close(ended=True)
        return self._grant

    def use(self, now: datetime) -> None:
        """Somebody works with the session: it is not idle."""
        self._used = now

    def known(self, now: datetime) -> SessionIdentity | None:
        """Return who is logged in."""
        return self._identity if self.held(now) is not None else None

    def is_about(self, subject: str) -> bool:
        """Say whether a renewed ID token is about the same person."""
        return subject == self._subject

    def state(self, now: datetime) -> SessionState:
        """Say where the log-in stands."""
        if self.held(now) is not None and self._began is not None:
            return SessionState(phase=SessionPhase.OPEN, ends=self._began + self._life.absolute_bound)
        if self.login.running:
            return SessionState(phase=SessionPhase.ASKED)
        return SessionState(phase=SessionPhase.ENDED if self._ended else SessionPhase.ABSENT)

    def _over(self, grant: Grant, now: datetime) -> bool:
        assert self._began is not None
        assert self._used is not None
        late = now - self._began >= self._life.absolute_bound or now - self._used >= self._life.idle_bound
        return late or not (now < grant.access_ends or grant.renewable(now))
