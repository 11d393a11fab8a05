"""What every plugin keeps to: registers at once, offers what it says, starts, stops, explains itself, leaks nothing."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from pathlib import Path

import anyio
import msgspec
import pytest

from caducee.errors import ConfigError
from caducee.hooks import HOOK_DEADLINE
from caducee.testing.contract.bench import GRACE, Bench, must_explain
from caducee.testing.contract.cutting import Cutter, spread
from caducee.testing.contract.subject import Subject

MOST_CUTS = 24
# httpx leaves the socket of a TLS handshake that was cancelled to the garbage collector.
abandons = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning",
    "ignore:Exception ignored in. <function _SelectorTransport:pytest.PytestUnraisableExceptionWarning",
)
NEEDED = "DestinationContract", "ServiceContract", "StateContract", "InboxContract"


class PluginContract:
    """Subclass it with ``subject`` to hold a plugin against the contract; name the subclass ``Test…``.

    What the plugin offers adds a class: ``DestinationContract``, ``ServiceContract``, ``StateContract``,
    ``InboxContract``. An offer without its class fails the suite. Every test runs under asyncio and trio.
    """

    pytestmark = pytest.mark.anyio

    def subject(self) -> Subject:
        """Return the plugin to try, with a new service: called once for each test."""
        raise NotImplementedError("say which plugin is tried: def subject(self) -> Subject")

    @pytest.fixture(params=["asyncio", "trio"])
    def anyio_backend(self, request: pytest.FixtureRequest) -> str:
        """Run each test on both event loops."""
        return str(request.param)

    @pytest.fixture
    def bench(self, tmp_path: Path) -> Iterator[Bench]:
        """Run the subject with its service, and look for leaks afterwards."""
        with Bench.opened(self.subject(), tmp_path / "practice") as bench:
            yield bench

    @pytest.fixture
    def swept(self) -> Iterator[None]:
        """Collect what cancelled calls left behind before the next test begins."""
        yield
        gc.collect()

    async def test_it_registers_within_the_deadline_of_a_hook(self, bench: Bench) -> None:
        bench.registration()  # what it imports on the first call is not counted
        began = time.monotonic()
        bench.registration()
        took = time.monotonic() - began
        assert took < HOOK_DEADLINE, f"caducee_register took {took:.3f} s: register factories, open nothing"

    async def test_what_it_offers_is_what_is_tried(self, bench: Bench) -> None:
        offered, subject = bench.registration(), bench.subject
        kinds = {subject.destination.kind} if subject.destination else set()
        assert set(offered.destinations) == kinds, "the destinations registered are not the one of the Subject"
        services = {key.name for key in subject.services}
        assert set(offered.services) == services, "the services registered are not those of the Subject"
        assert (offered.state_spec is None) == (subject.state is None), (
            "registrar.state() and Subject.state go together"
        )
        declared = (subject.destination, subject.services, subject.state, subject.inbox)
        classes = {base.__name__ for base in type(self).__mro__}
        for what, needed in zip(declared, NEEDED, strict=True):
            assert bool(what) == (needed in classes), f"what the Subject declares goes with {needed}"

    async def test_an_unknown_key_of_its_table_is_named(self, bench: Bench) -> None:
        subject = bench.subject
        table = {**bench.table, "unknown_key_of_the_contract": 1}
        wrong = Bench(msgspec.structs.replace(subject, table=lambda _: table), bench.folder, bench.watch)
        with pytest.raises(ConfigError) as refused:
            async with wrong.kernel():
                pass
        assert "unknown_key_of_the_contract" in str(refused.value)

    async def test_it_starts_and_stops_in_time(self, bench: Bench) -> None:
        async with bench.kernel() as kernel:
            await bench.ready(kernel)
            began = anyio.current_time()
        took = anyio.current_time() - began
        assert took < GRACE / 2, f"it took {took:.1f} s to stop: it would be cut off"

    @abandons
    @pytest.mark.usefixtures("swept")
    async def test_it_survives_a_cancel_at_every_await_of_its_start_and_stop(self, bench: Bench) -> None:
        counting = Cutter()
        async with bench.kernel(counting.plugin(bench.subject.plugin)) as kernel:
            await bench.ready(kernel)
        for at in spread(counting.awaits, MOST_CUTS):
            cutter = Cutter(at)
            with anyio.fail_after(5 * GRACE), cutter.scope:
                async with bench.kernel(cutter.plugin(bench.subject.plugin)) as kernel:
                    await bench.ready(kernel)
        async with bench.kernel() as kernel:
            await bench.ready(kernel)

    async def test_each_of_its_codes_is_explained_in_french(self, bench: Bench) -> None:
        for code in bench.subject.codes:
            must_explain(code, bench.explained(code))

    async def test_it_leaves_the_codes_of_others_to_them(self, bench: Bench) -> None:
        assert bench.explained("a-code-that-nobody-has") is None
