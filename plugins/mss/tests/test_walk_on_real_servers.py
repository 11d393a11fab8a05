"""Doctor to doctor, doctor to patient and back, through Postfix and Dovecot."""

from __future__ import annotations

import base64
import http.server
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import msgspec
import pytest
from mail_rig.mails import LIMITS, place, tls
from mail_rig.servers.operator import Operator

import caducee
from caducee import Actor, Audience, Document, InsStatus, Kernel, Patient
from caducee.contracts.inbox import InboxItem
from caducee.contracts.plugin import PluginContext, Registrar
from caducee.contracts.session import PROFESSIONAL_SESSION, AccessToken
from caducee.hooks import hookimpl
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST, Ins, Sex, Traits
from caducee.outbox.contract import DeliveryState
from caducee.testing import invented_letter
from caducee_mss import MSS, Correspondent, IntegrationOutcome, PatientMail, incoming, read_mail
from caducee_mss.imap import mailbox
from caducee_mss.message import Mailbox, OutgoingMail, compose
from caducee_mss.smtp import Submission, submit
from caducee_mss.transport import Bearer

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(240)]

PATIENT = "275036399900106@patient.test.mssante.fr"
MOREAU, PETIT = "alice.moreau@medecin.test.mssante.fr", "gilles.petit@cabinet.test.mssante.fr"
JEANNE = Patient(
    local_id="P1",
    traits=Traits(
        birth_name="NESSI-TEST",
        given_names=("JEANNE",),
        sex=Sex.FEMALE,
        birth_date="1975-03-12",
        birth_place="63999",
    ),
    status=InsStatus.QUALIFIED,
    ins=Ins(matricule=PATIENT.partition("@")[0], oid=INS_NIR_TEST, environment=Environment.SANDBOX),
)
DOCTOR = Actor.doctor("moreau")


class Session:
    """A log-in whose tokens the operator knows."""

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        registrar.service(PROFESSIONAL_SESSION, self._lend)

    @asynccontextmanager
    async def _lend(self, context: PluginContext) -> AsyncIterator[Any]:
        yield self

    async def token(self, practitioner: str, *, acting: Actor) -> AccessToken:
        return AccessToken(
            value=f"jeton-{practitioner}", kind="Bearer", expires=datetime.now(UTC) + timedelta(minutes=2)
        )

    async def evict(self, practitioner: str, token: AccessToken) -> None:
        return None


class Index:
    async def by_ins(self, matricule: str, oid: str) -> tuple[Patient, ...]:
        assert JEANNE.ins is not None
        return (JEANNE,) if (matricule, oid) == (JEANNE.ins.matricule, JEANNE.ins.oid) else ()

    async def by_traits(self, traits: Traits) -> tuple[Patient, ...]:
        return ()

    async def by_local_id(self, local_id: str) -> Patient | None:
        return None


@contextmanager
def list_host(content: bytes) -> Iterator[str]:
    """Serve the authority's revocation list in clear."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            return None

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/ca.crl"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def doctor(key: str, identifier: str, family: str, given: str) -> str:
    return f"""
[practitioner.{key}]
identifier = "{identifier}"
family_name = "{family}"
given_name = "{given}"
title = "DR"
profession = "10"
specialty = "SM26"

[practitioner.{key}.structure]
identifier = "4{identifier[1:]}001"
name = "Cabinet du Dr {family.title()}"
sector = "SA07"
setting = "AMBULATOIRE"
"""


def configured(folder: Path, operator: Operator, lists: str) -> Path:
    folder.mkdir(exist_ok=True)
    key = folder / "store.key"
    key.write_bytes(base64.b64encode(bytes(range(32))))
    key.chmod(0o600)
    bundle = folder / "ca.pem"
    bundle.write_bytes(operator.authority.bundle)
    text = f"""
[kernel]
environment = "sandbox"
data_dir = "data"
tenant = "essai"
plugins = ["mss", "session", "patients"]
store_key = {{ file = "store.key" }}
pace = 20.0

[documents]
oid_root = "1.2.250.1.999.1"

[credentials.operators]
kind = "trust"
authorities = "ca.pem"

[plugins.mss]
nil = "DEV000000"
software = {{ name = "ESSAI", version = "1", vendor = "Essai" }}
trust = "operators"
source_id = "1.2.250.1.999.1.1"
patient_domain = "patient.test.mssante.fr"
revocation_lists = [{json.dumps(lists)}]
"""
    text += doctor("moreau", "899700000033", "MOREAU", "Alice") + doctor("petit", "899700000041", "PETIT", "Gilles")
    for name, address in (("moreau", MOREAU), ("petit", PETIT)):
        text += f"""
