"""Two destinations for the tests: one that needs the qualified identity, one that does not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

import msgspec

from caducee.contracts.delivery import Deliverer, Envelope, Receipt
from caducee.contracts.plugin import PluginContext, Registrar
from caducee.hooks import Facts, Route, hookimpl
from caducee.model.codes import LOINC, Code
from caducee.model.destination import Destination
from caducee.model.document import Document, PdfBody
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST, Ins, InsStatus, Sex, Traits
from caducee.model.patient import Patient


class Record(Destination, frozen=True):
    kind: ClassVar[str] = "record"


class Colleague(Destination, frozen=True):
    kind: ClassVar[str] = "colleague"


TRAITS = Traits(birth_name="NESSI-TEST", given_names=("JEANNE",), sex=Sex.FEMALE, birth_date="1975-03-12")
PROVISIONAL = Patient(local_id="P1", traits=TRAITS)
INS = Ins(matricule="275036399930194", oid=INS_NIR_TEST, environment=Environment.SANDBOX)
QUALIFIED = msgspec.structs.replace(PROVISIONAL, status=InsStatus.QUALIFIED, ins=INS)


def letter(patient: Patient, local_id: str = "L1") -> Document:
    return Document(
        local_id=local_id,
        patient=patient,
        author="roux",
        type=Code("11488-4", LOINC, "CR ou fiche de consultation ou de visite"),
        title="Lettre",
        body=PdfBody(b"%PDF-1.4"),
        created="20261125083000+0100",
        service_start="20261125083000+0100",
    )


class _Accepts:
    async def prepare(self, envelope: Envelope) -> bytes:
        return b"ready"

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        return Receipt(service=envelope.kind, at="")

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:
        return None


@asynccontextmanager
async def accepts(context: PluginContext) -> AsyncIterator[Deliverer]:
    yield _Accepts()


class Places:
    """A plugin that serves both."""

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        registrar.destination(Record, accepts)
        registrar.destination(Colleague, accepts)

    @hookimpl
    def caducee_route(self, document: Document, facts: Facts) -> list[Route]:
        return [
            Route(destination=destination, needs_qualified_ins=isinstance(destination, Record))
            for destination in facts.destinations
            if isinstance(destination, Record | Colleague)
        ]
