"""Reads lines, answers lines: several requests at once, answers in any order."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from queue import SimpleQueue
from typing import Any, BinaryIO

import msgspec

from caducee.blocking import BlockingEvents, BlockingKernel
from caducee.keys import PinRequest
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
from caducee.serve.verbs import read_params

FOLLOW = "events.follow"
_WORKERS = 8


class Follow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parameters of ``events.follow``."""

    after: int = 0


class Server:
    """Serves one host. Nothing but JSON lines is written to ``out``."""

    def __init__(self, source: BinaryIO, out: BinaryIO, *, longest: int = LONGEST_LINE) -> None:
        self._source = source
        self._out = out
        self._longest = longest
        self._writing = threading.Lock()
        self._numbers = count(1)
        self._asked: dict[int, SimpleQueue[str | None]] = {}
        self._followed: list[BlockingEvents] = []
        self._tellers: list[threading.Thread] = []
        self._ended = threading.Event()

    def pin(self, request: PinRequest) -> str | None:
        """Ask the host for a PIN, and wait for its answer; ``None`` when it has gone."""
        number = next(self._numbers)
        answers = self._asked[number] = SimpleQueue()
        self._write(Ask(ask=number, what="pin", about=msgspec.to_builtins(request)))
        if self._ended.is_set():
            answers.put(None)
        return answers.get()

    def serve(self, kernel: BlockingKernel, *, version: str, environment: str) -> None:
        """Answer until the source ends; what is being done then is finished first."""
        self._write(Hello(protocol=PROTOCOL, version=version, environment=environment))
        with ThreadPoolExecutor(_WORKERS, thread_name_prefix="caducee serve") as pool:
            try:
                while (line := self._source.readline(self._longest + 1)) != b"":
                    self._take(line, kernel, pool)
            finally:
                self._end()

    def _take(self, line: bytes, kernel: BlockingKernel, pool: ThreadPoolExecutor) -> None:
        if len(line) > self._longest and not line.endswith(b"\n"):
            self._skip()
            self._write(Answer(id=None, error=failure(LineTooLong(f"over {self._longest} bytes"))))
            return
        try:
            message = _read(line)
        except BadJson as error:
            self._write(Answer(id=None, error=failure(error)))
            return
        if isinstance(message, Reply):
            answers = self._asked.pop(message.answer, None)
            if answers is not None:
                answers.put(message.value)
            return
        if message.verb == FOLLOW:
            self._follow(message, kernel)
        else:
            pool.submit(self._answer, message, kernel)

    def _answer(self, request: Request, kernel: BlockingKernel) -> None:
        try:
            result = read_params(request.verb, bytes(request.params)).run(kernel)
            answer = Answer(id=request.id, result=result)
            encoded = msgspec.json.encode(answer)
        except Exception as error:  # noqa: BLE001 - whatever happens, a request has its answer
            encoded = msgspec.json.encode(Answer(id=request.id, error=failure(error)))
        self._line(encoded)

    def _follow(self, request: Request, kernel: BlockingKernel) -> None:
        try:
            after = msgspec.json.decode(request.params, type=Follow).after
        except msgspec.ValidationError as misfit:
            self._write(Answer(id=request.id, error=failure(BadJson(str(misfit)))))
            return
        events = kernel.events(after=after)
        self._followed.append(events)
        self._write(Answer(id=request.id, result={"after": after}))
        teller = threading.Thread(target=self._tell, args=(events,), name="caducee events", daemon=True)
        self._tellers.append(teller)
        teller.start()

    def _tell(self, events: BlockingEvents) -> None:
        for event in events:
            self._write(Event(event=event))

    def _end(self) -> None:
        self._ended.set()
        for events in self._followed:
            events.close()
        for answers in tuple(self._asked.values()):
            answers.put(None)
        for teller in self._tellers:
            teller.join()

    def _skip(self) -> None:
        """Read the rest of a line without keeping it."""
        while (more := self._source.readline(1 << 20)) and not more.endswith(b"\n"):
            pass

    def _write(self, message: msgspec.Struct) -> None:
        self._line(msgspec.json.encode(message))

    def _line(self, encoded: bytes) -> None:
        with self._writing, suppress(BrokenPipeError):  # the host has gone: what it asked for is done all the same
            self._out.write(encoded + b"\n")
            self._out.flush()


def _read(line: bytes) -> Request | Reply:
    for kind in (Request, Reply):
        try:
            message: Any = msgspec.json.decode(line, type=kind)
        except msgspec.ValidationError as misfit:
            reason = str(misfit)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise BadJson("not JSON") from None
        else:
            return message  # type: ignore[no-any-return]
    raise BadJson(reason)
