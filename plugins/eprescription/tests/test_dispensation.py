from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee_eprescription.dispensation import line_of, name_of, read_dispensation
from caducee_eprescription.errors import DispensationUnreadable
from caducee_eprescription.states import Action

NAMESPACE = 'xmlns="urn:hl7-org:v3"'
ITEM = (
    '<entryRelationship typeCode="REFR"><substanceAdministration classCode="SBADM" moodCode="INT">'
    '<templateId root="1.2.250.1.213.1.1.3.90"/><id root="1.2.3" extension="{line}"/></substanceAdministration>'
    "</entryRelationship>"
)
SUPPLY = (
    '<supply classCode="SPLY" moodCode="EVN"><templateId root="1.2.250.1.213.1.1.3.204"/>'
    '<quantity value="2" unit="30009000"/>{item}</supply>'
)


def document(*lines: str, template: str = "1.2.250.1.213.1.1.1.54") -> bytes:
    supplies = "".join(SUPPLY.format(item=ITEM.format(line=line) if line else "") for line in lines)
    return (
        f'<ClinicalDocument {NAMESPACE}><templateId root="{template}"/><id root="1.2.9"/>'
        f'<effectiveTime value="20260105080000+0100"/><inFulfillmentOf><order><id root="1.2.4" extension="99"/></order>'
        f"</inFulfillmentOf><component><section>{supplies}</section></component></ClinicalDocument>"
    ).encode()


@given(kind=st.sampled_from(["medicines", "devices"]), at=st.integers(0, 500))
def test_the_name_of_a_line_is_read_back(kind: str, at: int) -> None:
    assert line_of(name_of(f"{kind}[{at}]")) == f"{kind}[{at}]"


@pytest.mark.parametrize("name", ["", "medicines-0", "medicines-", "acts-1", "body-medicines-1-ald"])
def test_what_names_no_line_is_none(name: str) -> None:
    assert line_of(name) is None


def test_each_product_comes_back_on_its_line() -> None:
    read = read_dispensation(document("body-medicines-2", "", "body-devices-1"))
    assert read.fulfils == ("99",)
    assert [(one.line, one.action, one.quantity) for one in read.dispensation.lines] == [
        ("medicines[1]", Action.DISPENSED, "2 boîtes"),
        ("devices[0]", Action.DISPENSED, "2 boîtes"),
    ]


@pytest.mark.parametrize(
    "content",
    [b"", b"x", b"<a/>", document(), document(""), document("body-medicines-1", template="1.2.3"), b"<!DOCTYPE a><a/>"],
)
def test_anything_else_is_one_error(content: bytes) -> None:
    with pytest.raises(DispensationUnreadable):
        read_dispensation(content)
