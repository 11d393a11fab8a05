"""The extraction file of the mailboxes: 31 columns, as three independent readers of the real one have them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from caducee_sandbox.annuaire.content import GENERAL, PLACES, resources
from caducee_sandbox.annuaire.shapes import EMAIL_TYPE, Json

NAME = "Extraction_Correspondance_MSSante_20261127.txt"
COLUMNS = (
    "Type de BAL|Adresse BAL|Type Identifiant PP|Identifiant PP|Identification nationale PP|"
    "Type identifiant structure|Identification Structure|Service de rattachement|Civilité d'exercice|"
    "Nom d'exercice|Prénom d'exercice|Catégorie profession|Libellé de catégorie profession|Code Profession|"
    "Libellé Profession|Code savoir-faire|Libellé savoir-faire|Dématérialisation|Raison Sociale structure BAL|"
    "Enseigne commerciale structure BAL|L2COMPLEMENTLOCALISATION structure BAL|"
    "L3COMPLEMENTDISTRIBUTION structure BAL|L4NUMEROVOIE structure BAL|L4COMPLEMENTNUMEROVOIE structure BAL|"
    "NL4TYPEVOIE structure BAL|L4LIBELLEVOIE structure BAL|L5LIEUDITMENTION structure BAL|"
    "L6LIGNEACHEMINEMENT structure BAL|Code postal structure BAL|Département structure BAL|Pays structure BAL"
)


def write_extraction(folder: Path) -> Path:
    """Write the file, whole or not at all, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path, draft = folder / NAME, folder / f".{NAME}"
    draft.write_text("\n".join((COLUMNS, *_lines(), "")), encoding="utf-8", newline="\n")
    os.replace(draft, path)
    return path


def _lines() -> Iterator[str]:
    content = resources()
    places = {one["id"]: one for one in content if one["resourceType"] == "Organization"}
    for one in content:
        for point in one.get("telecom", []):
            if any(extension["url"] == EMAIL_TYPE for extension in point.get("extension", [])):
                yield "|".join(_cells(one, point, content, places))


def _cells(owner: Json, point: Json, content: tuple[Json, ...], places: dict[str, Json]) -> list[str]:
    cells = [""] * 31
    kind = point["extension"][1]["extension"][0]["valueCodeableConcept"]["coding"][0]["code"]
    cells[0], cells[1], cells[17] = kind, point["value"], "O"
    if owner["resourceType"] == "Organization":
        return _placed(cells, owner)
    roles = [one for one in content if one.get("practitioner", {}).get("reference") == f"Practitioner/{owner['id']}"]
    if owner["resourceType"] == "PractitionerRole":
        roles = [owner]
        owner = next(one for one in content if f"Practitioner/{one['id']}" == roles[0]["practitioner"]["reference"])
    carried = [e["valueHumanName"] for one in roles for e in one.get("extension", [])]
    name = {**owner["name"][0], **(carried[0] if carried else {})}
    number = owner["identifier"][0]["value"]
    cells[2:5] = ["8", number[1:], number]
    cells[8:11] = [name.get("prefix", [""])[0], name["family"], name["given"][0]]
    profession = owner["qualification"][0]["code"]["coding"][0]
    cells[13], cells[14] = profession["code"], profession["display"]
    cells[15], cells[16] = GENERAL
    organisation = next((one["organization"]["reference"] for one in roles if "organization" in one), "")
    return _placed(cells, places[organisation.partition("/")[2]]) if organisation else cells


def _placed(cells: list[str], place: Json) -> list[str]:
    number = place["identifier"][0]["value"]
    postal, city = PLACES.get(number, ("", ""))
    cells[5], cells[6], cells[18] = "4", number, place["name"]
    cells[27:31] = [f"{postal} {city}".strip(), postal, postal[:2], "France"]
    return cells
