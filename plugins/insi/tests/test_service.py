from __future__ import annotations

import logging
import re
from collections.abc import Callable

import msgspec
import pytest

from caducee.contracts.http import HttpAnswer
from caducee.contracts.identity import InsOutcome
from caducee.errors import CaduceeError, ConnectFailed, ProtocolViolation, RealmMixed, Timeout
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR, INS_NIR_TEST, Sex, Traits
from caducee.model.practice import Actor
from caducee.testing.state import MemoryState
from caducee_insi.exchange import Exchange
from caducee_insi.faults import InsiRefused, InsiUnavailable
from caducee_insi.query import TraitsInvalid
from caducee_insi.service import InsiService

from .scripted import ScriptedChannel, StillClock, fault, individual, result

pytestmark = pytest.mark.anyio
Build = Callable[..., InsiService]

JEANNE = Traits(
    birth_name="NESSI-TEST",
    given_names=("JEANNE", "MARIE"),
    sex=Sex.FEMALE,
    birth_date="1975-03-12",
    birth_place="63999",
)
SECRETARY = Actor.secretary("accueil")
FOUND = individual()


async def search(service: InsiService, traits: Traits = JEANNE) -> object:
    return await service.search(traits, local_id="P1", acting=SECRETARY)


def asked(envelope: bytes) -> tuple[str, bool]:
    name = re.search(rb"<insi:Prenom>(.*?)<", envelope)
    assert name is not None
    return name.group(1).decode(), b"LieuNaissance" in envelope


async def test_an_identity_found_at_once_costs_one_request(insi: Build) -> None:
    channel = ScriptedChannel(result("00", FOUND))
    answer = await insi(channel).search(JEANNE, local_id="P1", acting=SECRETARY)
    assert (answer.outcome, answer.calls) == (InsOutcome.FOUND, 1)
    assert answer.ins is not None
    assert (answer.ins.oid, answer.ins.environment) == (INS_NIR_TEST, Environment.SANDBOX)
    assert [asked(envelope) for envelope in channel.sent] == [("JEANNE", False)]


async def test_several_answers_are_narrowed_until_one_is_left(insi: Build) -> None:
    channel = ScriptedChannel(result("02"), result("02"), result("00", FOUND))
    answer = await insi(channel).search(JEANNE, local_id="P1", acting=SECRETARY)
    assert (answer.outcome, answer.calls) == (InsOutcome.FOUND, 3)
    assert [asked(envelope) for envelope in channel.sent] == [
        ("JEANNE", False),
        ("JEANNE MARIE", False),
        ("JEANNE MARIE", True),
    ]


async def test_nobody_found_ends_with_01_after_every_given_name(insi: Build) -> None:
    answer = await insi(ScriptedChannel(*[result("01")] * 3)).search(JEANNE, local_id="P1", acting=SECRETARY)
    assert (answer.outcome, answer.calls, answer.ins, answer.label) == (InsOutcome.NOT_FOUND, 3, None, "texte")


async def test_every_request_has_fresh_ids_and_the_same_instance(insi: Build) -> None:
    channel = ScriptedChannel(*[result("01")] * 3)
    await search(insi(channel))
    ids = [re.findall(rb"(?:MessageID|:Id)>([^<]+)<", envelope) for envelope in channel.sent]
    assert len({one for three in ids for one in three}) == 9
    assert len({re.search(rb"Instance>([^<]+)<", envelope).group(1) for envelope in channel.sent}) == 1  # type: ignore[union-attr]


@pytest.mark.requirement("EXI REC 07")
async def test_every_request_is_in_the_audit_trail_without_a_trait(insi: Build, state: MemoryState) -> None:
    await search(insi(ScriptedChannel(result("02"), result("00", FOUND))))
    assert [line[:3] for line in state.audit] == [("insi.search", "secretary:accueil", "P1")] * 2
    assert [line[3].split()[0] for line in state.audit] == ["outcome=02", "outcome=00"]
    assert all("message=uuid:" in line[3] for line in state.audit)
    assert not re.search("NESSI|JEANNE|1975|63999|2750363999001", str(state.audit))


