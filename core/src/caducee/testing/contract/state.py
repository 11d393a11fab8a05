"""What a plugin that keeps state keeps to: an upgrade loses nothing, a newer state is left alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from caducee.contracts.plugin import PluginContext, Registrar
from caducee.contracts.state import State, StateSpec
from caducee.hooks import hookimpl
from caducee.kernel import Kernel
from caducee.services import ServiceKey
from caducee.supervisor import PluginState
from caducee.testing.contract.base import PluginContract
from caducee.testing.contract.bench import Bench
from caducee.testing.contract.cutting import wrapped
from caducee.testing.contract.subject import StateSample
from caducee.testing.kernel import kernel_for

_STATE: ServiceKey[State] = ServiceKey("caducee-contract-state")


class StateContract(PluginContract):
    """The contract of a plugin that keeps state: ``Subject.state`` is a sample of an earlier version."""

    async def test_what_an_earlier_version_wrote_is_still_there_after_the_upgrade(self, bench: Bench) -> None:
        sample = _sample(bench)
        await _written(bench, sample.version, sample.write)
        for _ in range(2):  # the second start finds nothing left to upgrade
            async with bench.kernel(_shown(bench.subject.plugin)) as kernel:
                await bench.ready(kernel)
                async with kernel.use(_STATE) as state:
                    await sample.check(state)

    async def test_what_a_newer_version_wrote_is_refused_and_left_alone(self, bench: Bench) -> None:
        sample, spec = _sample(bench), bench.registration().state_spec
        assert spec is not None, "a StateContract is for a plugin that calls registrar.state()"
        if sample.version == spec.version:
            await _written(bench, sample.version, sample.write)
        await _written(bench, spec.version + 1, _nothing)
        async with bench.kernel() as kernel:
            assert _standing(kernel) is PluginState.REFUSED, f"a newer state was not refused: {_standing(kernel)}"


def _sample(bench: Bench) -> StateSample:
    assert bench.subject.state is not None, "the Subject of a StateContract has a sample of state"
    return bench.subject.state


def _standing(kernel: Kernel) -> PluginState:
    return kernel.plugins()[0].state


async def _nothing(state: State) -> None:
    """Write nothing: the version alone is newer."""


async def _written(bench: Bench, version: int, write: Callable[[State], Awaitable[None]]) -> None:
    async with (
        kernel_for({bench.subject.name: _Earlier(version)}, folder=bench.folder) as kernel,
        kernel.use(_STATE) as state,
    ):
        await write(state)


@asynccontextmanager
async def _state_of(context: PluginContext) -> AsyncIterator[State]:
    yield context.state


def _shown(plugin: object) -> object:
    """Return the plugin with its state offered as a service."""
    return wrapped(plugin, lambda factory: factory, also=lambda registrar: registrar.service(_STATE, _state_of))


class _Earlier:
    """Stands for another version of the plugin."""

    def __init__(self, version: int) -> None:
        self._version = version

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        registrar.state(StateSpec(version=self._version, upgrades=(_as_it_is,) * (self._version - 1)))
        registrar.service(_STATE, _state_of)


def _as_it_is(place: str, value: bytes) -> bytes:  # noqa: ARG001
    return value
