"""``ProfessionalSession`` over Pro Santé Connect. Tokens live here, in memory, and nowhere else."""

from __future__ import annotations

import logging

from anyio.abc import TaskGroup

from caducee.clock import Clock
from caducee.contracts.credentials import Credentials
from caducee.contracts.session import AccessToken, SessionIdentity, SessionState, Situation
from caducee.contracts.state import State
from caducee.errors import CaduceeError, SessionExpired
from caducee.model.practice import Actor, Practitioner
from caducee_psc.browser import OpenBrowser
from caducee_psc.config import PscConfig
from caducee_psc.errors import AnswerForged, PscRejected, SituationDisagrees, SituationUnknown
from caducee_psc.grant import Grant
from caducee_psc.login import LoggedIn, log_in
from caducee_psc.person import Person
from caducee_psc.provider import Provider
from caducee_psc.situations import disagreeing, keep_choice, keep_identity, only_choice, read_choice

_AGAIN = 5.0
"""Seconds after which what waits is released once more: a delivery may be blocked at the very moment of a log-in."""


class PscService:
    """Every log-in of this kernel, by the key of ``[practitioner.KEY]``."""

    def __init__(
        self,
        config: PscConfig,
        *,
        provider: Provider,
        open_browser: OpenBrowser,
        credentials: Credentials,
        state: State,
        clock: Clock,
        log: logging.Logger,
        tasks: TaskGroup,
    ) -> None:
        self._config = config
        self._provider = provider
        self._open_browser = open_browser
        self._credentials = credentials
        self._state = state
        self._clock = clock
        self._log = log
        self._tasks = tasks
        self._people: dict[str, Person] = {}

    async def login(self, practitioner: str, *, acting: Actor) -> SessionIdentity:
        """Let the person log in; who is logged in is not asked again. Callers at the same time share one window.

        Raises:
            LoginRefused, LoginTimedOut, BrowserNotOpened, NoRedirectPort: nobody logged in.
            OtherPerson, AnswerForged: nothing was kept.
            PscRejected, ServiceUnavailable, ProtocolViolation: the provider refused this client, or does not answer.
            ConfigError: there is no ``[practitioner.KEY]``.
        """
        person = self._person(practitioner)
        known = person.known(self._clock.now())
        if known is not None and not person.login.running:
            return known
        return await person.login.join(lambda: self._log_in(practitioner, person, acting))

    async def logout(self, practitioner: str, *, acting: Actor) -> None:
        """Forget the session here at once, and tell the provider as far as it listens."""
        grant = self._person(practitioner).close(ended=False)
        if grant is None:
            return
        async with self._state.transaction() as tx:
            await tx.audit("psc.logout", actor=acting.named, detail=f"practitioner={practitioner}")
            await tx.event("logout", reference=practitioner)
        await self._tell_end(grant)

    def state(self, practitioner: str) -> SessionState:
        """Say where the log-in stands."""
        return self._person(practitioner).state(self._clock.now())

    async def token(self, practitioner: str, *, acting: Actor) -> AccessToken:  # noqa: ARG002 - the outbox names itself
        """Return a token that lasts, renewed once for all who ask at the same time. It never asks the person.

        Raises:
            SessionExpired: the person must log in again; the software is told once (event ``psc.login_needed``).
            ServiceUnavailable, ProtocolViolation: no renewal now; the session lives on.
            PscRejected: the provider refused this client.
        """
        person = self._person(practitioner)
        grant = person.held(self._clock.now())
        if grant is not None and not grant.fresh(self._clock.now()):
            grant = await self._renewed(practitioner, person)
        if grant is None:
            await self._tell_needed(practitioner, person)
            raise SessionExpired
        person.use(self._clock.now())
        return grant.token()

    async def evict(self, practitioner: str, token: AccessToken) -> None:
        """Forget a token that a service has refused; one that is not the current one is gone already."""
        person = self._person(practitioner)
        grant = person.held(self._clock.now())
        if grant is not None and grant.access == token.value:
            person.renewed(grant.stale())

    async def situations(self, practitioner: str) -> tuple[Situation, ...]:
        """Return the situations of who is logged in.

        Raises:
            SessionExpired: nobody is.
        """
        return self._logged_in(practitioner).situations

    async def choose(self, practitioner: str, situation: Situation, *, acting: Actor) -> None:
        """Choose the situation in which they act.

        Raises:
            SessionExpired: nobody is logged in.
            SituationUnknown: it is none of theirs.
            SituationDisagrees: ``[practitioner.KEY]``, which documents are written from, describes another one.
        """
        if situation not in self._logged_in(practitioner).situations:
            raise SituationUnknown
        wrong = disagreeing(situation, self._practitioner(practitioner))
        if wrong:
            raise SituationDisagrees(" ".join(one.sentence for one in wrong))
        async with self._state.transaction() as tx:
            await keep_choice(tx, practitioner, situation)
            await tx.audit("psc.situation", actor=acting.named, detail=f"practitioner={practitioner}")

    async def chosen(self, practitioner: str) -> Situation | None:
        """Return the chosen situation."""
        return await read_choice(self._state, practitioner)

    def forget(self) -> None:
        """Forget every session: the service stops."""
        for person in self._people.values():
            person.close(ended=True)
        self._people.clear()

    async def _log_in(self, practitioner: str, person: Person, acting: Actor) -> SessionIdentity:
        logged_in = await log_in(
            self._practitioner(practitioner).identifier,
            provider=self._provider,
            config=self._config,
            open_browser=self._open_browser,
            clock=self._clock,
        )
        # Open before it is told: what is released asks for a token at once.
        person.open(logged_in.grant, logged_in.identity, subject=logged_in.subject, now=self._clock.now())
        try:
            await self._keep(practitioner, logged_in, acting)
        except BaseException:
            person.close(ended=True)
            raise
        self._tasks.start_soon(self._release_again, person)
        return logged_in.identity

    async def _keep(self, practitioner: str, logged_in: LoggedIn, acting: Actor) -> None:
        kept = await read_choice(self._state, practitioner)
        choice = only_choice(logged_in.identity, kept, self._practitioner(practitioner))
        async with self._state.transaction() as tx:
            await keep_identity(tx, practitioner, logged_in.identity)
            await keep_choice(tx, practitioner, choice)
            await tx.audit("psc.login", actor=acting.named, detail=f"practitioner={practitioner}")
            await tx.event("login", reference=practitioner)
            if choice is None:
                await tx.event("situation_needed", reference=practitioner)
            await tx.logged_in()

    async def _release_again(self, person: Person) -> None:
        await self._clock.sleep(_AGAIN)
        if person.held(self._clock.now()) is None:
            return
        async with self._state.transaction() as tx:
            await tx.logged_in()

    async def _renewed(self, practitioner: str, person: Person) -> Grant | None:
        try:
            return await person.renewal.join(lambda: self._renew(person))
        except SessionExpired:
            self._log.info("the session of %s has ended", practitioner)
            return None

    async def _renew(self, person: Person) -> Grant:
        """Ask for the next tokens and keep them before anyone goes on; what the provider refuses has ended."""
        now = self._clock.now()
        before = person.held(now)
        if before is None or not before.renewable(now):
            person.close(ended=True)
            raise SessionExpired
        if before.fresh(now):  # renewed while this caller was on its way
            return before
        try:
            answer = await self._provider.refresh(before.refresh)
        except PscRejected as refusal:
            if refusal.error != "invalid_grant":
                raise
            person.close(ended=True)
            raise SessionExpired from None
        grant = Grant.of(answer, now=self._clock.now(), life=self._config.life, before=before)
        await self._replace(person, before, grant.stale())  # the earlier refresh token is used up, whatever comes next
        try:
            if answer.id_token and not person.is_about(await self._provider.subject(answer.id_token, nonce=None)):
                raise AnswerForged("a renewed session is about somebody else")
        except AnswerForged:
            person.close(ended=True)
            await self._tell_end(grant)
            raise SessionExpired from None
        await self._replace(person, grant, grant)
        return grant

    async def _replace(self, person: Person, before: Grant, grant: Grant) -> None:
        """Keep the next tokens; known by the refresh token: a service may have refused the access token meanwhile."""
        held = person.held(self._clock.now())
        if held is None or held.refresh != before.refresh:  # logged out meanwhile
            await self._tell_end(grant)
            raise SessionExpired
        person.renewed(grant)

    async def _tell_needed(self, practitioner: str, person: Person) -> None:
        """Tell the practice's software once: nobody is asked twice for one log-in."""
        if person.told:
            return
        person.told = True
        async with self._state.transaction() as tx:
            await tx.event("login_needed", reference=practitioner)

    async def _tell_end(self, grant: Grant) -> None:
        try:
            await self._provider.end(refresh_token=grant.refresh, id_token=grant.id_token)
        except CaduceeError as error:
            self._log.warning("the provider was not told of a log-out: %s", error.code)

    def _logged_in(self, practitioner: str) -> SessionIdentity:
        known = self._person(practitioner).known(self._clock.now())
        if known is None:
            raise SessionExpired
        return known

    def _person(self, practitioner: str) -> Person:
        if practitioner not in self._people:
            self._practitioner(practitioner)
            self._people[practitioner] = Person(self._config.life, self._tasks)
        return self._people[practitioner]

    def _practitioner(self, key: str) -> Practitioner:
        return self._credentials.practitioner(key)
