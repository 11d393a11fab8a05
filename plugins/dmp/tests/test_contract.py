"""The DMP held against the contract that every plugin keeps, with a DMP that fails on demand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree

from caducee.contracts.state import State
from caducee.model.practice import Actor
from caducee.sharing.basis import ExplicitConsent
from caducee.testing import PATIENT, Answer, FakeCard, Request, ScriptedService
from caducee.testing.contract import DestinationContract, ServiceContract, StateContract, StateSample, Subject
from caducee_dmp import DMP, Access, Dmp, DmpService, plugin
from caducee_dmp.errors import DmpClosed, DmpHoldsOther, NoDmp
from caducee_dmp.record.api import KEEPER, SHARED_RECORD, SharedRecord

from .scripted_dmp import SOAP, Received, existence, listed, registry

CARD = FakeCard()
UNIQUE_ID = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"


class HeldDmp:
    """A DMP that keeps the documents of the sets it receives: hash and size by unique id."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[str, int]] = {}

    def answer(self, request: Request) -> Answer:
        received = Received(request.path.rpartition("/")[2], request.headers["content-type"], request.body, peer=None)
        related = (
            f"<a:RelatesTo xmlns:a='http://www.w3.org/2005/08/addressing'>{received.text('MessageID')}</a:RelatesTo>"
        )
        head = f"<e:Envelope xmlns:e='{SOAP}'><e:Header>{related}</e:Header><e:Body>"
        body = head.encode() + self._body(received) + b"</e:Body></e:Envelope>"
        return Answer(body, content_type="application/soap+xml")

    def _body(self, received: Received) -> bytes:
        if received.endpoint == "patients":
            return existence()
        if received.endpoint == "registry":
            wanted = received.text("Value").strip("()'")
            return listed(*((wanted, *self.held[wanted]),) if wanted in self.held else ())
        (document, *_) = received.all("ExtrinsicObject")
        unique_id = next(i.get("value", "") for i in document.iter("{*}ExternalIdentifier") if _is_unique_id(i))
        if unique_id in self.held:
            return registry("Failure", ("XDSDuplicateUniqueIdInRegistry", "Error"))
        self.held[unique_id] = (_slot(document, "hash"), int(_slot(document, "size")))
        return registry()


def _is_unique_id(identifier: etree._Element) -> bool:
    return identifier.get("identificationScheme") == UNIQUE_ID


def _slot(document: etree._Element, name: str) -> str:
    return next(s.findtext(".//{*}Value") or "" for s in document.iter("{*}Slot") if s.get("name") == name)


def feeds(request: Request) -> bool:
    return b"ProvideAndRegisterDocumentSet" in request.body


def table(url: str) -> Mapping[str, Any]:
    lps = {"id": "01.00", "name": "DEMOLGC", "version": "1.0", "homologation": "NUM", "oid": "1.2.250.1.999.1.1"}
    return {"url": f"{url}/si-dmp-server/v2/services", "lps": lps, "answer_timeout": 0.8}


INFORMED = Access(basis=ExplicitConsent(consultation="essai", how="de vive voix"))


async def exists(dmp: DmpService) -> object:
    return await dmp.exists(PATIENT, practitioner="roux", acting=Actor.doctor("Dr Camille Roux"))


async def synchronise(record: SharedRecord) -> object:
    acting = Actor.doctor("Dr Camille Roux")
    return await record.synchronise(PATIENT, practitioner="roux", acting=acting, access=INFORMED)


async def write(state: State) -> None:
    async with state.transaction() as tx:
        await tx.put("exchanges", "urn:uuid:1", b"an exchange")


async def check(state: State) -> None:
    assert await state.get("exchanges", "urn:uuid:1") == b"an exchange"


class TestDmp(DestinationContract, ServiceContract, StateContract):
    def subject(self) -> Subject:
        dmp = HeldDmp()
        return Subject(
            plugin=plugin,
            name="dmp",
            table=table,
            codes=(NoDmp.code, DmpClosed.code, DmpHoldsOther.code),
            service=ScriptedService(dmp.answer, writes=feeds, tls=CARD.authority.server),
            destination=Dmp(),
            held=lambda: len(dmp.held),
            services={DMP: exists, SHARED_RECORD: synchronise, KEEPER: None},
            state=StateSample(version=1, write=write, check=check),
            credentials=CARD,
            patience=3.0,
        )
