"""The three ways in, over real sockets."""

from __future__ import annotations

import re

import msgspec
import pytest
import xmlsec
from lxml import etree

from caducee.contracts.identity import InsOutcome
from caducee.errors import CardAbsent, ConfigError, SessionExpired
from caducee.testing.state import MemoryState
from caducee_insi.access import Access
from caducee_insi.config import Billing, IssuerForm
from caducee_insi.exchange import Exchange
from caducee_insi.faults import InsiRefused
from caducee_insi.opening import open_identity, open_insi

from .conftest import Opened
from .people import FATIMA, HUGO, JEANNE, SECRETARY
from .test_vitale import LUNAR, inserted

pytestmark = pytest.mark.anyio
BILLING = Billing(identifier="991130972", specialty="01", sector="SA07")
CARD = {"access": Access.CARD, "practitioner": "roux", "billing": BILLING}
PSC = {"access": Access.PSC, "practitioner": "roux", "billing": BILLING}
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"


def requests(state: MemoryState) -> list[bytes]:
    kept = [value for (shelf, _), value in state.values.items() if shelf == "exchange"]
    return [msgspec.json.decode(value, type=Exchange).request for value in kept]


async def test_a_card_signs_the_assertion_and_the_identity_is_found(placed: Opened, state: MemoryState) -> None:
    async with placed("insi_card", **CARD) as context, open_identity(context) as insi:
        answer = await insi.search(JEANNE.traits, local_id="P1", acting=SECRETARY)
    assert answer.outcome is InsOutcome.FOUND
    assert b"<ctxlps:Emetteur>899700000017<" in requests(state)[0]


async def test_one_operation_of_the_card_is_enough_for_the_calls_of_one_search(placed: Opened) -> None:
    nobody = msgspec.structs.replace(JEANNE.traits, birth_date="1975-03-13")
    async with placed("insi_card", **CARD) as context, open_identity(context) as insi:
        answer = await insi.search(nobody, local_id="P1", acting=SECRETARY)
        card = await context.credentials.signer("roux")
    assert (answer.calls, card.operations) == (3, 1)


@pytest.mark.parametrize("form", list(IssuerForm))
async def test_xmlsec_verifies_the_assertion_and_refuses_it_with_one_byte_changed(
    placed: Opened, state: MemoryState, form: IssuerForm
) -> None:
    async with placed("insi_card", **CARD, issuer_form=form) as context, open_identity(context) as insi:
        await insi.search(HUGO.traits, local_id="P2", acting=SECRETARY)
    (sent,) = requests(state)
    assert verifies(sent)
    assert not verifies(sent.replace(b">991130972<", b">991130973<"))


def verifies(envelope: bytes) -> bool:
    root = etree.fromstring(envelope)
    assertion = root.find(f".//{SAML}Assertion")
    xmlsec.tree.add_ids(assertion, ["ID"])
    signature = xmlsec.tree.find_node(assertion, xmlsec.constants.NodeSignature)
    context = xmlsec.SignatureContext()
    certificate = "".join(signature.findtext(".//{*}X509Certificate").split())
    pem = f"-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n".encode()
    context.key = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatCertPem)
    try:
        context.verify(signature)
    except xmlsec.Error:
        return False
    return True


async def test_the_vitale_card_is_told_beside_the_professional(
    placed: Opened, state: MemoryState, tmp_path: object
) -> None:
    async with placed("insi_card", **CARD) as context, open_insi(context) as insi:
        answer = await insi.search_card(inserted(tmp_path, LUNAR), local_id="P9", acting=SECRETARY)  # type: ignore[arg-type]
    assert answer.outcome is InsOutcome.FOUND
    root = etree.fromstring(requests(state)[0])
    told = root.findall(f".//{SAML}Assertion")
    assert [one.find(f".//{SAML}NameID").get("NameQualifier") for one in told] == ["CPX", "VITALE"]
    assert told[1].findtext(f".//{SAML}NameID") == "0002"


async def test_without_a_card_nothing_is_sent(placed: Opened, state: MemoryState) -> None:
    async with placed("insi_card", card="", **CARD) as context, open_identity(context) as insi:
        with pytest.raises(CardAbsent):
            await insi.search(JEANNE.traits, local_id="P1", acting=SECRETARY)
    assert state.audit == []


async def test_the_key_of_authentication_is_not_one_of_signature(placed: Opened) -> None:
    async with placed("insi_card", card="roux_auth", **CARD) as context, open_identity(context) as insi:
        with pytest.raises(InsiRefused, match="desir_561"):
            await insi.search(JEANNE.traits, local_id="P1", acting=SECRETARY)


async def test_who_is_logged_in_is_told_unsigned(placed: Opened, state: MemoryState) -> None:
    async with placed("insi_session", **PSC) as context, open_identity(context) as insi:
        answer = await insi.search(FATIMA.traits, local_id="P9", acting=SECRETARY)
    assert answer.outcome is InsOutcome.FOUND
    (sent,) = requests(state)
    assert b"Signature" not in sent
    assert re.search(rb'NameQualifier="PSC">899700000017<', sent)
    assert b"codeSpecialiteAMO" in sent


async def test_a_session_that_has_ended_is_said_before_anything_is_sent(placed: Opened, state: MemoryState) -> None:
    async with placed("insi_session", **PSC) as context, open_identity(context) as insi:
        context.session.expired = True
        with pytest.raises(SessionExpired):
            await insi.search(JEANNE.traits, local_id="P1", acting=SECRETARY)
    assert state.audit == []


@pytest.mark.parametrize("access", [Access.CARD, Access.PSC])
async def test_a_way_in_without_its_billing_is_a_fault_of_the_configuration(placed: Opened, access: Access) -> None:
    async with placed(access=access, practitioner="roux") as context:
        with pytest.raises(ConfigError, match="billing"):
            async with open_identity(context):
                raise AssertionError("opened")
