from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.documents.identifiers import OID_LIMIT, content_hash, identify
from caducee.documents.ports import Identifiers
from caducee.model.destination import Destination
from caducee.model.document import CONSULTATION_REPORT, Document, PdfBody
from caducee.model.identity import Sex, Traits
from caducee.model.patient import Patient

ROOT = "1.2.250.1.999.1"
LONGEST = "1.2.250.1.999.1234567890"


class Somewhere(Destination, frozen=True):
    kind = "somewhere"
    place: str = "-"


LETTER = Document(
    local_id="L1",
    patient=Patient(
        local_id="P1",
        traits=Traits(birth_name="NESSI-TEST", given_names=("JEANNE",), sex=Sex.FEMALE, birth_date="1975-03-12"),
    ),
    author="roux",
    type=CONSULTATION_REPORT,
    title="Consultation",
    body=PdfBody(b"%PDF-1.4"),
    created="20261125083000+0100",
    service_start="20261125080000+0100",
)


def oids(identifiers: Identifiers) -> tuple[str, ...]:
    return (identifiers.document_id, identifiers.series, identifiers.set_id, identifiers.signature_id)


@pytest.mark.requirement("DTR1-1-II")
@given(st.text(st.characters(exclude_categories=("Cs",))), st.text(st.characters(exclude_categories=("Cs",))))
def test_identifiers_are_short_oids_all_different_and_always_the_same(tenant: str, key: str) -> None:
    made = oids(identify(LONGEST, tenant, key))
    assert made == oids(identify(LONGEST, tenant, key))
    assert len(set(made)) == 4
    for oid in made:
        assert len(oid) <= OID_LIMIT
        assert re.fullmatch(r"[012](\.(0|[1-9][0-9]*))+", oid)
        assert oid.startswith(LONGEST + ".")


def test_other_keys_and_other_tenants_get_other_identifiers() -> None:
    made = {
        identify(ROOT, tenant, key).document_id for tenant, key in [("a", "bc"), ("ab", "c"), ("a", "b"), ("", "abc")]
    }
    assert len(made) == 4


def test_identifiers_stay_what_they_were_in_earlier_versions() -> None:
    assert identify(ROOT, "cabinet", "L1").document_id == "1.2.250.1.999.1.1034603162114942772803598195697884782"


@pytest.mark.parametrize("root", [LONGEST + "1", "", "1.2.", "1.02", "3.1", "1.2.x", "urn:oid:1.2"])
def test_an_unusable_arc_is_refused(root: str) -> None:
    with pytest.raises(ValueError, match="oid_root"):
        identify(root, "cabinet", "L1")


def test_the_same_content_has_the_same_hash() -> None:
    assert content_hash(LETTER, (Somewhere(),)) == content_hash(LETTER, (Somewhere(),))


@pytest.mark.parametrize(
    ("document", "destinations"),
    [
        (msgspec.structs.replace(LETTER, title="Autre"), (Somewhere(),)),
        (msgspec.structs.replace(LETTER, body=PdfBody(b"%PDF-1.5")), (Somewhere(),)),
        (LETTER, ()),
        (LETTER, (Somewhere("x"),)),
    ],
)
def test_any_change_gives_another_hash(document: Document, destinations: tuple[Destination, ...]) -> None:
    assert content_hash(document, destinations) != content_hash(LETTER, (Somewhere(),))
