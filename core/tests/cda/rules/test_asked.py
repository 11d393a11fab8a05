from __future__ import annotations

from lxml import etree

from caducee.cda.rules.asked import faults
from caducee.cda.rules.index import Index
from caducee.cda.rules.table import Check
from caducee.terminology import Terminology

HL7 = 'xmlns="urn:hl7-org:v3"'


def faults_of(check: Check, written: str) -> int:
    element = etree.fromstring(written)
    return len(list(faults(check, element, "x", Index(element, Terminology.load()))))


def test_one_of_two_is_not_both() -> None:
    check = Check(id="a", one=("low", "width"))
    assert faults_of(check, f"<x {HL7}><low/></x>") == 0
    assert faults_of(check, f"<x {HL7}><low/><width/></x>") == 1
    assert faults_of(check, f"<x {HL7}/>") == 1
    assert faults_of(Check(id="a", one=("low", "width"), optional=True), f"<x {HL7}/>") == 0


def test_a_null_flavour_that_is_allowed_stands_for_the_rest_and_another_is_a_fault() -> None:
    check = Check(id="a", required=("value",), null=False, nulls=("UNK",))
    assert faults_of(Check(id="a", required=("value",), nulls=("UNK",)), f'<x {HL7} nullFlavor="UNK"/>') == 0
    assert faults_of(check, f'<x {HL7} nullFlavor="NA"/>') == 1
