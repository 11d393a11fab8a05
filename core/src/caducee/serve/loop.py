"""Reads lines, answers lines: several requests at once, answers in any order."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from itertools import count
from queue import SimpleQueue
from time import monotonic
from types import TracebackType
from typing import Any, BinaryIO, Self

import msgspec

from caducee.blocking import BlockingEvents, BlockingKernel
from caducee.keys import PinRequest
from caducee.serve.lines import Lines
from caducee.serve.messages import (
    LONGEST_LINE,
    PROTOCOL,
    Answer,
    Ask,
    BadJson,
    Event,
    Hello,
    LineTooLong,
    Reply,
    Request,
    failure,
)
from caducee.serve.reading import read_line
from caducee.serve.verbs import Follow, Waiting, read_params
from caducee.serve.writing import Writer

_WORKERS = 32
_PATIENCE = 2.0
"""How long, in seconds, a host that has left may take to read what is still written."""


class Server:
    """Serves one host. Nothing but JSON lines is written to ``out``. ``with`` ends its threads, after the kernel."""

    def __init__(self, source: BinaryIO, out: BinaryIO, *, longest: int = LONGEST_LINE) -> None:
        self._lines = Lines(source, longest=longest)
        self._longest = longest
        self._writer = Writer(out)
        self._numbers = count(1)
        self._asked: dict[int, SimpleQueue[str | None]] = {}
        self._followed: list[BlockingEvents] = []
        self._tellers: list[threading.Thread] = []
        self._doing: set[Future[None]] = set()
        self._waits: set[Future[Any]] = set()
        self._ended = threading.Event()
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="caducee serve")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End the threads. With the kernel closed, only a host that does not read can hold them."""
        self._finish(_PATIENCE)
        self._writer.close(patience=_PATIENCE)
        self._pool.shutdown(cancel_futures=True)

    def pin(self, request: PinRequest) -> str | None:
        """Ask the host for a PIN, and wait for its answer; ``None`` when it has gone."""
        number = next(self._numbers)
        answers = self._asked[number] = SimpleQueue()
        self._write(Ask(ask=number, what="pin", about=request))
        if self._ended.is_set():
            answers.put(None)
        return answers.get()

    def stop(self) -> None:
        """End as when the source ends. From any thread, and from a signal handler."""
        self._lines.stop()

    def serve(self, kernel: BlockingKernel, *, version: str, environment: str, grace: float = 5.0) -> None:
        """Answer until the source ends. What is being done then has ``grace`` seconds; waits have a last look."""
        self._write(Hello(protocol=PROTOCOL, version=version, environment=environment))
        try:
            for line in self._lines:
                message = self._message(line)
                if isinstance(message, Reply):
                    self._told(message)
                elif message is not None:
                    self._do(self._answer, message, kernel)
        finally:
            self._end()
            self._finish(grace)

    def _finish(self, patience: float) -> None:
        until = monotonic() + patience
        while self._doing and (left := until - monotonic()) > 0:
            wait(tuple(self._doing), timeout=left)
        for teller in self._tellers:
            teller.join(max(0.0, until - monotonic()))

    def _do(self, function: Callable[..., None], *arguments: Any) -> None:
        with suppress(RuntimeError):  # the server has ended
            work = self._pool.submit(function, *arguments)
            self._doing.add(work)
            work.add_done_callback(self._doing.discard)

    def _message(self, line: bytes | None) -> Request | Reply | None:
        """Return what the line says; answer by itself one that says nothing."""
        if line is None:
            self._do(self._write, Answer(id=None, error=failure(LineTooLong(f"over {self._longest} bytes"))))
            return None
        message = read_line(line)
        if isinstance(message, Request | Reply):
            return message
        self._do(self._write, Answer(id=message.id, error=failure(BadJson(message.why))))
        return None

    def _told(self, reply: Reply) -> None:
        answers = self._asked.pop(reply.answer, None)
        if answers is not None:
            answers.put(reply.value)

    def _answer(self, request: Request, kernel: BlockingKernel) -> None:
        try:
            params = read_params(request.verb, bytes(request.params))
            if isinstance(params, Follow):
                self._follow(request.id, params, kernel)
            elif isinstance(params, Waiting):
                self._wait(request.id, params, kernel)
            else:
                self._result(request.id, params.run(kernel))
        except Exception as error:  # noqa: BLE001 - whatever happens, a request has its answer
            self._write(Answer(id=request.id, error=failure(error)))

    def _result(self, number: int | str, result: Any) -> None:
        self._write(Answer(id=number, result=result))

    def _wait(self, number: int | str, params: Waiting, kernel: BlockingKernel) -> None:
        """Answer when the wait has ended; no thread is kept for it."""
        waiting = kernel.begin(params.wait)
        self._waits.add(waiting)
        waiting.add_done_callback(lambda ended: self._do(self._waited, number, params, ended, kernel))
        if self._ended.is_set():
            waiting.cancel()

    def _waited(self, number: int | str, params: Waiting, ended: Future[Any], kernel: BlockingKernel) -> None:
        self._waits.discard(ended)
        try:
            try:
                result = ended.result()
            except CancelledError:
                result = kernel.begin(params.last_look().wait).result()
            self._result(number, result)
        except Exception as error:  # noqa: BLE001 - as above
            self._write(Answer(id=number, error=failure(error)))

    def _follow(self, number: int | str, follow: Follow, kernel: BlockingKernel) -> None:
        events = kernel.events(after=follow.after)
        self._followed.append(events)
        if self._ended.is_set():
            events.close()
        self._write(Answer(id=number, result=follow))
        teller = threading.Thread(target=self._tell, args=(events,), name="caducee events", daemon=True)
        self._tellers.append(teller)
        teller.start()

    def _tell(self, events: BlockingEvents) -> None:
        for event in events:
            self._write(Event(event=event))

    def _end(self) -> None:
        self._ended.set()
        for events in tuple(self._followed):
            events.close()
        for answers in tuple(self._asked.values()):
            answers.put(None)
        for waiting in tuple(self._waits):
            waiting.cancel()

    def _write(self, message: msgspec.Struct) -> None:
        self._writer.write(msgspec.json.encode(message))
