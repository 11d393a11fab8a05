from __future__ import annotations

import os
from pathlib import Path

import pytest
from lxml import etree

from caducee.errors import ProtocolViolation, ServiceRejected
from caducee_dmp.existence import Existence
from caducee_dmp.messages import Installation
from caducee_dmp.td02_existence import ExistenceTest, read_existence

from .conftest import INS
from .scripted_dmp import existence


def body() -> etree._Element:
    installation = Installation(
        sender="1.2.250.1.999.1", software="LGC", receiver="1.2.250.1.213.4.1.1.1", processing="D"
    )
    test = ExistenceTest(installation)
    return etree.fromstring(test.request(INS, created="20261125083000").body)


def test_the_question_names_the_patient_and_tests_existence() -> None:
    (value,) = body().iter("{*}patientIdentifier")
    assert (value[0].get("root"), value[0].get("extension")) == (INS.oid, INS.identifier)
    (reason,) = body().iter("{*}reasonCode")
    assert reason.get("code") == "TEST_EXST"


def test_no_record_is_an_answer() -> None:
    assert read_existence(etree.fromstring(existence("NF"))) == Existence(exists=False)


def test_a_closed_record_exists_and_is_not_active() -> None:
    answer = read_existence(etree.fromstring(existence(status="terminated")))
    assert (answer.exists, answer.active) == (True, False)


def test_an_answer_without_acknowledgement_is_judged_by_its_response() -> None:
    assert read_existence(etree.fromstring(existence(acknowledgement=""))).exists
    with pytest.raises(ServiceRejected):
        read_existence(etree.fromstring(existence("QE", acknowledgement="")))


def test_the_acknowledgement_may_be_an_element() -> None:
    answer = existence(acknowledgement="<acknowledgement><typeCode code='AA'/></acknowledgement>")
    assert read_existence(etree.fromstring(answer)).exists


@pytest.mark.parametrize("answer", [b"<x/>", existence("QE")])
def test_another_answer_is_a_violation(answer: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        read_existence(etree.fromstring(answer))


@pytest.mark.conformance
def test_the_question_is_valid() -> None:
    schema = etree.XMLSchema(etree.parse(Path(os.environ["KIT"]) / "xsd/caducee/PRPA_IN201307UV02.xsd"))
    schema.assertValid(body())