[plugins.mss.boxes.{name}]
address = "{address}"
practitioner = "{name}"
poll = 0.5
submission = {{ host = "localhost", port = {operator.ports["submission"]} }}
imap = {{ host = "localhost", port = {operator.ports["imap"]} }}
"""
    path = folder / "caducee.toml"
    path.write_text(text, encoding="utf-8")
    return path


@asynccontextmanager
async def practice(folder: Path, operator: Operator) -> AsyncIterator[Kernel]:
    operator.introspection.boxes.update({"jeton-moreau": MOREAU, "jeton-petit": PETIT, "jeton-jeanne": PATIENT})
    with list_host(operator.authority.crl()) as lists:
        plugins = {"session": Session(), "patients": caducee.serve_patients(Index())}
        async with caducee.open_kernel(configured(folder, operator, lists), plugins=plugins) as kernel:
            yield kernel


def letter() -> Document:
    return msgspec.structs.replace(invented_letter(patient=JEANNE), author="moreau", local_id=str(uuid4()))


async def the_item(kernel: Kernel, kind: str, wanted: Callable[[InboxItem], bool]) -> InboxItem:
    with anyio.fail_after(60):
        while True:
            item = await kernel.inbox.take(kinds=(kind,))
            if item is not None and wanted(item):
                return item
            if item is not None:
                await kernel.inbox.filed(item, acting=DOCTOR)
            await anyio.sleep(0.05)


async def whats(kernel: Kernel, document_id: str) -> list[str]:
    async with kernel.use(MSS) as mss:
        return [str(one.what) for line in await mss.of_document(document_id) for one in line.steps]


async def until_told(kernel: Kernel, document_id: str, what: str) -> list[str]:
    with anyio.fail_after(60):
        while what not in (found := await whats(kernel, document_id)):
            await anyio.sleep(0.2)
    return found


async def test_a_letter_is_sent_arrives_is_filed_and_its_sender_learns_each(operator: Operator, tmp_path: Path) -> None:
    async with practice(tmp_path, operator) as kernel:
        ticket = await kernel.documents.publish(
            letter(),
            audience=Audience(Correspondent(address=PETIT, read_receipt=True)),
            acting=DOCTOR,
            idempotency_key=str(uuid4()),
        )
        with anyio.fail_after(60):
            (delivery,) = await ticket.settled()
        assert delivery.state is DeliveryState.DELIVERED
        sealed = await kernel.documents.sealed_bytes(ticket.document_id)
        item = await the_item(kernel, "mail", lambda one: delivery.row.delivery_id in incoming(one.content).message_id)
        assert [one.content for one in read_mail(incoming(item.content).content).documents] == [sealed]
        petit = Actor.doctor("petit")
        async with kernel.use(MSS) as mss:
            (proposed,) = (await mss.propose(item)).documents
            assert (str(proposed.outcome), proposed.local_id) == ("file", "P1")
            await mss.filed(item, outcome=IntegrationOutcome(), acting=petit, local_id="P1")
        await kernel.inbox.filed(item, acting=petit)
        found = await until_told(kernel, ticket.document_id, "integrated")
        assert {"written", "sent", "arrived", "integrated"} <= set(found)


async def test_an_unknown_recipient_waits_for_a_person(operator: Operator, tmp_path: Path) -> None:
    async with practice(tmp_path, operator) as kernel:
        ticket = await kernel.documents.publish(
            letter(),
            audience=Audience(Correspondent(address="inconnu@cabinet.test.mssante.fr")),
            acting=DOCTOR,
            idempotency_key=str(uuid4()),
        )
        with anyio.fail_after(60):
            (delivery,) = await ticket.reached(DeliveryState.BLOCKED)
        assert (delivery.why, delivery.row.service_code) == ("operator", "550 5.1.1")
        assert "destinataire" in delivery.explanation.sentence


async def test_a_patient_reads_the_letter_and_the_answer_comes_back(operator: Operator, tmp_path: Path) -> None:
    async with practice(tmp_path, operator) as kernel:
        ticket = await kernel.documents.publish(
            letter(), audience=Audience(PatientMail()), acting=DOCTOR, idempotency_key=str(uuid4())
        )
        with anyio.fail_after(60):
            (delivery,) = await ticket.settled()
        message_id = delivery.row.receipt.reference if delivery.row.receipt else ""
        await until_told(kernel, ticket.document_id, "arrived")
        login = Bearer(address=PATIENT, token="jeton-jeanne")
        async with mailbox(place(operator, "imap"), tls=tls(operator), login=login, limits=LIMITS) as session:
            await session.open_box("INBOX")
            (uid,) = await session.search_message_id(message_id)
            received = read_mail(await session.content(uid) or b"")
        assert [one.content for one in received.documents] == [await kernel.documents.sealed_bytes(ticket.document_id)]
        answer = compose(
            OutgoingMail(
                sender=Mailbox(PATIENT),
                recipients=(Mailbox(MOREAU),),
                subject="Re: votre message",
                text="Merci docteur",
                nil="MES",
                message_id=f"<{uuid4()}@patient.test.mssante.fr>",
                date=datetime.now(UTC),
                in_reply_to=message_id,
                references=(message_id,),
            )
        )
        sent = Submission(sender=PATIENT, recipients=(MOREAU,), content=answer)
        await submit(place(operator, "submission"), tls=tls(operator), login=login, submission=sent, limits=LIMITS)
        item = await the_item(kernel, "patient_mail", lambda one: incoming(one.content).answers == ticket.document_id)
        assert read_mail(incoming(item.content).content).text == "Merci docteur"


async def test_a_copy_lies_among_the_sent_mails_of_the_box(operator: Operator, tmp_path: Path) -> None:
    async with practice(tmp_path, operator) as kernel:
        ticket = await kernel.documents.publish(
            letter(), audience=Audience(Correspondent(address=PETIT)), acting=DOCTOR, idempotency_key=str(uuid4())
        )
        with anyio.fail_after(60):
            (delivery,) = await ticket.settled()
        assert delivery.row.receipt is not None
        login = Bearer(address=MOREAU, token="jeton-moreau")
        with anyio.fail_after(60):
            while True:
                async with mailbox(place(operator, "imap"), tls=tls(operator), login=login, limits=LIMITS) as session:
                    folder = await session.box_for("\\Sent")
                    assert folder is not None
                    await session.open_box(folder)
                    if await session.search_message_id(delivery.row.receipt.reference):
                        break
                await anyio.sleep(0.5)
