"""The simulated profile of the port: JSON over HTTP with the sandbox's concentrator. No real one speaks like this."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec

from caducee.contracts.http import HttpAnswer, HttpClient, Limits
from caducee.contracts.plugin import PluginContext
from caducee.errors import OutcomeUnknown, ProtocolViolation, ServiceUnavailable
from caducee_paymed_tp.errors import SERVICE, TpSubmissionRefused
from caducee_paymed_tp.model.sending import Receipt
from caducee_paymed_tp.sending.port import Accepted, Collected, Submission

T = TypeVar("T")

_JSON = "application/json"
_NOT_FOUND = 404


class _Said(msgspec.Struct, frozen=True):
    reference: str = ""
    again: bool = False
    code: str = ""
    text: str = ""


class _Came(msgspec.Struct, frozen=True):
    receipts: tuple[Receipt, ...]
    files: tuple[str, ...]
    next: str


class SimulatedConcentrator:
    """A ``TpConcentrator`` that speaks to the sandbox."""

    def __init__(self, context: PluginContext, url: str, *, credential: str = "", seconds: float = 60.0) -> None:
        self._context, self._url, self._credential, self._seconds = context, url, credential, seconds

    async def submit(self, submission: Submission) -> Accepted:
        """Post a lot under its own name."""
        content = msgspec.json.encode(submission)
        path = f"lots/{submission.file_id}"
        answer = await self._asked(lambda http: http.post(path, content_type=_JSON, content=[content], changes=True))
        if answer.status >= 500:
            raise OutcomeUnknown(SERVICE, f"status {answer.status}")
        said = _read(answer, _Said)
        if answer.status >= 400:
            raise TpSubmissionRefused(SERVICE, "refused", service_code=said.code, service_text=said.text)
        return Accepted(file_id=submission.file_id, reference=said.reference, again=said.again)

    async def holds(self, file_id: str) -> Accepted | None:
        """Ask for a lot by its name."""
        answer = await self._asked(lambda http: http.get(f"lots/{file_id}"))
        if answer.status == _NOT_FOUND:
            return None
        said = _good(answer, _Said)
        return Accepted(file_id=file_id, reference=said.reference, again=True)

    async def collect(self, cursor: str) -> Collected:
        """Ask for what came since."""
        came = _good(await self._asked(lambda http: http.get(f"inbox/{cursor or '0'}")), _Came)
        files = tuple(base64.b64decode(one) for one in came.files)
        return Collected(receipts=came.receipts, files=files, next=came.next)

    async def _asked(self, call: Callable[[HttpClient], Awaitable[HttpAnswer]]) -> HttpAnswer:
        limits = Limits(connect=self._seconds, answer=self._seconds)
        async with self._context.http(self._url, credential=self._credential, limits=limits) as http:
            return await call(http)


def _good(answer: HttpAnswer, kind: type[T]) -> T:
    if answer.status >= 400:
        raise ServiceUnavailable(SERVICE, f"status {answer.status}")
    return _read(answer, kind)


def _read(answer: HttpAnswer, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except msgspec.DecodeError:
        raise ProtocolViolation(SERVICE, "not the JSON of the simulated profile") from None
