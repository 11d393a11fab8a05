"""One plugin's life never reaches another plugin or the kernel."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from caducee import Audience
from caducee.contracts.plugin import PluginContext
from caducee.errors import CapabilityMissing, CardAbsent, NotReady, PinRequired, PluginCrashed
from caducee.kernel import Kernel
from caducee.model.practice import Actor
from caducee.services import ServiceKey
from caducee.supervisor import BACK_OFF
from caducee.testing import MovingClock, kernel_for

from .strangers import GREETER, Box, BoxPlugin, Greeter, Offering, a_letter, until

pytestmark = pytest.mark.anyio
OTHER: ServiceKey[Greeter] = ServiceKey("other")


async def die_soon() -> None:
    await anyio.sleep(0.05)
    raise RuntimeError("dead")


@asynccontextmanager
async def mortal(context: PluginContext) -> AsyncIterator[Greeter]:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(die_soon)
        yield Greeter()


def state_of(kernel: Kernel, name: str) -> str:
    return str(next(status.state for status in kernel.plugins() if status.name == name))


def starts_of(kernel: Kernel, name: str) -> int:
    return next(status.starts for status in kernel.plugins() if status.name == name)


async def test_a_plugin_that_dies_every_50_ms_leaves_the_others_at_work(tmp_path: Path) -> None:
    box = BoxPlugin()
    plugins = {"mortal": Offering(mortal, OTHER), "greeter": Offering(), "box": box}
    async with kernel_for(plugins, folder=tmp_path, clock=MovingClock(hurried=True)) as kernel:
        for turn in range(10):
            async with kernel.use(GREETER) as greeter:
                assert greeter.greet() == "bonjour"
            await kernel.documents.publish(
                a_letter(f"L{turn}"), audience=Audience(Box()), acting=Actor.doctor("x"), idempotency_key=f"L{turn}"
            )
        await until(lambda: starts_of(kernel, "mortal") >= 5)
        await until(lambda: len(box.received) == 10)
        assert state_of(kernel, "greeter") == "ready"
        assert starts_of(kernel, "greeter") == 1


async def test_failures_are_tried_again_after_5_10_20_40_80_and_80_seconds(tmp_path: Path) -> None:
    clock = MovingClock()

    @asynccontextmanager
    async def broken(context: PluginContext) -> AsyncIterator[Greeter]:
        raise RuntimeError
        yield Greeter()

    async with kernel_for({"broken": Offering(broken)}, folder=tmp_path, clock=clock) as kernel:
        await until(lambda: state_of(kernel, "broken") == "waiting")
        for start, delay in enumerate((*BACK_OFF, BACK_OFF[-1]), start=1):
            await clock.advance(delay - 0.1)
            assert starts_of(kernel, "broken") == start
            await clock.advance(0.2)
            await until(lambda expected=start + 1: starts_of(kernel, "broken") == expected)
            await until(lambda: state_of(kernel, "broken") == "waiting")


async def test_a_slow_start_never_holds_the_kernel(tmp_path: Path) -> None:
    @asynccontextmanager
    async def slow(context: PluginContext) -> AsyncIterator[Greeter]:
        await anyio.sleep(60)
        yield Greeter()

    began = time.monotonic()
    plugins = {"slow": Offering(slow, OTHER), "greeter": Offering()}
    async with kernel_for(plugins, folder=tmp_path) as kernel:
        async with kernel.use(GREETER) as greeter:
            assert greeter.greet() == "bonjour"
        assert time.monotonic() - began < 1.5
        with pytest.raises(NotReady, match=r"slow: not ready \(starting\)"):
            async with kernel.use(OTHER):
                pass
        began = time.monotonic()
    assert time.monotonic() - began < 0.5


async def test_a_plugin_that_hangs_on_stop_is_cancelled_after_the_grace(tmp_path: Path) -> None:
    @asynccontextmanager
    async def stubborn(context: PluginContext) -> AsyncIterator[Greeter]:
        yield Greeter()
        await anyio.sleep(60)

    async with kernel_for({"stubborn": Offering(stubborn)}, folder=tmp_path, grace=0.3) as kernel:
        async with kernel.use(GREETER):
            pass
        began = time.monotonic()
    assert 0.2 < time.monotonic() - began < 2.0


async def test_factories_are_left_in_reverse_order_at_a_clean_stop(tmp_path: Path) -> None:
    told: list[str] = []

    @asynccontextmanager
    async def telling(context: PluginContext) -> AsyncIterator[Greeter]:
        told.append(f"enter {context.name}")
        yield Greeter()
        told.append(f"leave {context.name}")

    async with kernel_for({"one": Offering(telling)}, folder=tmp_path) as kernel, kernel.use(GREETER):
        told.append("used")
    assert told == ["enter one", "used", "leave one"]


async def test_a_host_that_is_cancelled_still_stops_its_plugins_cleanly(tmp_path: Path) -> None:
    left = anyio.Event()

    @asynccontextmanager
    async def tidy(context: PluginContext) -> AsyncIterator[Greeter]:
        yield Greeter()
        await anyio.sleep(0.05)
        left.set()

    with anyio.move_on_after(0.3) as scope:
        async with kernel_for({"tidy": Offering(tidy)}, folder=tmp_path):
            await anyio.sleep_forever()
    assert scope.cancelled_caught
    assert left.is_set()


async def test_a_caller_is_told_when_the_plugin_dies_under_it(tmp_path: Path) -> None:
    async with kernel_for({"mortal": Offering(mortal)}, folder=tmp_path, clock=MovingClock()) as kernel:
        with anyio.fail_after(2.0), pytest.raises(PluginCrashed, match="mortal"):
            async with kernel.use(GREETER):
                await anyio.sleep(60)
        with pytest.raises(NotReady, match="mortal"):
            async with kernel.use(GREETER):
                pass


@pytest.mark.parametrize(("error", "why"), [(CardAbsent(), "card"), (PinRequired(), "pin")])
async def test_a_plugin_without_card_or_pin_waits_for_it_and_starts_when_told(
    tmp_path: Path, error: Exception, why: str
) -> None:
    missing = [error]

    @asynccontextmanager
    async def carded(context: PluginContext) -> AsyncIterator[Greeter]:
        if missing:
            raise missing.pop()
        yield Greeter()

    async with kernel_for({"carded": Offering(carded)}, folder=tmp_path, clock=MovingClock()) as kernel:
        await until(lambda: state_of(kernel, "carded") == "waiting")
        assert kernel.plugins()[0].why == why
        kernel.wake()
        await until(lambda: state_of(kernel, "carded") == "ready")


async def test_a_factory_that_cannot_be_entered_closes_those_entered_before_it(tmp_path: Path) -> None:
    closed: list[str] = []

    @asynccontextmanager
    async def first(context: PluginContext) -> AsyncIterator[Greeter]:
        try:
            yield Greeter()
        finally:
            closed.append("first")

    @asynccontextmanager
    async def second(context: PluginContext) -> AsyncIterator[Greeter]:
        raise SystemExit(3)
        yield Greeter()

    class Two(Offering):
        def __init__(self) -> None:
            super().__init__(first)

        from caducee.hooks import hookimpl

        @hookimpl
        def caducee_register(self, registrar: object) -> None:
            registrar.service(GREETER, first)
            registrar.service(OTHER, second)

    async with kernel_for({"two": Two()}, folder=tmp_path, clock=MovingClock()) as kernel:
        await until(lambda: state_of(kernel, "two") == "waiting")
    assert closed == ["first"]


async def test_a_service_that_nobody_offers_is_said_so(tmp_path: Path) -> None:
    async with kernel_for({"greeter": Offering()}, folder=tmp_path) as kernel:
        with pytest.raises(CapabilityMissing, match="other"):
            kernel.use(OTHER)


async def test_two_plugins_cannot_offer_the_same_service(tmp_path: Path) -> None:
    async with kernel_for({"one": Offering(), "two": Offering()}, folder=tmp_path) as kernel:
        assert state_of(kernel, "two") == "refused"
        async with kernel.use(GREETER) as greeter:
            assert greeter.greet() == "bonjour"
