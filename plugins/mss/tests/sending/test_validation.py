"""What may not leave by mail, said at the desk."""

from __future__ import annotations

import pytest

from caducee.hooks import Facts
from caducee.model.destination import Destination
from caducee.model.environment import Environment
from caducee.testing import invented_letter
from caducee_mss.sending.destination import Correspondent, PatientMail, PlainMail
from caducee_mss.sending.validation import findings


def fields(destination: Destination) -> list[str]:
    facts = Facts(destinations=(destination,), environment=Environment.SANDBOX)
    return [one.field for one in findings(invented_letter(), destination, facts)]


def test_an_address_and_a_name_may_leave() -> None:
    assert fields(Correspondent(address="a.b@medecin.mssante.fr", name="Dr B", text="Bonjour,\nvoici.")) == []
    assert fields(PatientMail(text="Bonjour")) == []


@pytest.mark.parametrize("address", ["", "docteur", "a@b", "a b@c.fr", "a@b.fr\r\nBcc: x@y.fr", "<a@b.fr>"])
def test_what_is_no_address_is_refused(address: str) -> None:
    assert fields(Correspondent(address=address)) == ["audience.mss.address"]


@pytest.mark.parametrize("name", ["Dr\nBcc: x@y.fr", "Dr\x00"])
def test_a_name_that_could_open_a_field_is_refused(name: str) -> None:
    assert fields(Correspondent(address="a@b.fr", name=name)) == ["audience.mss.name"]


def test_all_is_said_at_once() -> None:
    assert fields(Correspondent(address="?", name="\x00", text="\x00")) == [
        "audience.mss.address",
        "audience.mss.name",
        "audience.mss.text",
    ]


def test_a_document_does_not_leave_as_a_plain_message() -> None:
    assert fields(PlainMail(box="roux", recipient="a@b.fr", message_id="<1@b.fr>")) == ["audience.mail"]


def test_a_patient_is_no_correspondent() -> None:
    assert fields(Correspondent(address="279035121518989@patient.mssante.fr")) == ["audience.mss.address"]
    assert fields(Correspondent(address="accueil@patient.mssante.fr")) == []
