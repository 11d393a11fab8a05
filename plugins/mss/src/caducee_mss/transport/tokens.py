"""A log-in for a box, and the one retry that a refused token deserves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from caducee.contracts.plugin import PluginContext
from caducee.contracts.session import PROFESSIONAL_SESSION
from caducee.model.practice import Actor
from caducee_mss.config import BoxConfig
from caducee_mss.errors import MssAuthRefused
from caducee_mss.transport import Bearer, External, Login, NoLogin

T = TypeVar("T")
AUTOMATON = Actor.automaton("mss")


async def logged_in(context: PluginContext, box: BoxConfig, work: Callable[[Login], Awaitable[T]]) -> T:
    """Do something with the log-in of a box.

    A token that the operator refuses is forgotten and asked for again, once: operators were seen to refuse one that
    they accept a moment later, and the provider limits how often it is asked.

    Raises:
        SessionExpired: the professional must log in.
        MssAuthRefused: refused twice.
    """
    if box.kind == "application":
        return await work(External() if box.sasl == "external" else NoLogin())
    async with context.use(PROFESSIONAL_SESSION) as session:
        token = await session.token(box.practitioner, acting=AUTOMATON)
        try:
            return await work(_bearer(box, token.value))
        except MssAuthRefused:
            await session.evict(box.practitioner, token)
        token = await session.token(box.practitioner, acting=AUTOMATON)
        return await work(_bearer(box, token.value))


def _bearer(box: BoxConfig, token: str) -> Bearer:
    mechanism = "OAUTHBEARER" if box.sasl == "oauthbearer" else "XOAUTH2"
    return Bearer(address=box.address, token=token, mechanism=mechanism, initial_response=box.initial_response)
