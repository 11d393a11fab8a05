"""What happens to the card while it signs a connection: nothing is sent, the reason is said, the next try works."""

from __future__ import annotations

from threading import Timer

import anyio
import pytest

from caducee.errors import CardAbsent, CardModuleFailed, CardRemoved, ConnectFailed, OtherCard, PinRequired

pytestmark = pytest.mark.anyio


async def post(http):
    return await http.post("", content_type="text/plain", content=[b"letter"], changes=True)


async def test_no_card_no_pin_or_another_card_sends_nothing(nginx, identity, client, desk, lenoir, roux):
    async def nobody(_):
        return None

    with nginx() as server:
        async with client(server.url, identity(prompt=nobody)) as http:
            with pytest.raises(PinRequired):
                await post(http)
            desk.remove()
            with pytest.raises(CardAbsent):
                await post(http)
            desk.insert(lenoir.serial)
            with pytest.raises(OtherCard):
                await post(http)
        desk.insert(roux.serial)
        async with client(server.url, identity()) as http:
            assert (await post(http)).status == 200
    assert len(server.seen()) == 1


async def test_a_card_pulled_while_it_signs_the_connection_sends_nothing_and_works_when_it_is_back(
    nginx, identity, client, desk, roux
):
    async def pin(_):
        timer.start()
        return roux.pin

    timer = Timer(0.3, desk.remove)
    desk.delay(roux.serial, 2000)
    with nginx() as server:
        async with client(server.url, identity(prompt=pin)) as http:
            with pytest.raises(CardRemoved):
                await post(http)
            timer.join()
            desk.delay(roux.serial, 0)
            desk.insert(roux.serial)
            timer = Timer(0, lambda: None)
            assert (await post(http)).status == 200
    assert len(server.seen()) == 1


@pytest.mark.parametrize("at", ["look", "login", "sign", "signed"])
async def test_a_module_that_crashes_in_a_handshake_sends_nothing_and_starts_anew(nginx, identity, client, desk, at):
    with nginx() as server:
        async with client(server.url, identity()) as http:
            desk.trouble("crash", at=at)
            with pytest.raises(CardModuleFailed):
                await post(http)
            assert (await post(http)).status == 200
    assert len(server.seen()) == 1


async def test_no_session_is_resumed_without_the_card_nor_after_its_log_in_ended(
    nginx, identity, client, make_card, desk, roux
):
    tls = identity()
    with nginx() as server:
        async with client(server.url, tls) as http:
            await post(http)
        desk.remove()
        async with client(server.url, tls) as http:
            with pytest.raises(CardAbsent):
                await post(http)
        desk.insert(roux.serial)
        async with client(server.url, tls) as http:
            await post(http)
    assert [one["resumed"] for one in server.seen()] == [".", "."]
    assert desk.counters(roux.serial).sign == 2


async def test_a_pin_that_takes_its_time_is_not_counted_as_a_silent_server(nginx, identity, client, limits, roux):
    asked = anyio.Event()

    async def slow_pin(_):
        asked.set()
        await anyio.sleep(1.5)
        return roux.pin

    with nginx() as server:
        async with client(server.url, identity(prompt=slow_pin), limits=limits) as http:
            assert (await post(http)).status == 200
    assert asked.is_set()


async def test_a_request_given_up_while_the_pin_is_asked_leaves_nothing_behind(nginx, identity, client, roux):
    pins = [None, roux.pin]

    async def pin(_):
        given = pins.pop(0)
        if given is None:
            await anyio.sleep_forever()
        return given

    with nginx() as server:
        async with client(server.url, identity(prompt=pin)) as http:
            with anyio.move_on_after(1.0) as waiting:
                await post(http)
            assert waiting.cancelled_caught
            assert (await post(http)).status == 200
    assert len(server.seen()) == 1


async def test_a_server_that_stays_silent_in_the_handshake_is_given_up(identity, client, limits):
    async def silent(stream):
        async with stream:
            await anyio.sleep_forever()

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(anyio.abc.SocketAttribute.local_port)
    async with anyio.create_task_group() as group:
        group.start_soon(listener.serve, silent)
        async with client(f"https://127.0.0.1:{port}", identity(), limits=limits) as http:
            with pytest.raises(ConnectFailed):
                await post(http)
        group.cancel_scope.cancel()
    await listener.aclose()
