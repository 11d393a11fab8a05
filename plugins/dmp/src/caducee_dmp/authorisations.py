"""Authorisations on records, the list of one's patients, the search of a regulation, the web pages."""

from __future__ import annotations

from datetime import datetime

from caducee.model.patient import Patient
from caducee.model.permissions import Verb
from caducee.model.practice import Actor
from caducee.sharing.fact_kind import FactKind
from caducee.wire.xds.times import dtm
from caducee_dmp import td03_authorise, td04_patients, td05_search, td09_web
from caducee_dmp.access import NORMAL, Access, AccessMode
from caducee_dmp.asking import Asked, Asking
from caducee_dmp.errors import ModeRefused, SecretRefused, WebAddressMissing
from caducee_dmp.messages import Installation
from caducee_dmp.modes import Mode, Right, require
from caducee_dmp.td03_authorise import Authorised, Listed
from caducee_dmp.td04_patients import AuthorisedRecord, Since
from caducee_dmp.td05_search import Search, SearchedTraits
from caducee_dmp.td09_web import Page, WebAccess


class Authorisations:
    """``Authorising``."""

    def __init__(self, asking: Asking, installation: Installation) -> None:
        self._asking = asking
        self._requests = td03_authorise.Authorisations()
        self._patients = td04_patients.Patients()
        self._search = td05_search.PatientSearch(installation)

    async def add(self, patient: Patient, *, practitioner: str, acting: Actor, attending: bool = False) -> str:
        """Ask TD0.3, AJOUT."""
        asked = Asked(practitioner=practitioner, acting=acting, patient=patient, reads=False)

        async def ask() -> str:
            return td03_authorise.read_set(await self._asking.call(self._requests.add(attending=attending), asked))

        said = await self._asking.audited(asked, f"TD0.3 AJOUT{' MT' if attending else ''}", ask)
        if attending:
            await self._asking.note(FactKind.ATTENDING, patient)
        return said

    async def remove(self, patient: Patient, *, practitioner: str, acting: Actor, attending: bool = False) -> str:
        """Ask TD0.3, SUPPRESSION."""
        asked = Asked(practitioner=practitioner, acting=acting, patient=patient, reads=False)

        async def ask() -> str:
            return td03_authorise.read_set(await self._asking.call(self._requests.remove(attending=attending), asked))

        said = await self._asking.audited(asked, f"TD0.3 SUPPRESSION{' MT' if attending else ''}", ask)
        if attending:
            await self._asking.note(FactKind.ATTENDING_ENDED, patient)
        return said

    async def list(
        self, patient: Patient, *, practitioner: str, acting: Actor, listed: Listed = Listed.ALL
    ) -> tuple[Authorised, ...]:
        """Ask TD1.6."""
        asked = Asked(practitioner=practitioner, acting=acting, patient=patient, reads=False)

        async def ask() -> tuple[Authorised, ...]:
            return td03_authorise.read_list(await self._asking.call(self._requests.list(listed), asked))

        return await self._asking.audited(asked, f"TD1.6 {listed}", ask)

    async def mine(
        self,
        since: datetime,
        *,
        practitioner: str,
        acting: Actor,
        by: Since = Since.AUTHORISATION,
        owner: str = "",
    ) -> tuple[AuthorisedRecord, ...]:
        """Ask TD0.4."""
        asked = Asked(practitioner=practitioner, acting=acting, reads=False)

        async def ask() -> tuple[AuthorisedRecord, ...]:
            call = self._patients.list(since, by, owner=owner)
            return td04_patients.read(await self._asking.call(call, asked))

        return await self._asking.audited(asked, f"TD0.4 {by}", ask)

    async def search(self, traits: SearchedTraits, *, practitioner: str, acting: Actor, access: Access) -> Search:
        """Ask TD0.5."""
        if access.mode is not AccessMode.CENTRE_15:
            raise ModeRefused("TD0.5 outside medical regulation")
        asked = Asked(practitioner=practitioner, acting=acting, access=access)

        async def ask() -> Search:
            now = dtm(self._asking.context.clock.now(), field="creationTime")
            answer = await self._asking.call(self._search.request(traits, created=now), asked)
            return td05_search.read(answer.body)

        return await self._asking.audited(asked, "TD0.5", ask)

    async def web(
        self,
        page: Page,
        patient: Patient | None = None,
        *,
        practitioner: str,
        acting: Actor,
        access: Access = NORMAL,
    ) -> WebAccess:
        """Prepare TD0.9 or TD0.10."""
        asked = Asked(practitioner=practitioner, acting=acting, access=access, patient=patient, verb=Verb.CONSULT)

        async def ask() -> WebAccess:
            require(self._asking.mode, Right.WEB)
            config = self._asking.config.web
            if config is None:
                raise WebAddressMissing("no address of the web site")
            ins = self._asking.ins(patient) if patient is not None else None
            to = td09_web.address(config.url, page, ins.identifier if ins is not None else None)
            if self._asking.mode is Mode.DIRECT:
                if access.secret:
                    raise SecretRefused("by_address")
                return WebAccess(address=to)
            assertion = await self._asking.assertion(asked)
            return WebAccess(address=to, form=td09_web.form(to, assertion, field=config.field))

        td = "TD0.9" if self._asking.mode is Mode.DIRECT else "TD0.10"
        return await self._asking.audited(asked, f"{td} {page}", ask)
