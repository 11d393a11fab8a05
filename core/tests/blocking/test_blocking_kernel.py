"""The kernel for hosts that are not asynchronous."""
# ruff: noqa: TID252

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from caducee import BlockingKernel, Kernel, PinRequest
from caducee.blocking import _in_thread
from caducee.contracts.state import Received
from caducee.documents.ticket import UnknownTicket
from caducee.errors import ConfigError, DocumentInvalid, PluginCrashed, StoreError
from caducee.model.destination import Audience
from caducee.model.practice import Actor
from caducee.testing import kernel_for

from ..documents.places import QUALIFIED, Places, Record, letter
from ..kernel.strangers import GREETER, Offering
from .patient_service import PATIENT, Patient, dying

DOCTOR = Actor.doctor("roux")


def blocking(folder: Path, **plugins: object) -> BlockingKernel:
    given = plugins or {"places": Places()}
    return BlockingKernel(lambda: kernel_for(given, folder=folder))


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[BlockingKernel]:
    with blocking(tmp_path) as opened:
        yield opened


def publish(kernel: BlockingKernel, key: str = "L1") -> Any:
    return kernel.documents.publish(
        letter(QUALIFIED, key), audience=Audience(Record()), acting=DOCTOR, idempotency_key=key
    )


def test_a_letter_is_published_and_arrives(kernel: BlockingKernel) -> None:
    ticket = publish(kernel)
    (delivery,) = ticket.settled(timeout=10)
    assert delivery.state == "delivered"
    assert kernel.documents.ticket(ticket.document_id).deliveries()[0].state == "delivered"
    assert kernel.documents.sealed_bytes(ticket.document_id)


def test_errors_come_out_as_they_are(kernel: BlockingKernel) -> None:
    with pytest.raises(DocumentInvalid):
        kernel.documents.publish(letter(QUALIFIED), audience=Audience(), acting=DOCTOR, idempotency_key="L1")


def test_events_come_in_order_and_end_when_closed(kernel: BlockingKernel) -> None:
    publish(kernel).settled(timeout=10)
    events = kernel.events()
    kinds = [next(events).kind for _ in range(2)]
    assert kinds[0] == "document.published"
    late: list[Any] = []
    follower = kernel.events(after=10**6)
    reader = threading.Thread(target=lambda: late.extend(follower))
    reader.start()
    time.sleep(0.1)
    follower.close()
    reader.join(timeout=5)
    assert not reader.is_alive()
    assert late == []


def test_a_service_is_lent_and_its_methods_block(tmp_path: Path) -> None:
    with blocking(tmp_path, greeter=Offering()) as kernel, kernel.use(GREETER) as greeter:
        assert greeter.greet() == "bonjour"


def test_an_item_of_the_inbox_is_taken_and_filed(kernel: BlockingKernel) -> None:
    async def receive() -> None:
        async with kernel._opened.transaction() as tx:
            await tx.receive("mss", Received(key="k", kind="mail", content=b"x"))

    kernel._running.call(receive)
    item = kernel.inbox.take()
    assert item is not None
    kernel.inbox.filed(item, acting=Actor.secretary("accueil"))
    assert kernel.inbox.take() is None
    assert [row.state for row in kernel.inbox.rows()] == ["filed"]


def test_several_threads_publish_at_once(kernel: BlockingKernel) -> None:
    states: list[str] = []

    def work(number: int) -> None:
        states.extend(str(d.state) for d in publish(kernel, f"L{number}").settled(timeout=20))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states == ["delivered"] * 8


def test_two_kernels_in_one_process(tmp_path: Path) -> None:
    with blocking(tmp_path / "a") as one, blocking(tmp_path / "b") as other:
        assert one.documents.sealed_bytes(publish(one).document_id)
        with pytest.raises(UnknownTicket):
            other.documents.ticket(publish(one).document_id)


def test_a_wait_that_is_too_long_says_so(kernel: BlockingKernel) -> None:
    ticket = kernel.documents.publish(
        letter(QUALIFIED), audience=Audience(Record()), acting=Actor.secretary("x"), idempotency_key="L9"
    )
    with pytest.raises(TimeoutError):
        ticket.settled(timeout=0.1)


