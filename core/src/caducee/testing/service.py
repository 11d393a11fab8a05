"""A service on loopback that answers what a script says, and fails in the ways that services fail."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Self

from caducee.testing.connections import Server
from caducee.testing.exchange import Answer, Outage, Request

Script = Callable[[Request], Answer]
Chooses = Callable[[Request], bool]


def every(request: Request) -> bool:  # noqa: ARG001 - a choice that looks at nothing
    """Choose every request."""
    return True


class ScriptedService:
    """A real HTTP server on a free port of loopback: ``with ScriptedService(answer) as service``.

    It runs in threads of its own, so that it answers whatever the event loop does, under asyncio and trio alike.
    ``answer`` is called for one request at a time; ``writes`` says which requests change something. With ``tls`` it
    speaks HTTPS. ``received`` holds every request, in order. What ``answer`` raises is raised again on leaving.
    """

    def __init__(self, answer: Script, *, writes: Chooses = every, tls: ssl.SSLContext | None = None) -> None:
        self.received: list[Request] = []
        self.writes = writes
        self._answer = answer
        self._tls = tls
        self._lock = threading.Lock()
        self._outage: tuple[Outage, Chooses] | None = None
        self._times: int | None = None
        self._lifted = threading.Event()
        self._mistakes: list[Exception] = []
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end. Known once it is entered."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._port}"

    @property
    def written(self) -> list[Request]:
        """The requests that change something."""
        return [request for request in self.received if self.writes(request)]

    def __enter__(self) -> Self:
        self._listen()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        if self._mistakes and error is None:
            raise self._mistakes[0]

    def inflict(self, outage: Outage, *, times: int | None = None, on: Chooses | None = None) -> None:
        """Fail this way, ``times`` times or until ``lift``, for the requests that ``on`` chooses (the writing ones).

        ``DOWN`` refuses every connection until ``lift``.
        """
        self.lift()
        if outage is Outage.DOWN:
            self._close()
            return
        with self._lock:
            self._outage, self._times = (outage, on or self.writes), times
            self._lifted = threading.Event()

    def lift(self) -> None:
        """End the outage."""
        with self._lock:
            self._outage, self._times = None, None
            self._lifted.set()
        if self._server is None and self._port:
            self._listen()

    def due(self, request: Request) -> Outage | None:
        """Note a request and say how it fails, if it does."""
        with self._lock:
            self.received.append(request)
            if self._outage is None or not self._outage[1](request):
                return None
            outage = self._outage[0]
            if self._times is not None:
                self._times -= 1
                if self._times <= 0:
                    self._outage = None
            return outage

    def work(self, request: Request) -> Answer:
        """Do what the script says."""
        with self._lock:
            try:
                return self._answer(request)
            except Exception as mistake:  # noqa: BLE001 - raised again when the test leaves the service
                self._mistakes.append(mistake)
                return Answer(b"the script of this service raised", 500, "text/plain")

    def linger(self) -> None:
        """Wait until the outage is lifted or the service stopped."""
        self._lifted.wait()

    def _listen(self) -> None:
        self._server = Server(self, self._port, self._tls)
        self._port = self._server.server_address[1]
        serve = ThreadingHTTPServer.serve_forever
        self._thread = threading.Thread(target=serve, args=(self._server, 0.01), name="scripted service", daemon=True)
        self._thread.start()

    def _close(self) -> None:
        server, thread, self._server, self._thread = self._server, self._thread, None, None
        self._lifted.set()
        if server is not None and thread is not None:
            server.shutdown()
            server.hang_up()
            server.server_close()
            thread.join()
