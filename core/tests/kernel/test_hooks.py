"""One plugin that raises, waits, answers nonsense or is asynchronous is named; the others go on."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest

from caducee import Audience
from caducee.contracts.plugin import Registrar
from caducee.errors import DocumentInvalid, Finding
from caducee.hooks import hookimpl
from caducee.model.practice import Actor
from caducee.outbox.contract import DeliveryState
from caducee.plugins import PluginStatus
from caducee.testing import Canaries, kernel_for

from .strangers import Box, BoxPlugin, a_letter

pytestmark = pytest.mark.anyio
DESK = Actor.doctor("roux")
BIRD = "CANARY-OF-A-TITLE"


class Silent:
    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        pass


class Async(Silent):
    @hookimpl
    async def caducee_route(self, document: Any, facts: Any) -> list[Any]:
        return []


class Generator(Silent):
    @hookimpl
    async def caducee_validate(self, document: Any, destination: Any) -> Any:
        yield []


class Unmarked(Silent):
    def caducee_route(self, document: Any, facts: Any) -> list[Any]:
        return []


class Misspelt(Silent):
    @hookimpl
    def caducee_rout(self, document: Any, facts: Any) -> list[Any]:
        return []


class OtherApi(Silent):
    CADUCEE_API = 2


class Raising(Silent):
    @hookimpl
    def caducee_route(self, document: Any, facts: Any) -> list[Any]:
        raise ValueError("NESSI-TEST")


class Blocking(Silent):
    @hookimpl
    def caducee_route(self, document: Any, facts: Any) -> list[Any]:
        time.sleep(10)
        return []


class Awaitable(Silent):
    @hookimpl
    def caducee_route(self, document: Any, facts: Any) -> Any:
        return anyio.sleep(0)


class Nonsense(Silent):
    @hookimpl
    def caducee_validate(self, document: Any, destination: Any) -> Any:
        return ["patient.traits.birth_date"]


class Refuses(Silent):
    @hookimpl
    def caducee_validate(self, document: Any, destination: Any) -> list[Finding]:
        return [Finding(field="title", rule="box.title", message="Titre refusé.")]


def standing(statuses: tuple[PluginStatus, ...]) -> dict[str, str]:
    return {status.name: str(status.state) for status in statuses}


async def test_four_plugins_on_one_hook_the_good_one_is_heard_and_the_others_named(tmp_path: Path) -> None:
    box = BoxPlugin()
    plugins = {"box": box, "asynchronous": Async(), "raising": Raising(), "blocking": Blocking()}
    began = time.monotonic()
    async with kernel_for(plugins, folder=tmp_path) as kernel:
        ticket = await kernel.documents.publish(a_letter(), audience=Audience(Box()), acting=DESK, idempotency_key="L1")
        published = time.monotonic() - began
        (delivery,) = await ticket.settled()
        states = standing(kernel.plugins())
        reasons = {status.name: status.why for status in kernel.plugins()}
    assert delivery.state is DeliveryState.DELIVERED
    assert box.received == [ticket.document_id]
    assert published < 2.0
    assert states == {"box": "ready", "asynchronous": "refused", "raising": "degraded", "blocking": "degraded"}
    assert "coroutine" in reasons["asynchronous"]
    assert "ValueError" in reasons["raising"]
    assert "NESSI" not in reasons["raising"]
    assert "late" in reasons["blocking"]


@pytest.mark.parametrize(
    ("plugin", "said"),
    [
        (Async(), "coroutine"),
        (Generator(), "generator"),
        (Unmarked(), "not marked"),
        (Misspelt(), "caducee_rout"),
        (OtherApi(), "API 2"),
        (object(), "no caducee_register"),
    ],
)
async def test_an_unfit_plugin_is_refused_and_told_why(tmp_path: Path, plugin: object, said: str) -> None:
    async with kernel_for({"stranger": plugin, "silent": Silent()}, folder=tmp_path) as kernel:
        refused, good = kernel.plugins()
    assert refused.state == "refused"
    assert said in refused.why
    assert good.state in ("validated", "starting", "ready", "stopped")


@pytest.mark.parametrize("plugin", [Raising(), Awaitable()])
async def test_a_destination_is_kept_for_an_operator_when_a_plugin_could_not_say_whether_it_serves_it(
    tmp_path: Path, plugin: object
) -> None:
    async with kernel_for({"stranger": plugin}, folder=tmp_path) as kernel:
        ticket = await kernel.documents.publish(a_letter(), audience=Audience(Box()), acting=DESK, idempotency_key="L1")
        (delivery,) = await ticket.deliveries()
    assert (delivery.state, delivery.why) == (DeliveryState.BLOCKED, "operator")


async def test_a_destination_that_a_plugin_could_not_check_is_never_sent_unchecked(tmp_path: Path) -> None:
    box = BoxPlugin()
    async with kernel_for({"box": box, "nonsense": Nonsense()}, folder=tmp_path) as kernel:
        ticket = await kernel.documents.publish(a_letter(), audience=Audience(Box()), acting=DESK, idempotency_key="L1")
        (delivery,) = await ticket.deliveries()
    assert (delivery.state, delivery.why) == (DeliveryState.BLOCKED, "operator")
    assert box.received == []


async def test_findings_of_a_plugin_reach_the_desk_before_anything_is_stored(tmp_path: Path) -> None:
    async with kernel_for({"box": BoxPlugin(), "strict": Refuses()}, folder=tmp_path) as kernel:
        with pytest.raises(DocumentInvalid, match=r"box\.title"):
            await kernel.documents.publish(a_letter(), audience=Audience(Box()), acting=DESK, idempotency_key="L1")


async def test_a_late_hook_is_not_called_again_while_it_has_not_returned(tmp_path: Path) -> None:
    async with kernel_for({"box": BoxPlugin(), "blocking": Blocking()}, folder=tmp_path) as kernel:
        await kernel.documents.publish(a_letter(), audience=Audience(Box()), acting=DESK, idempotency_key="L1")
        began = time.monotonic()
        await kernel.documents.publish(a_letter("L2"), audience=Audience(Box()), acting=DESK, idempotency_key="L2")
        assert time.monotonic() - began < 0.25
        assert "has not returned" in kernel.plugins()[1].why


async def test_a_plugin_that_answers_well_again_is_ready_again(tmp_path: Path) -> None:
    class Moody(Silent):
        calls = 0

        @hookimpl
        def caducee_route(self, document: Any, facts: Any) -> list[Any]:
            self.calls += 1
            if self.calls == 1:
                raise ValueError
            return []

    async with kernel_for({"box": BoxPlugin(), "moody": Moody()}, folder=tmp_path) as kernel:
        await kernel.documents.publish(a_letter(), audience=Audience(Box()), acting=DESK, idempotency_key="L1")
        assert kernel.plugins()[1].state == "degraded"
        await kernel.documents.publish(a_letter("L2"), audience=Audience(Box()), acting=DESK, idempotency_key="L2")
        assert kernel.plugins()[1].state == "ready"


async def test_a_hook_wrapper_of_one_plugin_never_sees_the_hooks_of_another(tmp_path: Path) -> None:
    import pluggy

    class Nosy(Silent):
        @pluggy.HookimplMarker("caducee")(wrapper=True)
        def caducee_route(self, document: Any, facts: Any) -> Any:
            yield
            return []

    async with kernel_for({"box": BoxPlugin(), "nosy": Nosy()}, folder=tmp_path) as kernel:
        assert kernel.plugins()[1].state == "refused"
        ticket = await kernel.documents.publish(a_letter(), audience=Audience(Box()), acting=DESK, idempotency_key="L1")
        (delivery,) = await ticket.settled()
    assert delivery.state is DeliveryState.DELIVERED


async def test_no_word_of_a_patient_reaches_a_log_a_status_or_the_disk(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Chatty(BoxPlugin):
        @hookimpl
        def caducee_validate(self, document: Any, destination: Any) -> list[Finding]:
            return []

        @hookimpl
        def caducee_explain(self, code: str) -> Any:
            raise ValueError(BIRD)

    bird = msgspec.structs.replace(a_letter(), title=BIRD)
    caplog.set_level(0)
    async with kernel_for({"box": Chatty(), "raising": Raising()}, folder=tmp_path) as kernel:
        ticket = await kernel.documents.publish(bird, audience=Audience(Box()), acting=DESK, idempotency_key="L1")
        await ticket.settled()
        shown = f"{caplog.text} {kernel.plugins()} {await ticket.deliveries()}"
        assert Canaries(BIRD, "NESSI-TEST").in_text(shown) == ()
        assert Canaries(BIRD, "NESSI-TEST").in_folder(tmp_path) == ()
