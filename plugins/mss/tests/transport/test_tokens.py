"""The one retry that a refused token deserves."""

from __future__ import annotations

import pytest

from caducee.errors import SessionExpired
from caducee_mss.config import BoxConfig
from caducee_mss.errors import SERVICE, MssAuthRefused
from caducee_mss.transport import Bearer, External, Login, NoLogin
from caducee_mss.transport.tokens import logged_in
from plugins.mss.tests.desk import ROUX, Desk

pytestmark = pytest.mark.anyio


class Operator:
    """Refuses so many log-ins."""

    def __init__(self, refuses: int) -> None:
        self.refuses = refuses
        self.tokens: list[str] = []

    async def work(self, login: Login) -> str:
        assert isinstance(login, Bearer)
        self.tokens.append(login.token)
        if len(self.tokens) <= self.refuses:
            raise MssAuthRefused(SERVICE, "refused")
        return "done"


async def test_a_refused_token_is_forgotten_and_another_one_tried() -> None:
    desk, operator = Desk(), Operator(refuses=1)
    assert await logged_in(desk, ROUX, operator.work) == "done"  # type: ignore[arg-type]
    assert operator.tokens == ["token-roux-1", "token-roux-2"]
    assert desk.session.evicted == ["token-roux-1"]


async def test_refused_twice_it_is_not_tried_a_third_time() -> None:
    desk, operator = Desk(), Operator(refuses=5)
    with pytest.raises(MssAuthRefused):
        await logged_in(desk, ROUX, operator.work)  # type: ignore[arg-type]
    assert len(operator.tokens) == 2


async def test_without_a_log_in_nobody_is_connected_to() -> None:
    desk, operator = Desk(), Operator(refuses=0)
    desk.session.expired = True
    with pytest.raises(SessionExpired):
        await logged_in(desk, ROUX, operator.work)  # type: ignore[arg-type]
    assert operator.tokens == []


@pytest.mark.parametrize("token", ["", "a\x01b", "a\r\nb"])
def test_no_empty_or_broken_token_is_ever_shown(token: str) -> None:
    with pytest.raises(ValueError, match="token"):
        Bearer(address=ROUX.address, token=token)


@pytest.mark.parametrize(("sasl", "login"), [("external", External()), ("none", NoLogin())])
async def test_the_box_of_a_program_asks_for_no_token(sasl: str, login: Login) -> None:
    box = BoxConfig(address="a@b.mssante.fr", kind="application", credential="org", sasl=sasl)  # type: ignore[arg-type]
    seen: list[Login] = []

    async def work(given: Login) -> None:
        seen.append(given)

    await logged_in(Desk(), box, work)  # type: ignore[arg-type]
    assert seen == [login]
