"""The hooks of this plugin. ``Psc`` is the same with the practice's software's own way to open a browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import anyio
from anyio import to_thread

from caducee.contracts.http import HttpClient, Limits
from caducee.contracts.plugin import PluginContext, Registrar
from caducee.contracts.session import PROFESSIONAL_SESSION
from caducee.contracts.state import StateSpec
from caducee.errors import Explanation
from caducee.hooks import hookimpl
from caducee_psc import errors
from caducee_psc.browser import OpenBrowser, open_system_browser
from caducee_psc.config import PscConfig
from caducee_psc.prerequisites import PREREQUISITES
from caducee_psc.provider import Provider
from caducee_psc.realm import check_issuer
from caducee_psc.service import PscService
from caducee_psc.situations import testify

ERRORS = (
    errors.LoginRefused,
    errors.LoginTimedOut,
    errors.BrowserNotOpened,
    errors.NoRedirectPort,
    errors.OtherPerson,
    errors.AnswerForged,
    errors.OutOfItsTime,
    errors.SituationUnknown,
    errors.SituationDisagrees,
    errors.PscRejected,
)
"""What this plugin raises beside the errors of Caducée."""

_LARGEST = 1024 * 1024


class Psc:
    """The plugin with another browser: ``open_kernel(…, plugins={"psc": Psc(open_browser=show)})``."""

    def __init__(self, open_browser: OpenBrowser = open_system_browser) -> None:
        self._open_browser = open_browser

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        """Offer the log-in."""
        registrar.config(PscConfig)
        registrar.state(StateSpec())
        registrar.requires(*PREREQUISITES)
        registrar.testifies(testify)
        registrar.service(PROFESSIONAL_SESSION, lambda context: open_session(context, self._open_browser))

    @hookimpl
    def caducee_explain(self, code: str) -> Explanation | None:
        """Explain a code of this plugin."""
        return _explained(code)


@hookimpl
def caducee_register(registrar: Registrar) -> None:
    """Offer the log-in, in the system's browser."""
    Psc().caducee_register(registrar)


@hookimpl
def caducee_explain(code: str) -> Explanation | None:
    """Explain a code of this plugin."""
    return _explained(code)


@asynccontextmanager
async def open_session(
    context: PluginContext, open_browser: OpenBrowser = open_system_browser
) -> AsyncIterator[PscService]:
    """Serve log-ins until the kernel stops; every token is forgotten then. Nothing is asked before the first log-in.

    Raises:
        RealmMixed: the issuer is one of another environment.
    """
    config: PscConfig = context.config
    check_issuer(config.issuer, context.environment)
    async with AsyncExitStack() as stack, anyio.create_task_group() as tasks:
        provider = Provider(
            config, client=_Clients(context, stack).to, secret=_Secret(context).read, clock=context.clock
        )
        service = PscService(
            config,
            provider=provider,
            open_browser=open_browser,
            credentials=context.credentials,
            state=context.state,
            clock=context.clock,
            log=context.log,
            tasks=tasks,
        )
        try:
            yield service
        finally:
            service.forget()
            tasks.cancel_scope.cancel()


class _Clients:
    """One HTTP client for each origin that the provider names."""

    def __init__(self, context: PluginContext, stack: AsyncExitStack) -> None:
        self._context = context
        self._stack = stack
        self._known: dict[str, HttpClient] = {}
        self._opening = anyio.Lock()

    async def to(self, origin: str) -> HttpClient:
        async with self._opening:
            if origin not in self._known:
                self._known[origin] = await self._stack.enter_async_context(self._client(origin))
        return self._known[origin]

    def _client(self, origin: str) -> AbstractAsyncContextManager[HttpClient]:
        config: PscConfig = self._context.config
        limits = Limits(connect=config.connect_timeout, answer=config.answer_timeout, largest_answer=_LARGEST)
        return self._context.http(origin, credential=config.credential, limits=limits)


class _Secret:
    """The client's secret, read when it is needed: a file may be slow, and nothing is kept."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    async def read(self) -> bytes | None:
        reference = self._context.config.client_secret
        if reference is None:
            return None
        return await to_thread.run_sync(lambda: self._context.secret(reference, key="client_secret"))


def _explained(code: str) -> Explanation | None:
    own = next((error for error in ERRORS if error.code == code), None)
    return None if own is None else Explanation(own.sentence, own.remedy)
