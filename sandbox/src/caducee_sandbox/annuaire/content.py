"""Who is in the directory: the doctors and structures of the sandbox with their boxes, and people of trying shapes."""

from __future__ import annotations

from caducee_sandbox.annuaire.shapes import (
    Json,
    carried_name,
    closed,
    mailbox,
    ordinary_mail,
    person,
    retired,
    role,
    structure,
)
from caducee_sandbox.mail.people import DOMAINS, HOLDERS, Holder
from caducee_sandbox.people import DOCTORS, ROUX_PRACTICE, STRUCTURES, Doctor

PHYSICIAN, GENERAL = ("10", "Médecin"), ("SM26", "Qualifié en Médecine Générale")
PLACES = {
    "499700000017001": ("63999", "VILLE-ESSAI"),
    "499700000017002": ("29998", "PORT-ESSAI"),
    "499700000025001": ("63999", "VILLE-ESSAI"),
}
SPECIMEN, RETIRED, MANY = "899900000003", "899900000011", 120
CABINET_BOX = f"cabinet.specimen@{DOMAINS[1]}"


def resources() -> tuple[Json, ...]:
    """Return every resource, in the order of their types and ids."""
    found = [*_doctors(), *_structures(), *_trying(), *_many()]
    return tuple(sorted(found, key=lambda one: (one["resourceType"], one["id"])))


def _doctors() -> list[Json]:
    found: list[Json] = []
    for doctor in DOCTORS:
        ident = f"003-{doctor.key}"
        name = {"family": doctor.family, "given": [doctor.given], "prefix": ["DR"]}
        boxes = [mailbox(h.address, h.kind, rank=1, digitization=True) for h in _personal(doctor)]
        found.append(person(doctor.identifier, ident, name=name, profession=PHYSICIAN, telecom=boxes))
        for number, place in enumerate(doctor.structures, start=1):
            where = _structure_id(place.identifier)
            made = role(f"005-{doctor.key}-{number}", person_id=ident, place_id=where, specialty=GENERAL)
            found.append(made if place.active else _inactive(made))
    return found


def _personal(doctor: Doctor) -> list[Holder]:
    return [one for one in HOLDERS if one.kind == "PER" and doctor.identifier in one.doctors]


def _inactive(resource: Json) -> Json:
    return {"resourceType": resource["resourceType"], "id": resource["id"], "active": False}


def _structure_id(identifier: str) -> str:
    return f"001-{identifier}"


def _structures() -> list[Json]:
    found = []
    for number, place in STRUCTURES.items():
        if not place.active:
            found.append(closed(number, _structure_id(number), place.name))
            continue
        boxes = _shared_boxes() if place is ROUX_PRACTICE else []
        where = PLACES[number]
        found.append(
            structure(number, _structure_id(number), name=place.name, sector=place.sector, place=where, telecom=boxes)
        )
    return found


def _shared_boxes() -> list[Json]:
    described = {"ORG": "Secrétariat", "APP": "Logiciel du cabinet"}
    boxes = [
        mailbox(one.address, one.kind, description=described[one.kind], digitization=True)
        for one in HOLDERS
        if one.kind in described
    ]
    return [*boxes, ordinary_mail("accueil@cabinet-roux.example")]


def _trying() -> list[Json]:
    """One without a name of her own, whose box is of a kind still being specified; one who stopped."""
    place = _structure_id("499700000025001")
    box = mailbox(CABINET_BOX, "CAB", kind_table="TRE_R256-TypeMessagerie", description="Cabinet")
    return [
        person(SPECIMEN, "003-9", name={"prefix": ["MME"]}, profession=("60", "Infirmier")),
        role(
            "005-9",
            person_id="003-9",
            place_id=place,
            extension=[carried_name("SPECIMEN", "Éloïse")],
            telecom=[box],
        ),
        retired(RETIRED, "003-8"),
    ]


def _many() -> list[Json]:
    """Namesakes, enough for several pages."""
    return [
        person(
            f"8996{number:08d}",
            f"003-many-{number:03d}",
            name={"family": "NOMBREUX-ESSAI", "given": [f"Camille {number}"]},
            profession=PHYSICIAN,
            telecom=[mailbox(f"camille.{number}.nombreux@{DOMAINS[0]}", "PER")],
        )
        for number in range(1, MANY + 1)
    ]
