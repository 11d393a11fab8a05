"""Sets and links of an answer, and answers that hold a part only."""

from __future__ import annotations

from lxml import etree

from caducee.wire.xds.found import left_out
from caducee.wire.xds.found_sets import read_contents

HEAD = """<q:AdhocQueryResponse xmlns:q="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"
  xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0" {more}
  status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"><RegistryObjectList>"""
TAIL = "</RegistryObjectList></q:AdhocQueryResponse>"
PACKAGE = """<RegistryPackage id="urn:uuid:s" status="urn:x:Approved">
  <Slot name="submissionTime"><ValueList><Value>20261125083100</Value></ValueList></Slot>
  <Name><LocalizedString value="Lot"/></Name>
  <ExternalIdentifier identificationScheme="urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8" value="1.2.8"/>
  <ExternalIdentifier identificationScheme="urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832" value="1.2.1"/>
  </RegistryPackage>"""
LINK = """<Association id="urn:uuid:a" associationType="urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"
  sourceObject="urn:uuid:s" targetObject="urn:uuid:d">
  <Slot name="SubmissionSetStatus"><ValueList><Value>Original</Value></ValueList></Slot>
  <Slot name="PreviousVersion"><ValueList><Value>2</Value></ValueList></Slot></Association>"""


def answer(*objects: str, more: str = "") -> etree._Element:
    return etree.fromstring(HEAD.format(more=more) + "".join(objects) + TAIL)


def test_a_set_and_its_links_are_read() -> None:
    found = read_contents(answer(PACKAGE, LINK), service="dmp")
    (held,), (link,) = found.sets, found.links
    assert (held.entry_uuid, held.unique_id, held.source_id) == ("urn:uuid:s", "1.2.8", "1.2.1")
    assert (held.submitted_utc, held.title, held.status) == ("20261125083100", "Lot", "Approved")
    assert (link.type, link.source, link.target) == ("HasMember", "urn:uuid:s", "urn:uuid:d")
    assert (link.member, link.previous_version) == ("Original", "2")
    assert found.entries == ()


def test_what_the_registry_counts_and_does_not_give_is_known() -> None:
    assert left_out(answer(PACKAGE, LINK, more='totalResultCount="5"')) == 3
    assert left_out(answer(PACKAGE, more='totalResultCount="1"')) == 0
    assert left_out(answer(more='totalResultCount="many"')) == 0
    assert left_out(answer(PACKAGE)) == 0
