from __future__ import annotations

import socket

import anyio
import httpx
import pytest
from anyio.abc import TaskGroup
from hypothesis import given
from hypothesis import strategies as st

from caducee.errors import CaduceeError
from caducee_psc.errors import AnswerForged, BrowserNotOpened, LoginRefused, LoginTimedOut, NoRedirectPort
from caducee_psc.loopback import Loopback, listening
from caducee_psc.redirect import Expected, NotForUs, read_redirect

STATE, ISSUER, PATH = "etat", "https://issuer.invalid/realm", "/caducee/psc"
EXPECTED = Expected(host="127.0.0.1:9", path=PATH, state=STATE, issuer=ISSUER, must_name_issuer=True)
RIGHT = f"{PATH}?code=c&state={STATE}&iss=https%3A%2F%2Fissuer.invalid%2Frealm"


def head(target: str = RIGHT, *, method: str = "GET", host: str = "127.0.0.1:9", version: str = "HTTP/1.1") -> bytes:
    return f"{method} {target} {version}\r\nHost: {host}\r\nAccept: */*".encode("latin-1")


def test_the_right_request_gives_its_code() -> None:
    assert read_redirect(head(), EXPECTED) == "c"


@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        (head(method="POST"), 405),
        (head(method="HEAD"), 405),
        (head("/favicon.ico"), 404),
        (head(RIGHT.replace(PATH, PATH + "/x")), 404),
        (head("http://127.0.0.1:9" + RIGHT), 404),
        (head(RIGHT.replace(STATE, "autre")), 400),
        (head(f"{PATH}?code=c"), 400),
        (head(RIGHT + "&code=d"), 400),
        (head(RIGHT + f"&state={STATE}"), 400),
        (head(host="ailleurs.invalid"), 400),
        (head() + b"\r\nHost: 127.0.0.1:9", 400),
        (head(version="HTTP/2"), 400),
        (b"", 400),
    ],
)
def test_a_request_that_is_not_of_this_log_in_is_turned_away(request_head: bytes, status: int) -> None:
    with pytest.raises(NotForUs) as caught:
        read_redirect(request_head, EXPECTED)
    assert caught.value.status == status


def test_a_refusal_of_the_provider_keeps_its_word_and_nothing_that_is_no_word() -> None:
    with pytest.raises(LoginRefused) as caught:
        read_redirect(head(RIGHT.replace("code=c", "error=access_denied")), EXPECTED)
    assert caught.value.reason == "access_denied"
    with pytest.raises(LoginRefused) as caught:
        read_redirect(head(RIGHT.replace("code=c", "error=%3Cscript%3E")), EXPECTED)
    assert caught.value.reason == "error"


def test_another_issuer_is_refused_even_with_an_error() -> None:
    for result in ("code=c", "error=access_denied"):
        target = f"{PATH}?{result}&state={STATE}&iss=https%3A%2F%2Fautre.invalid"
        with pytest.raises(AnswerForged):
            read_redirect(head(target), EXPECTED)


@pytest.mark.parametrize("code", ["", "c" * 5000])
def test_an_answer_without_a_fit_code_is_refused(code: str) -> None:
    with pytest.raises(AnswerForged):
        read_redirect(head(RIGHT.replace("code=c", f"code={code}")), EXPECTED)


@given(st.binary(max_size=200))
def test_whatever_comes_is_turned_away(noise: bytes) -> None:
    with pytest.raises((NotForUs, CaduceeError)):
        read_redirect(noise, EXPECTED)


async def opened() -> bool:
    return True


async def wait(loopback: Loopback, *, within: float = 20.0) -> str:
    return await loopback.code(open_browser=opened, state=STATE, issuer=ISSUER, must_name_issuer=True, within=within)


class Waiting:
    """The code that a log-in waits for, in a task of its own."""

    def __init__(self, tasks: TaskGroup, loopback: Loopback) -> None:
        self.uri = loopback.redirect_uri
        self.code = ""
        self.done = anyio.Event()
        tasks.start_soon(self._wait, loopback)

    async def _wait(self, loopback: Loopback) -> None:
        self.code = await wait(loopback)
        self.done.set()


async def get(uri: str, method: str = "GET", **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.request(method, uri, headers=headers)


@pytest.mark.anyio
async def test_requests_of_others_are_turned_away_and_the_wait_goes_on() -> None:
    async with listening(PATH) as loopback, anyio.create_task_group() as tasks:
        waiting = Waiting(tasks, loopback)
        query = f"state={STATE}&iss={ISSUER}"
        assert (await get(waiting.uri.replace(PATH, "/favicon.ico"))).status_code == 404
        assert (await get(f"{waiting.uri}?code=volé&state=autre&iss={ISSUER}")).status_code == 400
        assert (await get(f"{waiting.uri}?code=volé&{query}", "POST")).status_code == 405
        assert (await get(f"{waiting.uri}?code=volé&{query}", host="ailleurs.invalid")).status_code == 400
        assert not waiting.done.is_set()
        page = await get(f"{waiting.uri}?code=bon&{query}")
        await waiting.done.wait()
    assert waiting.code == "bon"
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert "bon" not in page.text
    assert 'lang="fr"' in page.text


@pytest.mark.anyio
async def test_connections_that_say_nothing_or_too_much_do_not_hold_the_log_in() -> None:
    async with listening(PATH) as loopback, anyio.create_task_group() as tasks:
        waiting = Waiting(tasks, loopback)
        port = int(waiting.uri.split(":")[2].split("/")[0])
        silent = await anyio.connect_tcp("127.0.0.1", port)
        long = await anyio.connect_tcp("127.0.0.1", port)
        try:
            await long.send(b"GET /" + b"a" * 20_000)
            await get(f"{waiting.uri}?code=bon&state={STATE}&iss={ISSUER}")
            await waiting.done.wait()
        finally:
            await silent.aclose()
            await long.aclose()
    assert waiting.code == "bon"


@pytest.mark.anyio
async def test_it_listens_on_this_machine_only_and_not_any_longer_than_needed() -> None:
    async with listening(PATH) as loopback:
        uri = loopback.redirect_uri
        assert uri.startswith("http://127.0.0.1:")
    with pytest.raises(httpx.ConnectError):
        await get(uri)


@pytest.mark.anyio
async def test_the_first_free_one_of_the_registered_ports_is_taken() -> None:
    with socket.socket() as taken, socket.socket() as other:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        other.bind(("127.0.0.1", 0))
        port, free = taken.getsockname()[1], other.getsockname()[1]
        other.close()
        async with listening(PATH, (port, free)) as loopback:
            assert loopback.redirect_uri == f"http://127.0.0.1:{free}{PATH}"
        with pytest.raises(NoRedirectPort):
            async with listening(PATH, (port,)):
                pass


@pytest.mark.anyio
async def test_nobody_who_comes_lets_the_log_in_end() -> None:
    async with listening(PATH) as loopback:
        with pytest.raises(LoginTimedOut):
            await wait(loopback, within=0.01)


@pytest.mark.anyio
async def test_a_way_to_open_a_browser_that_fails_is_a_browser_that_does_not_open() -> None:
    async def broken() -> bool:
        raise RuntimeError("no display")

    async with listening(PATH) as loopback:
        with pytest.raises(BrowserNotOpened):
            await loopback.code(open_browser=broken, state=STATE, issuer=ISSUER, must_name_issuer=True, within=20)
