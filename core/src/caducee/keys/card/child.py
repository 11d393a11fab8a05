"""The card process: ``python -m caducee.keys.card.child``. The only process that loads the PKCS#11 module.

It reads requests from its standard input until the parent closes it, and ends itself at once on any error that it
cannot explain: a module in doubt is never called again. A parent that is gone while the module hangs can end nothing
any more: the process then ends itself, so that the card is free for the next host.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import NoReturn

from caducee.keys.card.protocol import (
    REQUESTS,
    Done,
    Failed,
    Load,
    Login,
    Look,
    Pipe,
    Reason,
    Reply,
    Request,
    Seen,
    Sign,
    Signed,
    receive,
    send,
    wipe,
)
from caducee.keys.card.tokens import Refusal, Tokens

IN_DOUBT = 3
_GOODBYE = 3.0
_PIECE = 64 * 1024


class CardHost:
    """Answers requests with the one module of this process."""

    def __init__(self) -> None:
        self._tokens: Tokens | None = None

    def answer(self, request: Request) -> Reply:
        """Do what is asked, or say why not."""
        try:
            return self._do(request)
        except Refusal as refusal:
            return refusal.failed
        except Exception as error:  # noqa: BLE001 - whatever it is, this process ends with it
            return Failed(Reason.DOUBTFUL, detail=type(error).__name__)

    def close(self) -> None:
        """Log out everywhere."""
        if self._tokens is not None:
            self._tokens.logout()

    def _do(self, request: Request) -> Reply:
        if isinstance(request, Load):
            self._tokens = Tokens(request.module)
            return Done()
        if self._tokens is None:
            raise RuntimeError
        match request:
            case Look():
                return Seen(self._tokens.look())
            case Login(serial, pin, use_last_try):
                self._tokens.login(serial, pin.decode(), use_last_try=use_last_try)
                return Done()
            case Sign(serial, mechanism, data, use):
                return Signed(self._tokens.sign(serial, use, mechanism, data))
            case _:
                self._tokens.logout()
                return Done()


def serve(requests: Pipe, replies: Pipe) -> int:
    """Answer until the parent is gone (0) or something is in doubt (``IN_DOUBT``)."""
    host = CardHost()
    while True:
        try:
            frame = receive(requests)
        except EOFError:
            host.close()
            return 0
        request = REQUESTS.decode(frame)
        wipe(frame)
        reply = host.answer(request)
        del request
        try:
            send(replies, reply)
        except OSError:
            host.close()
            return 0
        if isinstance(reply, Failed) and reply.reason is Reason.DOUBTFUL:
            return IN_DOUBT


def watched(requests: Pipe) -> Pipe:
    """Return what passes the requests on, from a thread that sees the parent leave while the module is being called.

    The process ends then, at the latest a few seconds later: what was asked last may still be answered to nobody.
    """
    reading, writing = os.pipe()
    threading.Thread(target=_pass_on, args=(requests, writing), daemon=True).start()
    return os.fdopen(reading, "rb", buffering=0)


def _pass_on(requests: Pipe, writing: int) -> None:
    piece = bytearray(_PIECE)
    with memoryview(piece) as view:
        while count := requests.readinto(view):
            passed = 0
            while passed < count:
                passed += os.write(writing, view[passed:count])
            wipe(piece)
    os.close(writing)
    time.sleep(_GOODBYE)
    os._exit(IN_DOUBT)


def main() -> NoReturn:
    """Take the pipes for ourselves, so that a chatty driver cannot write into them, then serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests = os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0)
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # No C_Finalize on the way out: a module in doubt may hang there.
    os._exit(serve(watched(requests), replies))


if __name__ == "__main__":
    main()
