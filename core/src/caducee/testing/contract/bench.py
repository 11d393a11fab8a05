"""A subject on a kernel of its own, in a folder of its own, watched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import anyio

from caducee.documents.ticket import DeliveryStatus, Ticket
from caducee.errors import CaduceeError, Explanation
from caducee.kernel import Kernel
from caducee.model.destination import Audience
from caducee.model.practice import Actor
from caducee.outbox.attempt import Limits
from caducee.outbox.contract import FINAL, DeliveryState
from caducee.outbox.policy import Policy
from caducee.plugins.registration import Registration, hook_manager
from caducee.supervisor import PluginState
from caducee.testing.canaries import Canaries
from caducee.testing.contract.subject import Subject
from caducee.testing.contract.watching import Watch
from caducee.testing.kernel import kernel_for
from caducee.testing.letters import WORDS
from caducee.testing.service import ScriptedService

_AGAIN = Policy(delays=(0.05,), spread=0.0)
GRACE = 2.0
_ENDS = FINAL | {DeliveryState.BLOCKED}
_SERVING = (PluginState.READY, PluginState.DEGRADED)


class Bench:
    """Runs a subject. ``service`` is started; what was said is in ``watch``."""

    def __init__(self, subject: Subject, folder: Path, watch: Watch) -> None:
        self.subject = subject
        self.folder = folder
        self.watch = watch

    @classmethod
    @contextmanager
    def opened(cls, subject: Subject, folder: Path) -> Iterator[Bench]:
        """Start the service; on leaving, stop it and look for leaks."""
        canaries = Canaries(*WORDS, *subject.secrets)
        folder.mkdir(exist_ok=True)
        with subject.service, Watch(canaries) as watch:
            yield cls(subject, folder, watch)
        watch.check(folder)

    @property
    def service(self) -> ScriptedService:
        """What the plugin talks to."""
        return self.subject.service

    @property
    def table(self) -> Mapping[str, Any]:
        """The plugin's table, with the address of the service."""
        return self.subject.table(self.service.url)

    def registration(self) -> Registration:
        """Ask the plugin what it offers."""
        registration = Registration(self.subject.name)
        hook_manager(self.subject.name, self.subject.plugin).hook.caducee_register(registrar=registration)
        return registration

    def explained(self, code: str) -> Explanation | None:
        """Ask the plugin what a person reads for a code."""
        found = hook_manager(self.subject.name, self.subject.plugin).hook.caducee_explain(code=code)
        assert found is None or isinstance(found, Explanation), "caducee_explain returns an Explanation or None"
        return found

    @asynccontextmanager
    async def kernel(self, plugin: object | None = None) -> AsyncIterator[Kernel]:
        """Run a kernel with the subject, or with what stands for it."""
        name, step = self.subject.name, self.subject.patience
        async with kernel_for(
            {name: plugin or self.subject.plugin},
            folder=self.folder,
            tables={name: self.table},
            credentials=self.subject.credentials,
            grace=GRACE,
            policy=_AGAIN,
            limits=Limits(prepare=step, send=step, probe=step),
        ) as kernel:
            yield kernel
            received = await kernel.inbox.rows()
        self.watch.note(*received)
        assert not received or self.subject.inbox, "it puts into the inbox: InboxContract and Subject.inbox are missing"

    async def ready(self, kernel: Kernel) -> None:
        """Wait until the plugin serves.

        Raises:
            AssertionError: it does not within its patience; says where it stands.
        """
        with anyio.move_on_after(self.subject.patience):
            while kernel.plugins()[0].state not in _SERVING:  # noqa: ASYNC110 - a state tells nobody that it changed
                await anyio.sleep(0.005)
        status = kernel.plugins()[0]
        assert status.state in _SERVING, f"not ready after {self.subject.patience} s: {status.state} {status.why}"

    async def publish(self, kernel: Kernel, local_id: str) -> Ticket:
        """Publish a letter to the destination; the same again for the same ``local_id``."""
        assert self.subject.destination is not None, "the Subject of a DestinationContract has a destination"
        return await kernel.documents.publish(
            self.subject.letter(local_id),
            audience=Audience(self.subject.destination),
            acting=Actor.doctor("roux"),
            idempotency_key=local_id,
        )

    async def ended(self, ticket: Ticket) -> DeliveryStatus:
        """Wait for the end of the only delivery.

        Raises:
            AssertionError: it does not end; says where it stands.
        """
        with anyio.move_on_after(5 * self.subject.patience):
            (status,) = await ticket.settled()
            self.watch.note(_shown(status))
            return status
        (status,) = await ticket.deliveries()
        raise AssertionError(f"the delivery does not end: {status.state}({status.why}) {status.row.code}")

    async def states(self, kernel: Kernel, ticket: Ticket, *, lift: bool = True) -> list[DeliveryState]:
        """Return the states that the delivery goes through, to the end or to a block; lift the outage after the first.

        Raises:
            AssertionError: nothing more happens.
        """
        passed: list[DeliveryState] = []
        codes: list[str] = []
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_look_often, kernel)
            with anyio.move_on_after(6 * self.subject.patience):
                async for event in kernel.events():
                    self.watch.note(event)
                    if event.document_id == ticket.document_id and event.kind == "delivery.settled":
                        codes.append(event.code)
                        passed.append(DeliveryState(event.state))
                        if lift:
                            self.service.lift()
                        if passed[-1] in _ENDS:
                            break
            tasks.cancel_scope.cancel()
        for code in codes:
            self.must_be_known(code)
        ended = bool(passed) and passed[-1] in _ENDS
        assert ended, f"the delivery does not end: {' -> '.join(passed) or 'nothing happened'}"
        return passed

    def must_be_known(self, code: str) -> None:
        """Refuse a code that neither Caducée nor the Subject knows."""
        known = {*_codes(CaduceeError), *self.subject.codes, ""}
        assert code in known, f"the code {code} is not declared: add it to Subject.codes and explain it"


async def _look_often(kernel: Kernel) -> None:
    while True:
        kernel.wake()
        await anyio.sleep(0.05)


def must_explain(code: str, explanation: Explanation | None) -> None:
    """Hold an explanation against what the desk needs.

    Raises:
        AssertionError: it is missing, empty or the default one.
    """
    assert explanation is not None, f"the code {code} is not explained: implement caducee_explain"
    assert explanation.sentence.strip(), f"the code {code} has an empty sentence"
    assert explanation.remedy.strip(), f"the code {code} has an empty remedy"
    assert explanation.sentence != CaduceeError.sentence, f"the code {code} has the default sentence"


def _codes(kind: type[CaduceeError]) -> set[str]:
    """The codes of Caducée itself."""
    own = {kind.code} if kind.__module__.startswith("caducee.") else set()
    return own.union(*(_codes(sub) for sub in kind.__subclasses__()))


def _shown(status: DeliveryStatus) -> object:
    row = status.row  # the service's own text is for the desk: it may repeat what it was sent
    return (row.kind, row.reference, row.state, row.why, row.code, row.service_code, row.receipt)
