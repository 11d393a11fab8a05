from __future__ import annotations

from typing import ClassVar

import msgspec
import pytest

from caducee.documents.plan import held_for_announcement, is_qualified, must_seal, plan
from caducee.documents.ports import Hooked
from caducee.hooks import Route
from caducee.model.destination import Audience, Destination
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST, Ins, InsStatus, Sex, Traits
from caducee.model.patient import Patient
from caducee.outbox.contract import DeliveryState


class Record(Destination, frozen=True):
    kind: ClassVar[str] = "record"


class Colleague(Destination, frozen=True):
    kind: ClassVar[str] = "colleague"
    number: int = 0

    @property
    def reference(self) -> str:
        return str(self.number)


TRAITS = Traits(birth_name="NESSI-TEST", given_names=("JEANNE",), sex=Sex.FEMALE, birth_date="1975-03-12")
PROVISIONAL = Patient(local_id="P1", traits=TRAITS)
QUALIFIED = msgspec.structs.replace(
    PROVISIONAL,
    status=InsStatus.QUALIFIED,
    ins=Ins(matricule="275036399900137", oid=INS_NIR_TEST, environment=Environment.SANDBOX),
)
TO_RECORD = Route(destination=Record(), needs_qualified_ins=True)


def test_a_qualified_patient_goes_to_the_record() -> None:
    planned, findings = plan(QUALIFIED, (Record(),), Hooked(routes=(TO_RECORD,)))
    assert [(item.state, item.why) for item in planned] == [(DeliveryState.PENDING, "")]
    assert findings == ()


def test_an_unqualified_patient_holds_only_what_needs_the_identity() -> None:
    routed = Hooked(routes=(TO_RECORD, Route(destination=Colleague(1))))
    planned, _ = plan(PROVISIONAL, (Record(), Colleague(1)), routed)
    assert [(item.state, item.why) for item in planned] == [
        (DeliveryState.BLOCKED, "identity"),
        (DeliveryState.PENDING, ""),
    ]


def test_what_nobody_could_check_waits_for_the_patient_to_be_told_and_a_colleague_does_not() -> None:
    planned, _ = plan(
        QUALIFIED, (Record(), Colleague(1)), Hooked(routes=(Route(destination=Colleague(1)),), troubled=("mute",))
    )
    assert [(item.why, item.told_first) for item in planned] == [("operator", True), ("", False)]
    assert [item.why for item in held_for_announcement(planned)] == ["announcement", ""]


def test_a_destination_that_nobody_serves_is_a_finding() -> None:
    planned, findings = plan(QUALIFIED, (Colleague(1),), Hooked())
    assert planned == ()
    assert [finding.field for finding in findings] == ["audience.colleague"]


def test_a_destination_is_kept_for_an_operator_when_a_plugin_failed_to_answer() -> None:
    planned, findings = plan(QUALIFIED, (Record(),), Hooked(troubled=("dmp",)))
    assert [(item.state, item.why) for item in planned] == [(DeliveryState.BLOCKED, "operator")]
    assert findings == ()


def test_nothing_is_sealed_while_every_delivery_waits_for_the_identity() -> None:
    planned, _ = plan(PROVISIONAL, (Record(),), Hooked(routes=(TO_RECORD,)))
    assert not must_seal(planned)


@pytest.mark.parametrize("status", [InsStatus.PROVISIONAL, InsStatus.RETRIEVED, InsStatus.VALIDATED])
def test_only_the_qualified_status_counts_as_qualified(status: InsStatus) -> None:
    assert not is_qualified(msgspec.structs.replace(QUALIFIED, status=status))


def test_a_status_without_matricule_is_not_qualified() -> None:
    assert not is_qualified(msgspec.structs.replace(QUALIFIED, ins=None))


def test_an_audience_keeps_its_order_and_each_destination_once() -> None:
    assert Audience(Colleague(2), Record(), Colleague(2)).destinations == (Colleague(2), Record())
