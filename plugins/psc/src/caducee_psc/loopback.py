"""Where the browser comes back to: one request on 127.0.0.1, a page that says to close it, nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress

import anyio
from anyio.abc import SocketAttribute, SocketStream
from anyio.streams.stapled import MultiListener

from caducee.errors import CaduceeError
from caducee_psc.errors import BrowserNotOpened, LoginTimedOut, NoRedirectPort
from caducee_psc.redirect import Expected, NotForUs, read_redirect

HOST = "127.0.0.1"
_LONGEST_HEAD = 16_384
_PATIENCE = 5.0
_AT_ONCE = 8
_DONE = "Connexion terminée. Vous pouvez fermer cette fenêtre et revenir à votre logiciel."
_NOT_DONE = "La connexion n'a pas abouti. Vous pouvez fermer cette fenêtre et revenir à votre logiciel."
_OTHER = "Rien à cette adresse."


class Loopback:
    """A listener of one log-in. ``redirect_uri`` is its address."""

    def __init__(self, listener: MultiListener[SocketStream], path: str) -> None:
        self._listener = listener
        self._path = path
        self._host = f"{HOST}:{listener.extra(SocketAttribute.local_port)}"  # noqa: S610 - anyio's, not Django's
        self._places = anyio.CapacityLimiter(_AT_ONCE)
        self._came = anyio.Event()
        self._outcome: str | CaduceeError = LoginTimedOut()

    @property
    def redirect_uri(self) -> str:
        """The address that the provider sends the browser back to."""
        return f"http://{self._host}{self._path}"

    async def code(
        self,
        *,
        open_browser: Callable[[], Awaitable[bool]],
        state: str,
        issuer: str,
        must_name_issuer: bool,
        within: float,
    ) -> str:
        """Open the browser, wait for it to come back, and return the code it brings.

        Requests that are not of this log-in are turned away, and the wait goes on.

        Raises:
            BrowserNotOpened: it could not be opened.
            LoginTimedOut: it did not come within so many seconds.
            LoginRefused, AnswerForged: as ``read_redirect``.
        """
        expected = Expected(
            host=self._host, path=self._path, state=state, issuer=issuer, must_name_issuer=must_name_issuer
        )
        with anyio.move_on_after(within):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._listener.serve, lambda stream: self._answer(stream, expected))
                tasks.start_soon(self._open, open_browser)
                await self._came.wait()
                tasks.cancel_scope.cancel()
        if isinstance(self._outcome, CaduceeError):
            raise self._outcome
        return self._outcome

    async def _open(self, open_browser: Callable[[], Awaitable[bool]]) -> None:
        try:
            opened = await open_browser()
        except Exception:  # noqa: BLE001 - the way to open it is the practice's software's own
            opened = False
        if not opened and not self._came.is_set():
            self._outcome = BrowserNotOpened()
            self._came.set()

    async def _answer(self, stream: SocketStream, expected: Expected) -> None:
        async with stream, self._places:
            with anyio.move_on_after(_PATIENCE), suppress(anyio.BrokenResourceError, anyio.EndOfStream, OSError):
                head = await _head(stream)
                if self._came.is_set():
                    return
                status, words, ends = self._judged(head, expected)
                with anyio.CancelScope(shield=ends):
                    await stream.send(_page(status, words))
                if ends:
                    self._came.set()

    def _judged(self, head: bytes, expected: Expected) -> tuple[int, str, bool]:
        try:
            self._outcome = read_redirect(head, expected)
        except NotForUs as other:
            return other.status, _OTHER, False
        except CaduceeError as error:
            self._outcome = error
            return 200, _NOT_DONE, True
        return 200, _DONE, True


@asynccontextmanager
async def listening(path: str, ports: Sequence[int] = ()) -> AsyncIterator[Loopback]:
    """Listen on the loopback: on the first free one of these ports, on any when there are none.

    Raises:
        NoRedirectPort: none of them is free.
    """
    for port in ports or (0,):
        with suppress(OSError):
            listener = await anyio.create_tcp_listener(local_host=HOST, local_port=port, reuse_port=False)
            break
    else:
        raise NoRedirectPort
    async with listener:
        yield Loopback(listener, path)


async def _head(stream: SocketStream) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        head += await stream.receive(_LONGEST_HEAD)
        if len(head) > _LONGEST_HEAD:
            raise anyio.EndOfStream
    return head.partition(b"\r\n\r\n")[0]


def _page(status: int, words: str) -> bytes:
    body = (
        '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Pro Santé Connect</title></head>'
        f"<body><p>{words}</p></body></html>"
    ).encode()
    lines = (
        f"HTTP/1.1 {status} -",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "Referrer-Policy: no-referrer",
        "Content-Security-Policy: default-src 'none'",
        "Connection: close",
    )
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body
