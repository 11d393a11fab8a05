"""What the card process answers, over a module that does what a test wants."""

from __future__ import annotations

from typing import Any

import pytest

from caducee.keys.card import child
from caducee.keys.card.child import IN_DOUBT, CardHost, serve
from caducee.keys.card.protocol import (
    REPLIES,
    Done,
    Failed,
    Load,
    Login,
    Logout,
    Look,
    Mechanism,
    Reason,
    Reply,
    Request,
    Seen,
    Sign,
    Signed,
    Use,
    receive,
    send,
)
from caducee.keys.card.tokens import Refusal


class Pipe:
    """A pipe in memory; a broken one takes nothing."""

    def __init__(self, *messages: Request, broken: bool = False) -> None:
        self.held, self.broken = bytearray(), False
        for message in messages:
            send(self, message)
        self.broken = broken

    def write(self, data: Any) -> int:
        if self.broken:
            raise BrokenPipeError
        self.held += data
        return len(data)

    def readinto(self, buffer: Any) -> int:
        count = min(len(buffer), len(self.held))
        buffer[:count] = self.held[:count]
        del self.held[:count]
        return count

    def replies(self) -> list[Reply]:
        found = []
        while self.held:
            found.append(REPLIES.decode(receive(self)))
        return found


class Module:
    """Notes what it is asked; ``trouble`` is raised by every look."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.asked: list[Any] = []
        self.trouble: Exception | None = None

    def look(self) -> tuple[()]:
        self.asked.append("look")
        if self.trouble is not None:
            raise self.trouble
        return ()

    def login(self, serial: str, pin: str, *, use_last_try: bool) -> None:
        self.asked.append(("login", serial, pin, use_last_try))

    def sign(self, serial: str, use: Use, mechanism: Mechanism, data: bytes) -> bytes:
        self.asked.append(("sign", serial, use, mechanism, data))
        return b"signed"

    def logout(self) -> None:
        self.asked.append("logout")


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Module:
    made = Module("no.so")
    monkeypatch.setattr(child, "Tokens", lambda _: made)
    return made


def test_each_question_is_put_to_the_module_as_it_came(module: Module) -> None:
    replies = Pipe()
    requests = Pipe(
        Load("no.so"),
        Look(),
        Login("8000000001", b"1234", use_last_try=True),
        Sign("8000000001", Mechanism.RSA_PKCS, b"data", Use.AUTHENTICATION),
        Logout(),
    )
    assert serve(requests, replies) == 0
    assert replies.replies() == [Done(), Seen(()), Done(), Signed(b"signed"), Done()]
    assert module.asked == [
        "look",
        ("login", "8000000001", "1234", True),
        ("sign", "8000000001", Use.AUTHENTICATION, Mechanism.RSA_PKCS, b"data"),
        "logout",
        "logout",
    ]


def test_a_parent_that_is_gone_leaves_no_card_open(module: Module) -> None:
    assert serve(Pipe(Load("no.so"), Look()), Pipe()) == 0
    assert module.asked == ["look", "logout"]


def test_a_parent_that_reads_no_more_leaves_no_card_open(module: Module) -> None:
    assert serve(Pipe(Load("no.so"), Look()), Pipe(broken=True)) == 0
    assert module.asked == ["logout"]


def test_a_parent_that_asked_nothing_has_nothing_to_close() -> None:
    assert serve(Pipe(), Pipe()) == 0


def test_a_refusal_is_an_answer_and_the_module_goes_on(module: Module) -> None:
    module.trouble = Refusal(Reason.PIN_WRONG, 2)
    replies = Pipe()
    assert serve(Pipe(Load("no.so"), Look(), Logout()), replies) == 0
    assert replies.replies() == [Done(), Failed(Reason.PIN_WRONG, 2), Done()]


def test_an_error_that_nobody_knows_ends_the_process_and_its_text_is_not_told(module: Module) -> None:
    module.trouble = ValueError("8000000001")
    replies = Pipe()
    assert serve(Pipe(Load("no.so"), Look(), Logout()), replies) == IN_DOUBT
    assert replies.replies() == [Done(), Failed(Reason.DOUBTFUL, detail="ValueError")]


def test_a_question_before_the_module_is_loaded_is_in_doubt() -> None:
    assert CardHost().answer(Look()) == Failed(Reason.DOUBTFUL, detail="RuntimeError")
