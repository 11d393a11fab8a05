"""Whatever is lost, killed or sent twice: nothing is lost or registered twice, and each has one number."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import anyio
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from caducee import Audience
from caducee.contracts.state import PluginTransaction
from caducee.errors import CaduceeError
from caducee.model.destination import Destination
from caducee.testing.state import MemoryState
from caducee_eprescription.events import Numbered
from caducee_eprescription.keeping import Keeping
from caducee_eprescription.life import Life
from caducee_eprescription.service import Prescriptions
from caducee_eprescription.states import RxState
from caducee_eprescription.watching import Watch

from .desk import DOCTOR, prescription
from .fakes import CountingPublisher, MemoryBase, Surroundings, service


class Mailbox(Destination, frozen=True):
    kind = "mailbox"


class Killed(Exception):
    """The program ended here."""


class KillableState:
    """A state whose program ends before or after one of its next transactions."""

    def __init__(self) -> None:
        self.kept = MemoryState()
        self.kill_at: tuple[int, bool] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.kept, name)

    def transaction(self) -> Any:
        return _Killable(self, self.kept.transaction())


class _Killable:
    def __init__(self, state: KillableState, inner: Any) -> None:
        self._state, self._inner = state, inner

    async def __aenter__(self) -> PluginTransaction:
        if self._due(after=False):
            raise Killed
        entered: PluginTransaction = await self._inner.__aenter__()
        return entered

    async def __aexit__(self, *error: Any) -> bool | None:
        swallowed: bool | None = await self._inner.__aexit__(*error)
        if error[0] is None and self._due(after=True):
            raise Killed
        return swallowed

    def _due(self, *, after: bool) -> bool:
        if self._state.kill_at is None or self._state.kill_at[1] is not after:
            return False
        left, _ = self._state.kill_at
        self._state.kill_at = (left - 1, after) if left else None
        return left == 0


TROUBLES = st.lists(st.sampled_from(["", "down", "before", "after", "late", "refused"]), max_size=5)
KILLS = st.none() | st.tuples(st.integers(0, 4), st.booleans())
NAMES = st.sampled_from(["A", "B", "C"])
EVERYWHERE = Audience(Mailbox())
WRITTEN = "20260105080000+0000"


class Lives(RuleBasedStateMachine):
    @initialize()
    def opened(self) -> None:
        self.state, self.base, self.publisher = KillableState(), MemoryBase(), CountingPublisher()
        self.documents = {name: prescription(name, created=WRITTEN) for name in ("A", "B", "C")}
        self.returned: dict[str, str] = {}
        self.start()

    def start(self) -> None:
        self.surroundings = Surroundings(self.state, self.publisher, decide_within=0.01, watch_for=1e9)
        self.rx: Prescriptions = service(self.surroundings, self.base)

    def life(self, name: str) -> Life:
        keeping = Keeping(self.state, self.surroundings.clock)
        found: Life = anyio.run(keeping.life, name)
        return found

    def attempt(self, call: Callable[[], Awaitable[Any]], troubles: list[str], kill: Any) -> Any:
        self.base.plan, self.state.kill_at = list(troubles), kill
        try:
            return anyio.run(call)
        except Killed:
            self.start()
        except CaduceeError:
            pass
        finally:
            self.base.plan, self.state.kill_at = [], None
        return None

    @rule(name=NAMES, troubles=TROUBLES, kill=KILLS)
    def issue(self, name: str, troubles: list[str], kill: Any) -> None:
        document = self.documents[name]
        issued = self.attempt(lambda: self.rx.issue(document, EVERYWHERE, acting=DOCTOR), troubles, kill)
        assert issued is not None or troubles or kill, "nothing went wrong and nothing was issued"
        if issued is not None:
            self.told(name, issued.number)

    @rule(name=NAMES, troubles=TROUBLES)
    def two_programs_issue_it_at_once(self, name: str, troubles: list[str]) -> None:
        desks = (self.rx, service(self.surroundings, self.base))
        document, answers = self.documents[name], list[str]()

        async def one(rx: Prescriptions) -> None:
            with suppress(CaduceeError):
                answers.append((await rx.issue(document, EVERYWHERE, acting=DOCTOR)).number)

        async def both() -> None:
            async with anyio.create_task_group() as tasks:
                for rx in desks:
                    tasks.start_soon(one, rx)

        self.attempt(both, troubles, None)
        assert troubles or len(answers) == len(desks), "nothing went wrong and one was not issued"
        for number in answers:
            self.told(name, number)

    def told(self, name: str, number: str) -> None:
        """Keep what the desk was told: it never changes."""
        assert self.returned.setdefault(name, number) == number

    @rule(name=NAMES, troubles=TROUBLES, kill=KILLS)
    def cancel(self, name: str, troubles: list[str], kill: Any) -> None:
        self.attempt(lambda: self.rx.cancel(name, reason="Erreur", acting=DOCTOR), troubles, kill)

    @rule(old=NAMES, new=NAMES, troubles=TROUBLES, kill=KILLS)
    def replace(self, old: str, new: str, troubles: list[str], kill: Any) -> None:
        document = self.documents[new]
        call = lambda: self.rx.replace(old, document, EVERYWHERE, acting=DOCTOR)  # noqa: E731
        issued = self.attempt(call, troubles, kill)
        if issued is not None:
            self.told(new, issued.number)

    @rule(name=NAMES)
    def dispense(self, name: str) -> None:
        life = self.life(name)
        if life.carries_code and life.number in self.base.live():
            self.base.dispense(life.number)

    @rule(name=NAMES, troubles=TROUBLES, kill=KILLS)
    def refresh(self, name: str, troubles: list[str], kill: Any) -> None:
        self.attempt(lambda: self.rx.refresh(name, acting=DOCTOR), troubles, kill)

    @rule()
    def what_was_on_its_way_arrives(self) -> None:
        self.base.arrive_late()

    @rule(troubles=TROUBLES, kill=KILLS)
    def watch(self, troubles: list[str], kill: Any) -> None:
        self.attempt(self._watch().look, troubles, kill)

    def _watch(self) -> Watch:
        around = self.surroundings
        keeping = Keeping(self.state, around.clock)
        return Watch(keeping=keeping, register=self.base, clock=around.clock, config=around.config)

    @invariant()
    def one_prescription_has_one_number(self) -> None:
        for name in self.documents:
            happened = anyio.run(Keeping(self.state, self.surroundings.clock).events, name)
            assert sum(isinstance(event, Numbered) for event in happened) <= 1

    @invariant()
    def what_the_desk_was_told_is_kept(self) -> None:
        for name, number in self.returned.items():
            life = self.life(name)
            assert (life.number if life.carries_code else "") == number
            paper = anyio.run(Keeping(self.state, self.surroundings.clock).paper, name)
            assert paper == f"%PDF-1.4 {name} {number}".encode()
            assert f"rx:{name}" in self.publisher.documents

    @invariant()
    def nothing_is_registered_that_nobody_numbered(self) -> None:
        numbers = {self.life(name).number for name in self.documents}
        assert set(self.base.held) <= numbers
        assert self.base.registered == len(self.base.held)

    @invariant()
    def what_is_said_to_be_registered_is_held(self) -> None:
        for name in self.documents:
            life = self.life(name)
            if life.carries_code:
                assert self.base.held[life.number].digest == life.digest

    @invariant()
    def what_left_the_practice_says_what_was_decided(self) -> None:
        for key, document in self.publisher.documents.items():
            life = self.life(key.removeprefix("rx:"))
            assert document.body.number == (life.number if life.carries_code else "")  # type: ignore[union-attr]

    def teardown(self) -> None:
        """Whatever happened before: once the base answers, nothing that is local or replaced is live there."""
        self.base.arrive_late()
        self.attempt(self._watch().look, [], None)
        for name in self.documents:
            if self.life(name).entries:
                self.issue(name, [], None)  # what was begun is finished: nothing is lost
        self.what_the_desk_was_told_is_kept()
        self.nothing_is_registered_that_nobody_numbered()
        for name in self.documents:
            life = self.life(name)
            dispensed = bool(self.base.done.get(life.number))
            if life.state in (RxState.LOCAL_ONLY, RxState.REPLACED) and not dispensed:
                assert life.number not in self.base.live(), life.state


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
