"""A document entry copied whole and sent back with other masks."""

from __future__ import annotations

import pytest
from lxml import etree

from caducee.errors import ProtocolViolation
from caducee.model.codes import Code
from caducee.model.entry import EntryPatientId
from caducee.model.practice import Practitioner
from caducee.wire.xds.criteria import EntryStatus
from caducee.wire.xds.submission import SubmissionSet
from caducee.wire.xds.update import UpdateWriter, read_copies, with_masks

RIM = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
MASK = Code("MASQUE_PS", "1.2.250.1.213.1.1.4.13", "Masqué")
CONFIDENTIALITY = "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f"


def coded(scheme: str, node: str, system: str) -> str:
    return f"""<Classification id="x" classificationScheme="{scheme}" classifiedObject="urn:uuid:1"
      nodeRepresentation="{node}"><Slot name="codingScheme"><ValueList><Value>{system}</Value></ValueList></Slot>
      <Name><LocalizedString value="{node}"/></Name></Classification>"""


def found(*codes: str, lid: str = "urn:uuid:9", version: str = '<VersionInfo versionName="4"/>') -> etree._Element:
    return etree.fromstring(f"""<q:AdhocQueryResponse xmlns:q="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"
      xmlns="{RIM}" status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"><RegistryObjectList>
      <ExtrinsicObject id="urn:uuid:1" lid="{lid}" mimeType="text/xml" objectType="urn:uuid:7" status="urn:x:Approved">
      <Slot name="creationTime"><ValueList><Value>20261125</Value></ValueList></Slot>
      <Slot name="sourcePatientInfo"><ValueList><Value>PID-5|NESSI^JEANNE</Value><Value>PID-8|F</Value>
      </ValueList></Slot>
      <Name><LocalizedString value="Été &amp; hiver"/></Name>
      <Description><LocalizedString value="Note"/></Description>{version}{"".join(codes)}
      <ExternalIdentifier id="e" registryObject="urn:uuid:1" value="1.2.3"
       identificationScheme="urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"><Name><LocalizedString value="id"/></Name>
      </ExternalIdentifier></ExtrinsicObject></RegistryObjectList></q:AdhocQueryResponse>""")


LEVEL = coded(CONFIDENTIALITY, "R", "2.16.840.1.113883.5.25")
PATIENT = coded(CONFIDENTIALITY, "INVISIBLE_PATIENT", "1.2.250.1.213.1.1.4.13")


@pytest.fixture
def changed(practitioner: Practitioner) -> SubmissionSet:
    return SubmissionSet(
        unique_id="1.2.8",
        source_id="1.2.1",
        submission_time="20261125083000",
        patient=EntryPatientId(identifier="275036399900105", oid="1.2.250.1.213.1.4.10"),
        author=practitioner,
        content_type=Code("07", "1.2.250.1.213.2.2", "Consultation"),
    )


def test_everything_is_sent_back_but_the_masks(changed: SubmissionSet) -> None:
    (entry,) = read_copies(found(LEVEL, PATIENT), service="dmp")
    written = etree.fromstring(UpdateWriter().metadata(changed, with_masks(entry, (MASK,))))
    (document,) = written.iter(f"{{{RIM}}}ExtrinsicObject")
    values = [value.text for value in document.iterfind("{*}Slot/{*}ValueList/{*}Value")]
    codes = [c.get("nodeRepresentation") for c in document.iterfind("{*}Classification")]
    assert document.get("lid") == "urn:uuid:9"
    assert values == ["20261125", "PID-5|NESSI^JEANNE", "PID-8|F"]
    assert [e.get("value") for e in document.iterfind("{*}Name/{*}LocalizedString")] == ["Été & hiver"]
    assert [e.get("value") for e in document.iterfind("{*}Description/{*}LocalizedString")] == ["Note"]
    assert codes == ["R", "MASQUE_PS"]
    assert [c.get("classifiedObject") for c in document.iterfind("{*}Classification")] == [document.get("id")] * 2
    previous = written.find(".//{*}Association/{*}Slot[@name='PreviousVersion']/{*}ValueList/{*}Value")
    assert previous is not None
    assert previous.text == "4"


@pytest.mark.parametrize("levels", [(), (LEVEL, coded(CONFIDENTIALITY, "N", "2.16.840.1.113883.5.25"))])
def test_an_entry_without_exactly_one_level_is_not_guessed(levels: tuple[str, ...]) -> None:
    (entry,) = read_copies(found(*levels), service="dmp")
    with pytest.raises(ValueError, match="one level"):
        with_masks(entry, (MASK,))


@pytest.mark.parametrize("answer", [found(LEVEL, lid=""), found(LEVEL, version="")])
def test_an_entry_that_cannot_be_updated_is_said_so(answer: etree._Element) -> None:
    with pytest.raises(ProtocolViolation):
        read_copies(answer, service="dmp")


def test_a_change_of_status_names_both_states(changed: SubmissionSet) -> None:
    message = UpdateWriter().status(
        changed, entry_uuid="urn:uuid:1", old=EntryStatus.APPROVED, new=EntryStatus.ARCHIVED
    )
    (link,) = etree.fromstring(message).iter(f"{{{RIM}}}Association")
    values = {s.get("name"): s.findtext("{*}ValueList/{*}Value") for s in link.iterfind("{*}Slot")}
    assert values == {"OriginalStatus": EntryStatus.APPROVED, "NewStatus": EntryStatus.ARCHIVED}
    assert link.get("targetObject") == "urn:uuid:1"