@pytest.mark.requirement("EXI REC 08")
async def test_the_bytes_of_both_sides_are_kept_under_the_message_id(insi: Build, state: MemoryState) -> None:
    channel = ScriptedChannel(answered := result("00", FOUND))
    await search(insi(channel))
    ((collection, message_id),) = state.values
    kept = msgspec.json.decode(state.values[collection, message_id], type=Exchange)
    assert (kept.request, kept.answer, kept.status) == (channel.sent[0], answered.body, 200)
    assert message_id in state.audit[0][3]


@pytest.mark.parametrize(
    "passing", [fault("siram_40", "insi_102", "Receiver"), Timeout("insi", "x"), ConnectFailed("insi", "x")]
)
async def test_what_may_pass_is_asked_once_more_after_a_pause(
    insi: Build, clock: StillClock, state: MemoryState, passing: HttpAnswer | CaduceeError
) -> None:
    channel = ScriptedChannel(passing, result("00", FOUND))
    answer = await insi(channel).search(JEANNE, local_id="P1", acting=SECRETARY)
    assert (answer.outcome, answer.calls) == (InsOutcome.FOUND, 2)
    assert len(clock.waited) == 1
    assert 0.5 <= clock.waited[0] <= 1.5
    assert state.audit[0][3].startswith("error=")


async def test_an_outage_that_lasts_is_an_error_after_two_requests(insi: Build) -> None:
    channel = ScriptedChannel(*[fault("siram_40", "desir_1020")] * 2)
    with pytest.raises(InsiUnavailable):
        await search(insi(channel))
    assert len(channel.sent) == 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (fault("siram_100", "desir_550"), InsiRefused),
        (fault("siram_1", "insi_24"), InsiRefused),
        (result("07"), ProtocolViolation),
    ],
)
async def test_what_will_not_pass_is_not_asked_again(
    insi: Build, state: MemoryState, answer: HttpAnswer, error: type[CaduceeError]
) -> None:
    channel = ScriptedChannel(answer)
    with pytest.raises(error):
        await search(insi(channel))
    assert len(channel.sent) == 1
    assert len(state.audit) == 1


async def test_retries_count_against_the_cap(insi: Build) -> None:
    names = tuple("ABCDE")
    channel = ScriptedChannel(*(Timeout("insi", "x") if at % 2 == 0 else result("01") for at in range(6)))
    answer = await insi(channel).search(
        msgspec.structs.replace(JEANNE, given_names=names), local_id="P1", acting=SECRETARY
    )
    assert (answer.outcome, answer.calls, len(channel.sent)) == (InsOutcome.NOT_FOUND, 6, 6)


async def test_the_last_request_that_is_allowed_is_not_tried_again(insi: Build) -> None:
    names = tuple("ABCDEF")
    channel = ScriptedChannel(*(result("01") for _ in range(5)), Timeout("insi", "x"), result("01"))
    with pytest.raises(Timeout):
        await insi(channel).search(msgspec.structs.replace(JEANNE, given_names=names), local_id="P1", acting=SECRETARY)
    assert len(channel.sent) == 6


@pytest.mark.requirement("INS-REALM")
@pytest.mark.parametrize(
    ("environment", "oid"), [(Environment.SANDBOX, INS_NIR), (Environment.PRODUCTION, INS_NIR_TEST)]
)
async def test_an_oid_of_another_realm_is_refused(insi: Build, environment: Environment, oid: str) -> None:
    with pytest.raises(RealmMixed):
        await search(insi(ScriptedChannel(result("00", individual(oid=oid))), environment))


@pytest.mark.parametrize(
    "changes",
    [
        {"sex": Sex.INDETERMINATE},
        {"birth_name": "N3SSI"},
        {"birth_date": "1975-02-30"},
        {"given_names": ("JEANNE", "M?RIE")},
    ],
)
async def test_traits_that_cannot_be_asked_are_refused_before_anything_is_sent(
    insi: Build, state: MemoryState, changes: dict[str, object]
) -> None:
    channel = ScriptedChannel()
    with pytest.raises(TraitsInvalid):
        await search(insi(channel), msgspec.structs.replace(JEANNE, **changes))
    assert channel.sent == []
    assert state.audit == []


async def test_no_trait_and_no_matricule_is_logged_or_in_an_error(
    insi: Build, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(RealmMixed) as caught:
        await search(insi(ScriptedChannel(result("00", individual(oid=INS_NIR)))))
    assert not re.search("NESSI|JEANNE|2750363999001", caplog.text + str(caught.value) + repr(caught.value))
