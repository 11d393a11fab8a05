"""The secret connection: for a minor, and for nobody who is not known to be one."""

from __future__ import annotations

import msgspec
import pytest
from lxml import etree

from caducee.errors import CaduceeError, CapabilityMissing
from caducee.model.patient import Patient
from caducee_dmp.access import Access
from caducee_dmp.config import WebConfig
from caducee_dmp.errors import SecretRefused
from caducee_dmp.exchange import Exchange
from caducee_dmp.service import Consultation
from caducee_dmp.td09_web import Page

from .conftest import FakeContext
from .scripted_dmp import ScriptedDmp, existence
from .test_service import ACTING, FOUND, LISTED, PATIENT, TEAM

pytestmark = pytest.mark.anyio
SECRETLY = Access(basis=TEAM, secret=True)


def born(day: str) -> Patient:
    return msgspec.structs.replace(PATIENT, traits=msgspec.structs.replace(PATIENT.traits, birth_date=day))


CHILD = born("2014-05-02")


@pytest.fixture
def context(context: FakeContext) -> FakeContext:
    """The same, with the secret connection switched on and a web site."""
    vihf = msgspec.structs.replace(context.config.vihf, secret_connection=True)
    context.config = msgspec.structs.replace(
        context.config, vihf=vihf, web=WebConfig(url="https://web.example/AccesDirect")
    )
    return context


async def test_the_record_of_a_minor_is_opened_secretly(context: FakeContext, dmp: ScriptedDmp) -> None:
    dmp.answer("registry", FOUND)
    async with Exchange(context) as exchange:
        service = Consultation(context, exchange)
        assert await service.find(CHILD, practitioner="roux", acting=ACTING, access=SECRETLY)
    (received,) = dmp.received
    assert context.config.vihf.hiding_attribute.encode() in etree.tostring(received.envelope)


@pytest.mark.parametrize(
    ("birth_date", "why", "said"),
    [
        ("1975-03-12", "adult", "majeur"),
        ("", "age_unknown", "date de naissance"),
        ("0000-00-00", "age_unknown", "date de naissance"),
        ("2099-01-01", "age_unknown", "date de naissance"),
    ],
)
async def test_nobody_else_is_opened_secretly_and_nothing_is_sent(
    context: FakeContext, dmp: ScriptedDmp, birth_date: str, why: str, said: str
) -> None:
    who = born(birth_date)
    async with Exchange(context) as exchange:
        service = Consultation(context, exchange)
        for ask in (
            service.exists(who, practitioner="roux", acting=ACTING, access=SECRETLY),
            service.record_data(who, practitioner="roux", acting=ACTING, access=SECRETLY),
            service.find(who, practitioner="roux", acting=ACTING, access=SECRETLY),
            service.retrieve(who, LISTED, practitioner="roux", acting=ACTING, access=SECRETLY),
            service.registry.entries(who, ("1.2.3",), practitioner="roux", acting=ACTING, access=SECRETLY),
        ):
            with pytest.raises(SecretRefused) as refused:
                await ask
            assert refused.value.why == why
            assert said in refused.value.explain().sentence
            assert "1975" not in str(refused.value)
    assert dmp.received == []
    assert context.state.audit == []


async def test_the_age_of_majority_is_the_practice_s(context: FakeContext, dmp: ScriptedDmp) -> None:
    context.majority = 12
    async with Exchange(context) as exchange:
        with pytest.raises(SecretRefused):
            await Consultation(context, exchange).exists(CHILD, practitioner="roux", acting=ACTING, access=SECRETLY)
        context.majority = 13
        dmp.answer("patients", existence())
        await Consultation(context, exchange).exists(CHILD, practitioner="roux", acting=ACTING, access=SECRETLY)


async def test_it_must_be_switched_on_whoever_the_patient_is(context: FakeContext, dmp: ScriptedDmp) -> None:
    context.config = msgspec.structs.replace(
        context.config, vihf=msgspec.structs.replace(context.config.vihf, secret_connection=False)
    )
    async with Exchange(context) as exchange:
        with pytest.raises(CapabilityMissing) as missing:
            await Consultation(context, exchange).exists(CHILD, practitioner="roux", acting=ACTING, access=SECRETLY)
    assert not isinstance(missing.value, SecretRefused)
    assert dmp.received == []


async def test_the_web_site_is_not_opened_by_an_address_that_cannot_be_secret(context: FakeContext) -> None:
    async with Exchange(context) as exchange:
        web = Consultation(context, exchange).authorisations.web
        with pytest.raises(SecretRefused, match="by_address"):
            await web(Page.VACCINATIONS, CHILD, practitioner="roux", acting=ACTING, access=SECRETLY)
        with pytest.raises(SecretRefused, match="no_patient"):
            await web(Page.DASHBOARD, practitioner="roux", acting=ACTING, access=SECRETLY)


def test_each_refusal_says_what_to_do() -> None:
    refusals: list[CaduceeError] = [
        SecretRefused("adult"),
        SecretRefused("age_unknown"),
        SecretRefused("no_patient"),
        SecretRefused("by_address"),
    ]
    said = {(one.explain().sentence, one.explain().remedy) for one in refusals}
    assert len(said) == 4
    assert all(sentence and remedy for sentence, remedy in said)
