"""The parent's side of the card process: starts it, speaks to it, ends it when it does not answer."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import IO, cast

from caducee.errors import CardModuleFailed
from caducee.keys.card.protocol import REPLIES, Failed, Load, Pipe, Reason, Reply, Request, receive, send
from caducee.keys.card.watchdog import Watchdog

_COMMAND = ("-P", "-m", "caducee.keys.card.child")
_GOODBYE = 2.0
# An interpreter that starts on a busy desk is no module that hangs.
_START = 30.0


class CardProcess:
    """One PKCS#11 module in one process of its own. Every thread may call it; calls wait for each other.

    After ``os.fork`` the new process starts a card process of its own and leaves the other alone.
    """

    def __init__(self, module: str, *, environment: Mapping[str, str], timeout: float = 30.0) -> None:
        self.module = module
        self._environment = dict(environment)
        self._timeout = timeout
        self._closed = False
        self._by_process: dict[int, _Owned] = {}

    def call(self, request: Request) -> Reply:
        """Ask and wait for the answer; blocks this thread.

        Raises:
            CardModuleFailed: no answer in time, a crash, or an error in doubt; the process was ended. Also after
                ``close``.
        """
        owned = self._owned()
        with owned.lock:
            if self._closed:
                raise CardModuleFailed("the card process was ended for good")
            if owned.child is None:
                owned.child = self._start()
                self._exchange(owned, Load(self.module), at_least=_START)
            return self._exchange(owned, request)

    def close(self) -> None:
        """End the card process for good: a call that was abandoned and still waits for its turn starts no other."""
        self._closed = True
        self.stop()

    def stop(self) -> None:
        """End the card process, if this process has one; the next call starts another."""
        owned = self._owned()
        if not owned.lock.acquire(timeout=_GOODBYE):
            # A call is still waiting for its answer: without its process it ends at once.
            if owned.child is not None:
                owned.child.kill()
            owned.lock.acquire()
        try:
            self._discard(owned)
        finally:
            owned.lock.release()

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **self._environment}
        return subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            [sys.executable, *_COMMAND],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
        )

    def _exchange(self, owned: _Owned, request: Request, *, at_least: float = 0.0) -> Reply:
        child = cast("subprocess.Popen[bytes]", owned.child)
        try:
            with owned.watchdog.watching(max(self._timeout, at_least), child.kill):
                send(cast("Pipe", child.stdin), request)
                reply = REPLIES.decode(receive(cast("Pipe", child.stdout)))
        except (EOFError, OSError) as error:
            self._discard(owned)
            raise CardModuleFailed("no answer from the card process") from error
        except BaseException:
            # An interrupted exchange leaves an answer in the pipe that the next caller would take for its own.
            self._discard(owned)
            raise
        if isinstance(reply, Failed) and reply.reason is Reason.DOUBTFUL:
            self._discard(owned)
            raise CardModuleFailed(reply.detail)
        return reply

    def _discard(self, owned: _Owned) -> None:
        child, owned.child = owned.child, None
        if child is None:
            return
        owned.watchdog.end()
        _close_pipe(child.stdin)
        try:
            child.wait(_GOODBYE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        _close_pipe(child.stdout)

    def _owned(self) -> _Owned:
        # setdefault is atomic: threads that come first together after a fork share one entry without a lock, for a
        # lock could have been held by a thread that the fork did not copy.
        mine = os.getpid()
        owned = self._by_process.setdefault(mine, _Owned())
        for process in [p for p in self._by_process if p != mine]:
            inherited = self._by_process.pop(process, None)
            if inherited is not None:
                inherited.disown()
        return owned


class _Owned:
    """What one process has: its lock, its card process, and who watches over it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.watchdog = Watchdog()
        self.child: subprocess.Popen[bytes] | None = None

    def disown(self) -> None:
        """Let go of a card process that belongs to the process we were forked from."""
        if self.child is None:
            return
        _close_pipe(self.child.stdin)
        _close_pipe(self.child.stdout)
        # It is not ours to wait for: without this, Popen would warn and try.
        self.child.returncode = 0


def _close_pipe(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        with contextlib.suppress(OSError):
            pipe.close()
