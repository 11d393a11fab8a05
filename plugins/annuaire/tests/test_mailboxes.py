from __future__ import annotations

from typing import Any

import msgspec
import pytest

from caducee.contracts.directory import Mailbox, MailboxKind
from caducee_annuaire.fhir.mailboxes import mailboxes
from caducee_annuaire.fhir.model import Resource

SECURE = {
    "url": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point-email-type",
    "valueCoding": {"system": "https://mos.esante.gouv.fr/NOS/TRE_R256", "code": "MSSANTE"},
}


def metadata(*parts: dict[str, Any]) -> dict[str, Any]:
    url = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-mailbox-mss-metadata"
    return {"url": url, "extension": list(parts)}


def kind(code: str, system: str = "TRE_R257-TypeBAL") -> dict[str, Any]:
    return {"url": "type", "valueCodeableConcept": {"coding": [{"system": system, "code": code}]}}


def point(address: str = "a@medecin.test.mssante.fr", *parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"system": "email", "value": address, "extension": [SECURE, metadata(*parts)], **more}


def read(*points: dict[str, Any]) -> tuple[Mailbox, ...]:
    raw = {"resourceType": "Organization", "id": "1", "telecom": list(points)}
    return mailboxes(msgspec.convert(raw, Resource), "899700000017", today="2026-11-28")


def test_all_that_is_said_of_a_box_is_kept() -> None:
    (box,) = read(
        point(
            "secretariat@cabinet.test.mssante.fr",
            kind("ORG"),
            {"url": "description", "valueString": "Secrétariat"},
            {"url": "service", "valueString": "Accueil"},
            {"url": "digitization", "valueBoolean": True},
            {"url": "listeRouge", "valueBoolean": True},
            rank=2,
        )
    )
    assert box == Mailbox(
        address="secretariat@cabinet.test.mssante.fr",
        kind=MailboxKind.ORGANISATION,
        owner="899700000017",
        listed=False,
        description="Secrétariat",
        service="Accueil",
        digitization=True,
        rank=2,
    )


@pytest.mark.parametrize("system", ["TRE_R257-TypeBAL", "TRE_R256-TypeMessagerie", ""])
@pytest.mark.parametrize("code", ["PER", "ORG", "APP", "CAB"])
def test_the_kind_is_read_from_the_code_whatever_its_system(code: str, system: str) -> None:
    assert read(point("a@b.test.mssante.fr", kind(code, system)))[0].kind == code


@pytest.mark.parametrize("parts", [(), (kind("ZZZ"),)])
def test_a_kind_that_is_not_said_or_not_known_is_unknown(parts: tuple[dict[str, Any], ...]) -> None:
    assert read(point("a@b.test.mssante.fr", *parts))[0].kind is MailboxKind.UNKNOWN


@pytest.mark.parametrize(
    "ordinary",
    [
        {"system": "email", "value": "accueil@cabinet.example"},
        {"system": "phone", "value": "0102030405", "extension": [SECURE]},
        {"system": "email", "value": "no address", "extension": [SECURE]},
        {"system": "email", "value": "a@b.example", "extension": [{**SECURE, "valueCoding": {"code": "APICRYPT"}}]},
        point(use="old"),
        point(period={"end": "2026-11-27"}),
        point(period={"end": "2026"}, use="old"),
    ],
)
def test_what_is_no_open_secure_box_is_left_out(ordinary: dict[str, Any]) -> None:
    assert read(ordinary) == ()


@pytest.mark.parametrize("end", ["2026-11-28", "2026-12", "2026", "2027-01-01T00:00:00Z"])
def test_a_box_that_is_open_today_is_kept(end: str) -> None:
    assert len(read(point(period={"end": end}))) == 1


def test_the_preferred_box_comes_first_and_those_without_a_rank_last() -> None:
    found = read(point("c@x.fr"), point("b@x.fr", rank=2), point("a@x.fr", rank=1))
    assert [box.address for box in found] == ["a@x.fr", "b@x.fr", "c@x.fr"]
