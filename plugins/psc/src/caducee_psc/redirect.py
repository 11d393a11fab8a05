"""The request by which the browser brings the code back (RFC 8252, 7.3); any program may send one, so it is suspect."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qsl, urlsplit

import msgspec

from caducee_psc.errors import AnswerForged, LoginRefused, only_code

_LONGEST_CODE = 4096


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What the right request has. ``must_name_issuer``: the provider said that it names itself (RFC 9207)."""

    host: str
    path: str
    state: str
    issuer: str
    must_name_issuer: bool

    def __repr__(self) -> str:
        return f"Expected(host={self.host!r}, path={self.path!r})"


class NotForUs(Exception):
    """A request of somebody else: it is told ``status``, and the wait goes on."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(str(status))


def read_redirect(head: bytes, expected: Expected) -> str:
    """Return the authorization code that this request brings.

    Raises:
        NotForUs: not a GET of the expected address with the state of this log-in.
        LoginRefused: the provider says that there is no log-in.
        AnswerForged: it bears our state but comes from another provider, or has no single code.
    """
    given = _parameters(head, expected)
    if not hmac.compare_digest(given.get("state", "").encode(), expected.state.encode()):
        raise NotForUs(400)
    _same_issuer(given.get("iss"), expected)
    if "error" in given:
        raise LoginRefused(only_code(given["error"], otherwise="error"))
    code = given.get("code", "")
    if not code or len(code) > _LONGEST_CODE:
        raise AnswerForged("the answer of the browser has no code")
    return code


def _parameters(head: bytes, expected: Expected) -> dict[str, str]:
    lines = head.decode("latin-1").split("\r\n")
    method, _, rest = lines[0].partition(" ")
    target, _, version = rest.rpartition(" ")
    if version not in ("HTTP/1.1", "HTTP/1.0"):
        raise NotForUs(400)
    if method != "GET":
        raise NotForUs(405)
    hosts = [value.strip() for name, _, value in (line.partition(":") for line in lines[1:]) if name.lower() == "host"]
    if hosts != [expected.host]:  # a page of the web that points a name of its own at this machine
        raise NotForUs(400)
    address = urlsplit(target)
    if address.path != expected.path or address.netloc or address.scheme:
        raise NotForUs(404)
    pairs = parse_qsl(address.query, keep_blank_values=True)
    if len({name for name, _ in pairs}) != len(pairs):
        raise NotForUs(400)
    return dict(pairs)


def _same_issuer(named: str | None, expected: Expected) -> None:
    if named is None and not expected.must_name_issuer:
        return
    if named != expected.issuer:
        raise AnswerForged("the answer of the browser comes from another provider")
