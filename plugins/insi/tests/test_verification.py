from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR, INS_NIR_TEST, Ins, Sex, Traits
from caducee.model.practice import Actor
from caducee.testing.state import MemoryState
from caducee_insi.access import ByCertificate
from caducee_insi.config import InsiConfig
from caducee_insi.courier import Courier
from caducee_insi.service import InsiService
from caducee_insi.verification import BySearch, ByUnit
from caducee_insi.ws_ins3 import ANSWER

from .scripted import ScriptedChannel, StillClock, individual, result, soap

pytestmark = pytest.mark.anyio
SECRETARY = Actor.secretary("Mme Petit")
TRAITS = Traits(
    birth_name="NESSI-TEST",
    given_names=("JEANNE", "MARIE"),
    sex=Sex.FEMALE,
    birth_date="1975-03-12",
    birth_place="63999",
)
INS = Ins(matricule="275036399900106", oid=INS_NIR_TEST, environment=Environment.SANDBOX)
Build = Callable[[ScriptedChannel], InsiService]


@pytest.mark.parametrize(
    ("ins", "traits", "coherent"),
    [
        (INS, TRAITS, True),
        (INS, msgspec.structs.replace(TRAITS, birth_place=None), True),
        (INS, msgspec.structs.replace(TRAITS, birth_date="1975-03-21"), False),
        (INS, msgspec.structs.replace(TRAITS, birth_name="AUTRE"), False),
        (msgspec.structs.replace(INS, matricule="275036399930194"), TRAITS, False),
        (msgspec.structs.replace(INS, oid=INS_NIR), TRAITS, False),
    ],
)
async def test_number_oid_and_traits_are_all_compared(insi: Build, ins: Ins, traits: Traits, coherent: bool) -> None:
    verifier = BySearch(insi(ScriptedChannel(result("00", individual()))))
    said = await verifier.verify(ins, traits, local_id="P1", acting=SECRETARY)
    assert (said.coherent, said.reason == "") == (coherent, coherent)


async def test_a_unit_verification_speaks_of_the_number_under_the_service_s_oid(
    config: InsiConfig, clock: StillClock, state: MemoryState
) -> None:
    said = soap(f'<RESULTAT xmlns="{ANSWER}"><CR><CodeCR>00</CodeCR><LibelleCR>OK</LibelleCR></CR></RESULTAT>')
    channel = ScriptedChannel(said)
    courier = Courier(config=config, channel=channel, clock=clock, state=state, authenticator=ByCertificate("1"))
    verifier = ByUnit(config, Environment.INTEGRATION, courier=courier, clock=clock)
    kept = msgspec.structs.replace(INS, environment=Environment.INTEGRATION)
    assert (await verifier.verify(kept, TRAITS, local_id="P1", acting=SECRETARY)).coherent
    assert f"OID>{INS_NIR}<".encode() in channel.sent[0]
