"""The appli carte Vitale, against the simulated service."""

from __future__ import annotations

import anyio
import pytest

from caducee.errors import CapabilityMissing, ProtocolViolation, RealmMixed, TraitsMismatch
from caducee.model.environment import Environment
from caducee.model.identity import InsStatus
from caducee.model.nir import control_key
from caducee.testing.state import MemoryState
from caducee.wire.soap import read_answer
from caducee_insi import Collection, Evidence, Step, Verdict
from caducee_insi.apcv import ANSWER, AppContext, Medium, Scan, read
from caducee_insi.config import InsiConfig
from caducee_insi.faults import InsiRefused
from caducee_insi.opening import open_app, open_desk, open_insi
from caducee_insi.vitale import VitaleUnreadable

from .conftest import Opened
from .people import HUGO, JEANNE, NUMBERS, SECRETARY
from .sandbox_process import Sandbox
from .scripted import soap
from .test_access import BILLING

pytestmark = pytest.mark.anyio
SHOWN = Scan(medium=Medium.QRCODE, data=f"ESSAI:{NUMBERS['P1']}{control_key(NUMBERS['P1'])}")


def verdicts(sandbox: Sandbox, before: int) -> list[tuple[str, str]]:
    made = sandbox.ledger()[before:]
    return [(line["transaction"], line["verdict"]) for line in made if line["transaction"].startswith("ApCV")]


async def test_who_shows_the_application_is_qualified_at_once_and_the_context_is_destroyed(
    placed: Opened, sandbox: Sandbox
) -> None:
    before = len(sandbox.ledger())
    async with placed(apcv_url=sandbox.url, billing=BILLING) as context, open_insi(context) as insi:
        found = await insi.ensure(JEANNE, Collection.VITALE_APP, acting=SECRETARY, scan=SHOWN)
        assert found.app is not None
        async with open_desk(context) as desk:
            qualified = await desk.acquire(JEANNE, found.app, acting=SECRETARY)
            standing = await desk.standing("P1")
    assert (found.step, qualified.status, qualified.ins) == (Step.COMPARE, InsStatus.QUALIFIED, found.app.ins)
    assert (standing.evidence, standing.status) == (Evidence.VITALE_APP, InsStatus.QUALIFIED)
    assert verdicts(sandbox, before) == [("ApCV_open", "accepted"), ("ApCV_close", "accepted")]


async def test_the_application_of_somebody_else_never_becomes_this_patient(placed: Opened, sandbox: Sandbox) -> None:
    async with placed(apcv_url=sandbox.url, billing=BILLING) as context, open_insi(context) as insi:
        found = await insi.ensure(HUGO, Collection.VITALE_APP, acting=SECRETARY, scan=SHOWN)
        assert found.app is not None
        assert found.comparison is not None
        assert found.comparison.verdict is Verdict.MAJOR
        async with open_desk(context) as desk:
            with pytest.raises(TraitsMismatch):
                await desk.acquire(HUGO, found.app, acting=SECRETARY)
            assert await desk.decisions("P2") == ()


@pytest.mark.parametrize("how", ["error", "cancelled"])
async def test_a_context_is_destroyed_whatever_happens_in_it(placed: Opened, sandbox: Sandbox, how: str) -> None:
    before = len(sandbox.ledger())
    async with placed(apcv_url=sandbox.url, billing=BILLING) as context, open_app(context) as app:
        assert app is not None
        if how == "error":
            with pytest.raises(LookupError):
                async with app.context(SHOWN, local_id="P1", acting=SECRETARY):
                    raise LookupError
        else:
            with anyio.CancelScope() as scope:
                async with app.context(SHOWN, local_id="P1", acting=SECRETARY):
                    scope.cancel()
                    await anyio.sleep(0)
    assert verdicts(sandbox, before)[-1] == ("ApCV_close", "accepted")


async def test_a_code_that_is_none_is_refused_and_opens_nothing(placed: Opened, sandbox: Sandbox) -> None:
    wrong = Scan(medium=Medium.NFC, data="AUTRE")
    async with placed(apcv_url=sandbox.url, billing=BILLING) as context, open_insi(context) as insi:
        with pytest.raises(InsiRefused, match="apcv_10"):
            await insi.ensure(JEANNE, Collection.VITALE_APP, acting=SECRETARY, scan=wrong)


async def test_without_billing_or_address_nothing_is_asked(
    placed: Opened, sandbox: Sandbox, state: MemoryState
) -> None:
    async with placed(apcv_url=sandbox.url) as context, open_insi(context) as insi:
        with pytest.raises(CapabilityMissing):
            await insi.ensure(JEANNE, Collection.VITALE_APP, acting=SECRETARY, scan=SHOWN)
    async with placed() as context, open_insi(context) as insi:
        with pytest.raises(VitaleUnreadable):
            await insi.ensure(JEANNE, Collection.VITALE_APP, acting=SECRETARY, scan=SHOWN)
    assert state.audit == []


async def test_neither_what_was_scanned_nor_the_context_shows_in_a_repr(placed: Opened, sandbox: Sandbox) -> None:
    async with placed(apcv_url=sandbox.url, billing=BILLING) as context, open_app(context) as app:
        assert app is not None
        async with app.context(SHOWN, local_id="P1", acting=SECRETARY) as opened:
            shown = repr(opened) + repr(SHOWN)
    assert NUMBERS["P1"] not in shown
    assert "NESSI" not in shown


GIVEN = f"""<AuthentifierUtilisateurProximiteRep xmlns="{ANSWER}"><ContexteApCV><Identifiant>a</Identifiant>
<TokenApCV>a</TokenApCV><DateFinValidite>20991231235959</DateFinValidite></ContexteApCV><Beneficiaire>
<INS><Matricule>275036399930194</Matricule><OID>1.2.250.1.213.1.4.10</OID></INS><NomNaissance>NESSI-TEST</NomNaissance>
<ListePrenom>JEANNE</ListePrenom><Sexe>F</Sexe><DateNaissance>1975-03-12</DateNaissance>
</Beneficiaire></AuthentifierUtilisateurProximiteRep>"""


def given_by_app(config: InsiConfig, content: str) -> AppContext:
    body = read_answer(soap(content), service="insi").body
    return read(body, config=config, environment=Environment.SANDBOX)


def test_a_matricule_of_the_application_is_kept_as_it_came(config: InsiConfig) -> None:
    assert given_by_app(config, GIVEN).ins.matricule == "275036399930194"


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ("275036399930194", "27503639993019"),
        ("275036399930194", "2750363999301940"),
        ("275036399930194", "INCONNU"),
        ("<Sexe>F</Sexe>", "<Sexe>I</Sexe>"),
        ("<Sexe>F</Sexe>", "<Sexe>X</Sexe>"),
        ("<Sexe>F</Sexe>", ""),
        ("AuthentifierUtilisateurProximiteRep", "Autre"),
    ],
)
def test_what_is_not_of_its_shape_makes_no_identity(config: InsiConfig, told: str, wrong: str) -> None:
    with pytest.raises(ProtocolViolation):
        given_by_app(config, GIVEN.replace(told, wrong))


def test_a_number_of_another_realm_makes_no_identity(config: InsiConfig) -> None:
    with pytest.raises(RealmMixed):
        given_by_app(config, GIVEN.replace("1.4.10", "1.4.8"))
