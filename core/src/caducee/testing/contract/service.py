"""What a plugin that offers services keeps to: every call ends in time, in an answer or in an error of Caducée."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from caducee.errors import CaduceeError
from caducee.kernel import Kernel
from caducee.services import ServiceKey
from caducee.testing.contract.base import MOST_CUTS, PluginContract, abandons
from caducee.testing.contract.bench import Bench, must_explain
from caducee.testing.contract.cutting import Cutter, spread
from caducee.testing.exchange import Outage
from caducee.testing.service import every

FAILING = tuple(outage for outage in Outage if outage is not Outage.DUPLICATE)


class ServiceContract(PluginContract):
    """The contract of a plugin that registers services.

    ``Subject.services`` says how to call each; a service that talks to nobody is given ``None``.
    """

    async def test_each_service_can_be_had_and_answers(self, bench: Bench) -> None:
        async with bench.kernel() as kernel:
            for key in bench.subject.services:
                await _call(bench, kernel, key)

    @pytest.mark.parametrize("outage", FAILING, ids=str)
    async def test_each_outage_is_an_error_that_the_desk_understands(self, bench: Bench, outage: Outage) -> None:
        async with bench.kernel() as kernel:
            await bench.ready(kernel)
            for key in _talking(bench):
                bench.service.inflict(outage, on=every)
                error = await _error_of(bench, kernel, key)
                assert error is not None, f"{key.name} answered although the service failed ({outage})"
                bench.watch.note(error, str(error))
                must_explain(error.code, error.explain())
                bench.must_be_known(error.code)
                bench.service.lift()
                await _call(bench, kernel, key)

    async def test_a_request_that_is_handled_twice_is_answered(self, bench: Bench) -> None:
        bench.service.inflict(Outage.DUPLICATE, on=every)
        async with bench.kernel() as kernel:
            for key in _talking(bench):
                await _call(bench, kernel, key)

    @abandons
    @pytest.mark.usefixtures("swept")
    async def test_it_survives_a_cancel_at_every_await_of_a_call(self, bench: Bench) -> None:
        async with bench.kernel() as kernel:
            for key in _talking(bench):
                counting = Cutter()
                await _call(bench, kernel, key, counting)
                for at in spread(counting.awaits, MOST_CUTS):
                    cutter = Cutter(at)
                    with cutter.scope:
                        await _call(bench, kernel, key, cutter)
                    await _call(bench, kernel, key)


def _talking(bench: Bench) -> list[ServiceKey[Any]]:
    return [key for key, call in bench.subject.services.items() if call is not None]


async def _error_of(bench: Bench, kernel: Kernel, key: ServiceKey[Any]) -> CaduceeError | None:
    try:
        await _call(bench, kernel, key)
    except CaduceeError as error:
        return error
    return None


async def _call(bench: Bench, kernel: Kernel, key: ServiceKey[Any], cutter: Cutter | None = None) -> None:
    call = bench.subject.services[key]
    async with kernel.use(key) as service:
        if call is None:
            return
        with anyio.move_on_after(bench.subject.patience) as scope:
            await (cutter or Cutter()).call(call(service))
        late = scope.cancelled_caught
    assert not late, f"{key.name} did not end within {bench.subject.patience} s"
