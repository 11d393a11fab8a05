from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest
from lxml import etree

from caducee.contracts.delivery import Envelope
from caducee.errors import (
    CardAbsent,
    ConnectFailed,
    InsNotQualified,
    OutcomeUnknown,
    PartlyDone,
    ProtocolViolation,
    RealmMixed,
    ServiceRejected,
    ServiceUnavailable,
)
from caducee.model.entry import DocumentEntry, EntryPatientId
from caducee.model.environment import Environment
from caducee_dmp.config import DsgConfig
from caducee_dmp.deliverer import DmpDeliverer
from caducee_dmp.errors import DmpClosed, DmpHoldsOther, NoDmp
from caducee_dmp.exchange import Exchange
from caducee_dmp.td21_feed import Prepared

from .conftest import DOCUMENT, SHA1, FakeContext
from .scripted_dmp import LOST, ScriptedDmp, existence, listed, registry

pytestmark = pytest.mark.anyio
ID = "1.2.250.1.999.1.7"
DUPLICATE = registry("Failure", ("XDSDuplicateUniqueIdInRegistry", "Error"))
PREPARED = msgspec.msgpack.encode(Prepared(body=b"", signature=b""))
SAME = listed((ID, SHA1.hexdigest().upper(), len(DOCUMENT)))


@asynccontextmanager
async def delivering(context: FakeContext) -> AsyncIterator[DmpDeliverer]:
    async with Exchange(context) as exchange:
        yield DmpDeliverer(context, exchange)


async def prepared(context: FakeContext, dmp: ScriptedDmp, envelope: Envelope) -> bytes:
    dmp.answer("patients", existence())
    async with delivering(context) as deliverer:
        return await deliverer.prepare(envelope)


@pytest.mark.requirement("DMP-TD2.1-set-signature")
async def test_preparing_asks_for_the_record_then_signs_once_by_the_author(
    context: FakeContext, dmp: ScriptedDmp, envelope: Envelope
) -> None:
    await prepared(context, dmp, envelope)
    assert [r.text("Action") for r in dmp.received] == ["urn:hl7-org:v3:PRPA_IN201307UV02"]
    assert [str(a).rpartition("#")[2] for a in context.credentials.fake_signer.operations] == ["rsa-sha1"]
    assert set(context.credentials.asked) == {"roux"}


async def test_the_digest_of_the_set_signature_is_configured(
    context: FakeContext, dmp: ScriptedDmp, envelope: Envelope
) -> None:
    context.config = msgspec.structs.replace(context.config, dsg=DsgConfig(digest="sha256"))
    await prepared(context, dmp, envelope)
    assert [str(a).rpartition("#")[2] for a in context.credentials.fake_signer.operations] == ["rsa-sha256"]


@pytest.mark.parametrize(("answer", "error"), [(existence("NF"), NoDmp), (existence(status="terminated"), DmpClosed)])
async def test_without_an_open_record_nothing_is_signed(
    context: FakeContext, dmp: ScriptedDmp, envelope: Envelope, answer: bytes, error: type[Exception]
) -> None:
    dmp.answer("patients", answer)
    async with delivering(context) as deliverer:
        with pytest.raises(error):
            await deliverer.prepare(envelope)
    assert context.credentials.fake_signer.operations == []


async def test_a_missing_card_is_said_as_it_is(context: FakeContext, dmp: ScriptedDmp, envelope: Envelope) -> None:
    context.credentials.trouble = CardAbsent("no card")
    with pytest.raises(CardAbsent):
        await prepared(context, dmp, envelope)


@pytest.mark.parametrize("environment", [Environment.PRODUCTION, Environment.SANDBOX])
async def test_a_matricule_of_another_realm_is_never_sent(
    context: FakeContext, dmp: ScriptedDmp, envelope: Envelope, entry: DocumentEntry, environment: Environment
) -> None:
    context.environment = environment
    real = EntryPatientId(identifier="275036399900105", oid="1.2.250.1.213.1.4.8")
    other = entry if environment is Environment.PRODUCTION else msgspec.structs.replace(entry, patient_id=real)
    foreign = msgspec.structs.replace(envelope, entry=msgspec.json.encode(other))
    async with delivering(context) as deliverer:
        for step in (deliverer.prepare(foreign), deliverer.send(foreign, PREPARED), deliverer.probe(foreign, PREPARED)):
            with pytest.raises(RealmMixed):
                await step
    assert dmp.received == []


async def test_a_document_without_ins_is_never_sent(
    context: FakeContext, dmp: ScriptedDmp, envelope: Envelope, entry: DocumentEntry
) -> None:
    without = msgspec.json.encode(msgspec.structs.replace(entry, patient_id=None))
    async with delivering(context) as deliverer:
        with pytest.raises(InsNotQualified):
            await deliverer.prepare(msgspec.structs.replace(envelope, entry=without))
    assert dmp.received == []


async def test_the_very_bytes_of_the_document_are_sent_with_their_signature(
    context: FakeContext, dmp: ScriptedDmp, envelope: Envelope
) -> None:
    stored = await prepared(context, dmp, envelope)
    dmp.answer("repository", registry())
    async with delivering(context) as deliverer:
        receipt = await deliverer.send(envelope, stored)
    sent = dmp.received[-1]
    assert sent.parts[0] == DOCUMENT
    assert etree.fromstring(sent.parts[1]).tag == "{http://www.w3.org/2000/09/xmldsig#}Signature"
    assert (receipt.mode, receipt.service, receipt.found_by_probe) == ("DIRECTE", "dmp", False)