def test_a_kernel_that_is_not_open_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="not open"):
        _ = blocking(tmp_path).documents


def test_a_wrong_configuration_leaves_no_thread(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    (tmp_path / "caducee.toml").write_text("[kernel]\n")
    with pytest.raises(ConfigError), BlockingKernel.open(tmp_path / "caducee.toml"):
        pass
    assert set(threading.enumerate()) <= before


def test_a_kernel_that_was_closed_says_so(tmp_path: Path) -> None:
    with blocking(tmp_path) as kernel:
        ticket = publish(kernel)
    with pytest.raises(StoreError):
        kernel.plugins()
    with pytest.raises(StoreError):
        ticket.deliveries()


def test_closing_from_another_thread_ends_what_waits(tmp_path: Path) -> None:
    with blocking(tmp_path) as kernel:
        ticket = kernel.documents.publish(
            letter(QUALIFIED), audience=Audience(Record()), acting=Actor.secretary("x"), idempotency_key="L9"
        )
        followed: list[Any] = []
        follower = threading.Thread(target=lambda: followed.extend(kernel.events(after=10**6)))
        follower.start()
        threading.Timer(0.2, kernel.close).start()
        with pytest.raises(StoreError):
            ticket.settled(timeout=20)
        follower.join(timeout=5)
        assert not follower.is_alive()
        kernel.close()


def test_an_interrupt_while_a_service_is_lent_leaves_the_kernel_alive(tmp_path: Path) -> None:
    with blocking(tmp_path, greeter=Offering()) as kernel:
        with pytest.raises(KeyboardInterrupt), kernel.use(GREETER):
            raise KeyboardInterrupt
        with kernel.use(GREETER) as greeter:
            assert greeter.greet() == "bonjour"


def test_an_interrupt_ends_the_block_and_leaves_no_thread(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with pytest.raises(KeyboardInterrupt), blocking(tmp_path):
        raise KeyboardInterrupt
    assert not {thread for thread in set(threading.enumerate()) - before if "portal" in thread.name}


def test_a_call_to_a_plugin_that_dies_ends_with_its_crash(tmp_path: Path) -> None:
    with (
        blocking(tmp_path, patient=Offering(dying, PATIENT)) as kernel,
        pytest.raises(PluginCrashed),
        kernel.use(PATIENT) as service,
    ):
        service.wait_for_ever()


def test_closing_ends_a_call_that_hangs(tmp_path: Path) -> None:
    kernel = blocking(tmp_path, patient=Offering(Patient.served, PATIENT))
    ended: list[type[BaseException]] = []

    def hang() -> None:
        try:
            with kernel.use(PATIENT) as service:
                service.wait_for_ever()
        except Exception as error:
            ended.append(type(error))

    with kernel:
        with kernel.use(PATIENT) as service:
            caller = threading.Thread(target=hang)
            caller.start()
            service.wait_until_called()
        began = time.monotonic()
    caller.join(timeout=5)
    assert not caller.is_alive()
    assert time.monotonic() - began < 5
    assert issubclass(ended[0], PluginCrashed | StoreError)


def test_what_is_begun_is_waited_for_or_given_up(kernel: BlockingKernel) -> None:
    async def plugins(opened: Kernel) -> int:
        return len(opened.plugins())

    async def for_ever(_: Kernel) -> None:
        await anyio.sleep_forever()

    assert kernel.begin(plugins).result(timeout=5) == 1
    waiting = kernel.begin(for_ever)
    assert waiting.cancel()


def test_a_pin_is_asked_in_a_thread_that_may_wait(tmp_path: Path) -> None:
    asked: list[str] = []

    def prompt(request: PinRequest) -> str | None:
        asked.append(threading.current_thread().name)
        time.sleep(0.05)
        return "1234"

    async def ask(_: Kernel) -> str | None:
        return await _in_thread(prompt)(
            PinRequest(serial="1", identifier="8", family_name="ROUX", given_name="C", tries_left=3)
        )

    with blocking(tmp_path) as kernel:
        assert kernel.begin(ask).result(timeout=5) == "1234"
        assert asked != [threading.current_thread().name]
