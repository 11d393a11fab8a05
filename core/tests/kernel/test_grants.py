"""A plugin reaches what it declared; what else it asks for is refused by name, and hurts nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest

from caducee.config import Secret
from caducee.contracts.plugin import Need, PluginContext, Registrar
from caducee.contracts.state import StateSpec
from caducee.errors import CardAbsent, ConfigError, NotGranted
from caducee.hooks import hookimpl
from caducee.kernel import Kernel
from caducee.plugins import HookCall
from caducee.services import ServiceKey
from caducee.supervisor import PluginState
from caducee.testing.kernel import kernel_for

from .strangers import GREETER, Greeter, Offering

pytestmark = pytest.mark.anyio
ASKER: ServiceKey[PluginContext] = ServiceKey("asker")
Ask = Callable[[PluginContext], Any]


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    credential: str = "org"
    folder: Path = Path("imported")


class Asker:
    """A plugin that hands its context over, so that a test asks in its name."""

    def __init__(self, *needs: Need | ServiceKey[Any], state: StateSpec | None = None) -> None:
        self._needs = needs
        self._state = state

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        registrar.config(Table)
        registrar.needs(*self._needs)
        if self._state is not None:
            registrar.state(self._state)
        registrar.service(ASKER, self._open)

    @asynccontextmanager
    async def _open(self, context: PluginContext) -> AsyncIterator[PluginContext]:
        yield context


def asking(folder: Path, *needs: Need | ServiceKey[Any], **more: Any) -> AbstractAsyncContextManager[Kernel]:
    return kernel_for({"asker": Asker(*needs, **more), "greeter": Offering()}, folder=folder)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda c: c.state, "asker: state was asked for, and registrar.state(…) was not called"),
        (lambda c: c.credentials.tls("other"), "asker: credential other was asked for, and its table does not name it"),
        (lambda c: c.credentials.certificate("other"), "asker: credential other was asked for"),
        (lambda c: c.credentials.authorities("other"), "asker: credential other was asked for"),
        (lambda c: c.credentials.tls_for("roux"), "asker: authentication keys were asked for"),
        (lambda c: c.use(GREETER), "asker: service greeter was asked for, and registrar.needs(…) does not name it"),
        (lambda c: c.http("http://exemple.invalid"), "asker: an HTTP client needs https and one key"),
        (lambda c: c.http("https://exemple.invalid"), "asker: an HTTP client needs https and one key"),
        (lambda c: c.http("https://exemple.invalid", credential="other"), "asker: credential other"),
        (lambda c: c.http("https://exemple.invalid", practitioner="roux"), "asker: authentication keys"),
    ],
)
async def test_what_was_not_given_is_refused_by_name(tmp_path: Path, ask: Ask, said: str) -> None:
    async with asking(tmp_path) as kernel, kernel.use(ASKER) as context:
        with pytest.raises(NotGranted) as caught:
            ask(context)
        assert str(caught.value).startswith(said)
        async with kernel.use(GREETER):
            pass


async def test_a_signature_key_needs_its_declaration(tmp_path: Path) -> None:
    async with asking(tmp_path) as kernel, kernel.use(ASKER) as context:
        with pytest.raises(NotGranted):
            await context.credentials.signer("roux")
        with pytest.raises(NotGranted):
            await context.credentials.seal("other")
        with pytest.raises(NotGranted):
            await context.credentials.subject_dn("roux")


async def test_what_was_declared_reaches_the_keys(tmp_path: Path) -> None:
    async with asking(tmp_path, Need.SIGNATURE, Need.AUTHENTICATION) as kernel, kernel.use(ASKER) as context:
        with pytest.raises(CardAbsent):
            await context.credentials.signer("roux")
        with pytest.raises(CardAbsent):
            context.credentials.tls_for("roux")
        with pytest.raises(CardAbsent):
            await context.credentials.subject_dn("roux")
        for by_name in (context.credentials.tls, context.credentials.certificate, context.credentials.authorities):
            with pytest.raises(CardAbsent):
                by_name("org")
        with pytest.raises(CardAbsent):
            await context.credentials.seal("org")


async def test_a_declared_service_of_another_plugin_is_lent(tmp_path: Path) -> None:
    async with asking(tmp_path, GREETER) as kernel, kernel.use(ASKER) as context, context.use(GREETER) as greeter:
        assert isinstance(greeter, Greeter)


async def test_loopback_of_the_sandbox_may_be_asked_in_clear(tmp_path: Path) -> None:
    async with asking(tmp_path) as kernel, kernel.use(ASKER) as context, context.http("http://127.0.0.1:1") as client:
        assert client.url("x") == "http://127.0.0.1:1/x"


async def test_a_plugin_that_asks_too_much_while_it_starts_is_named_and_the_others_work(tmp_path: Path) -> None:
    @asynccontextmanager
    async def greedy(context: PluginContext) -> AsyncIterator[Greeter]:
        context.credentials.tls("other")
        yield Greeter()

    plugins = {"greedy": Offering(greedy, ServiceKey("greedy")), "greeter": Offering()}
    async with kernel_for(plugins, folder=tmp_path) as kernel:
        async with kernel.use(GREETER):
            pass
        with anyio.fail_after(5):
            while not (why := kernel.plugins()[0].why):
                await anyio.sleep(0.01)
        assert why == "operator: greedy: credential other was asked for, and its table does not name it"


async def test_a_state_of_a_newer_plugin_refuses_it_and_is_left_as_it_is(tmp_path: Path) -> None:
    newer = StateSpec(version=2, upgrades=(lambda place, value: value + b"2",))
    async with (
        asking(tmp_path, state=StateSpec()) as kernel,
        kernel.use(ASKER) as context,
        context.state.transaction() as tx,
    ):
        await tx.put("c", "k", b"v")
    async with asking(tmp_path, state=newer) as kernel, kernel.use(ASKER) as context:
        assert await context.state.get("c", "k") == b"v2"
    async with asking(tmp_path, state=StateSpec()) as kernel:
        asker, _ = kernel.plugins()
        assert asker.state is PluginState.REFUSED
        assert asker.why == "its state is of version 2, this program knows 1"
        async with kernel.use(GREETER):
            pass
    async with asking(tmp_path, state=newer) as kernel, kernel.use(ASKER) as context:
        assert await context.state.get("c", "k") == b"v2"


@pytest.mark.parametrize(("version", "upgrades"), [(0, 0), (1, 1), (3, 1)])
async def test_a_state_whose_upgrades_do_not_lead_to_its_version_is_refused(
    tmp_path: Path, version: int, upgrades: int
) -> None:
    spec = StateSpec(version=version, upgrades=((lambda place, value: value),) * upgrades)
    async with asking(tmp_path, state=spec) as kernel:
        assert kernel.plugins()[0].why == f"state of version {version} with {upgrades} upgrades"


@pytest.mark.parametrize("version", [0, 2, 99, "1", True, 1.0])
async def test_a_plugin_of_an_api_that_is_not_spoken_is_refused_with_a_sentence(
    tmp_path: Path, version: object
) -> None:
    asker = Asker()
    asker.CADUCEE_API = version  # type: ignore[attr-defined]
    async with kernel_for({"asker": asker}, folder=tmp_path) as kernel:
        (status,) = kernel.plugins()
        assert status.why == f"written for plugin API {version!r}, this kernel speaks 1"


@pytest.mark.parametrize(("version", "loads"), [(1, True), (2, True), (3, False)])
async def test_from_the_second_api_on_the_one_before_loads_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int, loads: bool
) -> None:
    from caducee.hooks import spoken
    from caducee.plugins import registration

    monkeypatch.setattr(registration, "spoken", lambda: spoken(2))
    asker = Asker()
    asker.CADUCEE_API = version  # type: ignore[attr-defined]
    async with kernel_for({"asker": asker}, folder=tmp_path) as kernel:
        assert (kernel.plugins()[0].state is not PluginState.REFUSED) is loads


async def test_a_trace_is_told_of_each_hook_call_and_of_no_argument(tmp_path: Path) -> None:
    calls: list[HookCall] = []
    async with kernel_for({"greeter": Offering()}, folder=tmp_path, trace=calls.append) as kernel:
        await kernel._plugins.explain("NESSI-TEST")
    assert [(call.plugin, call.hook, call.outcome) for call in calls] == [("greeter", "caducee_register", "ok")]
    assert "NESSI" not in repr(calls)


async def test_public_files_may_be_asked_in_clear_without_a_key(tmp_path: Path) -> None:
    async with asking(tmp_path) as kernel, kernel.use(ASKER) as context:
        async with context.http("http://exemple.invalid", public=True) as client:
            assert client.url("liste.crl") == "http://exemple.invalid/liste.crl"
        with pytest.raises(NotGranted):
            context.http("http://exemple.invalid", public=True, credential="org")


async def test_a_plugin_reads_the_secrets_of_its_own_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKER_SECRET", "motdepasse")
    async with asking(tmp_path) as kernel, kernel.use(ASKER) as context:
        assert context.secret(Secret(env="ASKER_SECRET"), key="password") == b"motdepasse"


async def test_a_secret_that_is_not_there_names_its_key(tmp_path: Path) -> None:
    async with asking(tmp_path) as kernel, kernel.use(ASKER) as context:
        with pytest.raises(ConfigError) as refused:
            context.secret(Secret(env="ASKER_ABSENT"), key="password")
        assert [one.field for one in refused.value.findings] == ["plugins.asker.password"]