async def test_a_resend_is_the_same_bytes_in_a_fresh_message(
    context: FakeContext, dmp: ScriptedDmp, envelope: Envelope
) -> None:
    stored = await prepared(context, dmp, envelope)
    dmp.answer("repository", LOST, registry())
    async with delivering(context) as deliverer:
        with pytest.raises(OutcomeUnknown):
            await deliverer.send(envelope, stored)
        await deliverer.send(envelope, stored)
    first, second = dmp.received[-2:]
    assert first.parts == second.parts
    bodies = [etree.tostring(r.all("ProvideAndRegisterDocumentSetRequest")[0]) for r in (first, second)]
    assert bodies[0] == bodies[1]
    assert first.text("MessageID") != second.text("MessageID")
    assert first.all("Assertion")[0].get("ID") != second.all("Assertion")[0].get("ID")


async def test_warnings_are_kept_with_the_receipt(context: FakeContext, dmp: ScriptedDmp, envelope: Envelope) -> None:
    stored = await prepared(context, dmp, envelope)
    dmp.answer("repository", registry("Success", ("XDSExtraMetadataNotSaved", "Warning")))
    async with delivering(context) as deliverer:
        assert (await deliverer.send(envelope, stored)).warnings == ("XDSExtraMetadataNotSaved: texte",)


@pytest.mark.parametrize(("status", "error"), [("Failure", ServiceRejected), ("PartialSuccess", PartlyDone)])
async def test_a_refusal_keeps_the_services_words(
    context: FakeContext, dmp: ScriptedDmp, envelope: Envelope, status: str, error: type[ServiceRejected]
) -> None:
    stored = await prepared(context, dmp, envelope)
    dmp.answer("repository", registry(status, ("XDSUnknownPatientId", "Error")))
    async with delivering(context) as deliverer:
        with pytest.raises(error) as caught:
            await deliverer.send(envelope, stored)
    assert type(caught.value) is error
    assert (caught.value.service_code, caught.value.service_text) == ("XDSUnknownPatientId", "texte")


@pytest.mark.parametrize("answer", [b"html", b"<other/>", listed()])
async def test_an_unintelligible_answer_to_a_feed_is_an_unknown_outcome(
    context: FakeContext, dmp: ScriptedDmp, envelope: Envelope, answer: bytes
) -> None:
    stored = await prepared(context, dmp, envelope)
    dmp.answer("repository", answer)
    async with delivering(context) as deliverer:
        with pytest.raises(OutcomeUnknown):
            await deliverer.send(envelope, stored)


@pytest.mark.requirement("DMP-duplicate-same-hash")
async def test_a_duplicate_with_the_same_bytes_is_a_delivery(
    context: FakeContext, dmp: ScriptedDmp, envelope: Envelope
) -> None:
    stored = await prepared(context, dmp, envelope)
    dmp.answer("repository", DUPLICATE)
    dmp.answer("registry", SAME)
    async with delivering(context) as deliverer:
        receipt = await deliverer.send(envelope, stored)
    assert (receipt.found_by_probe, receipt.reference) == (True, "urn:uuid:entry")


@pytest.mark.parametrize(
    ("held", "error"),
    [(listed((ID, "0" * 40, len(DOCUMENT))), DmpHoldsOther), (listed(), DmpHoldsOther), (LOST, OutcomeUnknown)],
)
async def test_a_duplicate_that_is_not_ours_or_cannot_be_compared_is_no_delivery(
    context: FakeContext, dmp: ScriptedDmp, envelope: Envelope, held: bytes, error: type[Exception]
) -> None:
    stored = await prepared(context, dmp, envelope)
    dmp.answer("repository", DUPLICATE)
    dmp.answer("registry", held)
    async with delivering(context) as deliverer:
        with pytest.raises(error):
            await deliverer.send(envelope, stored)


async def test_a_probe_finds_the_document_or_does_not(
    context: FakeContext, dmp: ScriptedDmp, envelope: Envelope
) -> None:
    dmp.answer("registry", SAME, listed())
    async with delivering(context) as deliverer:
        found = await deliverer.probe(envelope, PREPARED)
        assert found is not None
        assert (found.found_by_probe, found.reference, found.mode) == (True, "urn:uuid:entry", "DIRECTE")
        assert await deliverer.probe(envelope, PREPARED) is None
    assert dmp.received[0].text("Value") == f"('{ID}')"


@pytest.mark.parametrize(
    ("held", "error"),
    [
        (LOST, ServiceUnavailable),
        (listed((ID, "", len(DOCUMENT))), ProtocolViolation),
        (listed((ID, SHA1.hexdigest(), 1)), DmpHoldsOther),
    ],
)
async def test_a_probe_that_cannot_tell_never_says_not_there(
    context: FakeContext, dmp: ScriptedDmp, envelope: Envelope, held: bytes, error: type[Exception]
) -> None:
    dmp.answer("registry", held)
    async with delivering(context) as deliverer:
        with pytest.raises(error):
            await deliverer.probe(envelope, PREPARED)


async def test_a_dmp_that_is_down_gets_nothing(context: FakeContext, envelope: Envelope) -> None:
    context.config = msgspec.structs.replace(context.config, url="http://127.0.0.1:1/x")
    async with delivering(context) as deliverer:
        for step in (deliverer.prepare(envelope), deliverer.probe(envelope, PREPARED)):
            with pytest.raises(ConnectFailed):
                await step
