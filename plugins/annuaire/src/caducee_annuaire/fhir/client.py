"""Questions to the directory, each answered whole: all pages, or an error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import urlencode

import msgspec

from caducee.contracts.http import HttpAnswer, HttpClient
from caducee.errors import ProtocolViolation
from caducee_annuaire.errors import SERVICE, DirectoryBusy, NotWhole, PagingLoop
from caducee_annuaire.fhir.model import Bundle, Outcome, Resource, kind_of
from caducee_annuaire.fhir.outcome import is_failure, refusal, refused, worst
from caducee_annuaire.fhir.paging import next_url, target_of
from caducee_annuaire.pace import Pace

T = TypeVar("T")
KEY_HEADER = "ESANTE-API-KEY"


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """The most that is read for one question. ``patience``: the longest wait that the directory may ask for."""

    page: int = 50
    matches: int = 500
    pages: int = 100
    patience: float = 2.0


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Every resource of one question, each once: those that match, and those that came with them."""

    matches: tuple[Resource, ...]
    included: tuple[Resource, ...] = ()

    def by_key(self) -> dict[str, Resource]:
        """Return all of them by ``Type/id``."""
        return {one.key: one for one in (*self.included, *self.matches)}


class FhirClient:
    """Asks one directory, under one key and one pace."""

    def __init__(self, http: HttpClient, *, url: str, key: str, pace: Pace, bounds: Bounds) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._headers = {KEY_HEADER: key, "Accept": "application/fhir+json"}
        self._pace = pace
        self._bounds = bounds

    def url(self, kind: str, criteria: Mapping[str, str]) -> str:
        """Return the address of the first page of a question."""
        return f"{self._url}/{kind}?{urlencode({**criteria, '_count': str(self._bounds.page)})}"

    async def search(self, kind: str, criteria: Mapping[str, str]) -> Found:
        """Ask, and read every page.

        Raises:
            NotWhole: more matches or pages than may be read, or a resource with parts left out.
            PagingLoop, ForeignLink: the links of the pages lead nowhere.
            CriterionRefused, DirectoryRefused, KeyRefused, DirectoryBusy: what the directory says.
            ServiceUnavailable: no answer.
            ProtocolViolation: not a page of results.
        """
        url, seen, pages = self.url(kind, criteria), set[str](), _Pages(kind, criteria, self._bounds)
        while url:
            if url in seen:
                raise PagingLoop(SERVICE, f"page {len(seen) + 1} was already read")
            if len(seen) == self._bounds.pages:
                raise NotWhole(SERVICE, f"more than {self._bounds.pages} pages")
            seen.add(url)
            bundle = read_bundle(await self._ask(url), criteria)
            pages.add(bundle)
            url = next_url(url, bundle.next) if bundle.next else ""
        return pages.found()

    async def _ask(self, url: str) -> HttpAnswer:
        answer = await self._once(url)
        if answer.status not in (429, 503):
            return answer
        self._rest(answer)
        return await self._once(url)

    async def _once(self, url: str) -> HttpAnswer:
        if self._pace.held > self._bounds.patience:
            raise DirectoryBusy(self._pace.held)
        async with self._pace.turn():
            return await self._http.get(target_of(url), headers=self._headers)

    def _rest(self, answer: HttpAnswer) -> None:
        """Hold everybody for as long as the directory asks; give up at once when that is too long."""
        error = refusal(answer, ())
        if isinstance(error, DirectoryBusy):
            self._pace.hold(error.retry_after)
            if error.retry_after > self._bounds.patience:
                raise error


class _Pages:
    """The resources of the pages read so far. A match that comes again, or as an inclusion, counts once."""

    def __init__(self, kind: str, criteria: Mapping[str, str], bounds: Bounds) -> None:
        self._kind = kind
        self._criteria = criteria
        self._bounds = bounds
        self._matches: dict[str, Resource] = {}
        self._included: dict[str, Resource] = {}

    def add(self, bundle: Bundle) -> None:
        for entry in bundle.entry:
            if entry.search.mode == "outcome":
                self._heed(entry.resource)
                continue
            resource = read_resource(entry.resource)
            match = entry.search.mode == "match" and resource.resourceType == self._kind
            (self._matches if match else self._included).setdefault(resource.key, resource)
        if len(self._matches) > self._bounds.matches:
            raise NotWhole(SERVICE, f"more than {self._bounds.matches} matches")

    def found(self) -> Found:
        included = (one for key, one in self._included.items() if key not in self._matches)
        return Found(matches=tuple(self._matches.values()), included=tuple(included))

    def _heed(self, raw: msgspec.Raw) -> None:
        issue = worst(_decoded(raw, Outcome))
        if issue is not None and is_failure(issue):
            raise refused(issue, self._criteria, status=200)


def read_bundle(answer: HttpAnswer, criteria: Mapping[str, str]) -> Bundle:
    """Read one page.

    Raises:
        CaduceeError: as ``FhirClient.search``.
    """
    if answer.status != 200:
        raise refusal(answer, criteria)
    bundle = _decoded(answer.body, Bundle)
    if bundle.resourceType != "Bundle" or bundle.type != "searchset":
        raise ProtocolViolation(SERVICE, "the answer is not a page of results")
    return bundle


def read_resource(raw: msgspec.Raw) -> Resource:
    """Read one resource; one without id or type, or with parts left out, cannot be told from others.

    Raises:
        ProtocolViolation, NotWhole.
    """
    if not bytes(raw):
        raise ProtocolViolation(SERVICE, "an entry has no resource")
    resource = _decoded(raw, Resource) if _known(raw) else Resource(_kind(raw), id="-")
    if not resource.id:
        raise ProtocolViolation(SERVICE, "a resource has no id")
    if resource.subsetted:
        raise NotWhole(SERVICE, f"{resource.resourceType}: parts of a resource were left out")
    return resource


def _known(raw: msgspec.Raw) -> bool:
    return _kind(raw) in ("Practitioner", "PractitionerRole", "Organization")


def _kind(raw: msgspec.Raw) -> str:
    try:
        return kind_of(raw)
    except (msgspec.DecodeError, RecursionError):
        raise ProtocolViolation(SERVICE, "an entry holds no resource") from None


def _decoded(data: bytes | msgspec.Raw, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, RecursionError):
        raise ProtocolViolation(SERVICE, f"the answer is not a {kind.__name__} of FHIR") from None
