"""The directory as a judge: the key, the quota, the questions it takes, the pages it gives."""

from __future__ import annotations

import hmac
import json
from urllib.parse import parse_qsl, urlsplit

from caducee_sandbox.annuaire.content import resources
from caducee_sandbox.annuaire.criteria import CRITERIA, Refused, matching, with_inclusions
from caducee_sandbox.annuaire.paging import next_path, opened, page_size, subsetted
from caducee_sandbox.annuaire.quota import Quota
from caducee_sandbox.annuaire.shapes import Json
from caducee_sandbox.exchange import Judgement
from caducee_sandbox.faults import DIRECTORY, FaultBoard
from caducee_sandbox.http import Answer, Request

BASE = "/v2"
KEY = "esante-api-key"
FHIR = "application/fhir+json; charset=utf-8"


class AnnuaireJudge:
    """FHIR R4 over HTTPS with an API key; without a certificate of the client."""

    def __init__(self, *, key: str, board: FaultBoard, quota: Quota | None = None) -> None:
        self._key = key
        self._board = board
        self._quota = quota or Quota()
        self._content = resources()

    def transaction(self, request: Request) -> str:
        """Name the type of resource that is asked for."""
        kind = urlsplit(request.path).path.removeprefix(f"{BASE}/").partition("/")[0]
        return kind if kind in CRITERIA else ""

    def unavailable(self) -> Answer:
        """Return the outcome of a service that cannot answer."""
        return _outcome(503, "transient", "Service unavailable")

    def judge(self, request: Request) -> Judgement:
        """Judge a question."""
        fault = self._board.take_of("annuaire", DIRECTORY, self.transaction(request))
        try:
            self._admit(request)
            if fault is not None and fault.kind == "quota":
                return _too_many()
            if not self._quota.take():
                return _too_many()
            kind, asked = _question(request)
            page = self._page(kind, asked, host=request.headers.get("host", "127.0.0.1"))
        except Refused as refused:
            answer = _outcome(refused.status, refused.code, refused.text)
            return Judgement(answer=answer, verdict=f"{refused.status} {refused.text}")
        if fault is not None:
            page = _twisted(page, fault.kind, request)
        return Judgement(answer=_json(200, page), verdict="accepted")

    def _admit(self, request: Request) -> None:
        shown = request.headers.get(KEY)
        if shown is None:
            raise Refused("Unauthorized", status=401, code="login")
        if not hmac.compare_digest(shown.encode(), self._key.encode()):
            raise Refused("Forbidden", status=403, code="forbidden")

    def _page(self, kind: str, asked: list[tuple[str, str]], *, host: str) -> Json:
        if kind == "metadata":
            return {"resourceType": "CapabilityStatement", "status": "active", "fhirVersion": "4.0.1"}
        question, start = opened(asked)
        found = matching(kind, question, self._content)
        size = page_size(question)
        page = found[start : start + size]
        fields = dict(question).get("_elements", "")
        matches = [subsetted(one, fields.split(",")) for one in page] if fields else page
        entries = [_entry(one, "match", host) for one in matches]
        entries += [_entry(one, "include", host) for one in with_inclusions(page, question, self._content)]
        links = [{"relation": "self", "url": f"https://{host}{BASE}/{kind}"}]
        if start + size < len(found):
            links.append({"relation": "next", "url": f"https://{host}{next_path(kind, question, start + size)}"})
        bundle: Json = {"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries}
        return {**bundle, "total": len(found)} if dict(question).get("_total") == "accurate" else bundle


def _question(request: Request) -> tuple[str, list[tuple[str, str]]]:
    parts = urlsplit(request.path)
    path = parts.path.rstrip("/")
    if path == BASE or not path.startswith(f"{BASE}/"):
        batch = request.method == "POST" and path == BASE
        text = "Batch is not supported" if batch else "Parameter _type not found" if path == BASE else "Unknown path"
        raise Refused(text, status=400 if path == BASE else 404, code="not-supported")
    kind, _, rest = path.removeprefix(f"{BASE}/").partition("/")
    if kind != "metadata" and kind not in CRITERIA:
        raise Refused(f"Unknown resource type {kind}", status=404, code="not-found")
    asked = parse_qsl(parts.query, keep_blank_values=True)
    if request.method == "POST" and rest == "_search":
        return kind, [*asked, *parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)]
    if request.method != "GET" or rest:
        raise Refused("Only searches are supported", status=400, code="not-supported")
    return kind, asked


def _entry(resource: Json, mode: str, host: str) -> Json:
    url = f"https://{host}{BASE}/{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": url, "resource": resource, "search": {"mode": mode}}


def _twisted(page: Json, fault: str, request: Request) -> Json:
    """Return a page with a fault that real directories were seen with."""
    link = next((one["url"] for one in page.get("link", []) if one["relation"] == "next"), "")
    others = [one for one in page.get("link", []) if one["relation"] != "next"]
    path = urlsplit(link)
    instead = {
        "next_loop": request.path,
        "next_elsewhere": link.replace(path.netloc, "autre-annuaire.example")
        if link
        else "https://autre-annuaire.example/v2",
        "next_relative": f"{path.path}?{path.query}" if link else "",
        "empty_page": link,
    }[fault]
    links = [*others, {"relation": "next", "url": instead}] if instead else others
    return {**page, "link": links, "entry": [] if fault == "empty_page" else page["entry"]}


def _too_many() -> Judgement:
    outcome = _outcome(429, "throttled", "Rate limit exceeded")
    answer = Answer(status=429, content_type=FHIR, body=outcome.body, headers={"retry-after": "1"})
    return Judgement(answer=answer, verdict="429 Rate limit exceeded")


def _outcome(status: int, code: str, text: str) -> Answer:
    issue = {"severity": "error", "code": code, "diagnostics": text}
    return _json(status, {"resourceType": "OperationOutcome", "issue": [issue]})


def _json(status: int, content: Json) -> Answer:
    return Answer(status=status, content_type=FHIR, body=json.dumps(content, ensure_ascii=False).encode())
