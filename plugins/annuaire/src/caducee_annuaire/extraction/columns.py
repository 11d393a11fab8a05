"""The 31 columns of the file ``Extraction_Correspondance_MSSante`` and the parts of a line that are kept.

No public text defines the file; its header is the same in three independent readers. It is checked letter by letter.
"""

from __future__ import annotations

import msgspec

HEADER = (
    "Type de BAL",
    "Adresse BAL",
    "Type Identifiant PP",
    "Identifiant PP",
    "Identification nationale PP",
    "Type identifiant structure",
    "Identification Structure",
    "Service de rattachement",
    "Civilité d'exercice",
    "Nom d'exercice",
    "Prénom d'exercice",
    "Catégorie profession",
    "Libellé de catégorie profession",
    "Code Profession",
    "Libellé Profession",
    "Code savoir-faire",
    "Libellé savoir-faire",
    "Dématérialisation",
    "Raison Sociale structure BAL",
    "Enseigne commerciale structure BAL",
    "L2COMPLEMENTLOCALISATION structure BAL",
    "L3COMPLEMENTDISTRIBUTION structure BAL",
    "L4NUMEROVOIE structure BAL",
    "L4COMPLEMENTNUMEROVOIE structure BAL",
    "NL4TYPEVOIE structure BAL",
    "L4LIBELLEVOIE structure BAL",
    "L5LIEUDITMENTION structure BAL",
    "L6LIGNEACHEMINEMENT structure BAL",
    "Code postal structure BAL",
    "Département structure BAL",
    "Pays structure BAL",
)


class Box(msgspec.Struct, frozen=True, array_like=True):
    """One line: a mailbox, whose it is and where. The order of the fields is that of the index's columns."""

    kind: str
    address: str
    identifier: str
    structure: str
    service: str
    title: str
    family_name: str
    given_name: str
    profession: str
    profession_words: str
    specialty: str
    specialty_words: str
    digitization: str
    structure_name: str
    postal_code: str
    city: str

    @property
    def name(self) -> str:
        """What the line is listed under: the person, or the organisation when there is none."""
        return self.family_name or self.structure_name

    @property
    def shown(self) -> str:
        """The name as a list shows it."""
        person = " ".join(part for part in (self.family_name, self.given_name) if part)
        return person or self.structure_name or self.address


def box_of(cells: list[str]) -> Box:
    """Return the parts of a line of 31 cells that are kept."""
    postal, city = cells[28].strip(), cells[27].strip()
    return Box(
        kind=cells[0].strip().upper(),
        address=cells[1].strip(),
        identifier=cells[4].strip() or cells[3].strip(),
        structure=cells[6].strip(),
        service=cells[7].strip(),
        title=cells[8].strip(),
        family_name=cells[9].strip(),
        given_name=cells[10].strip(),
        profession=cells[13].strip(),
        profession_words=cells[14].strip(),
        specialty=cells[15].strip(),
        specialty_words=cells[16].strip(),
        digitization=cells[17].strip(),
        structure_name=cells[19].strip() or cells[18].strip(),
        postal_code=postal,
        # The last line of an address repeats the postal code before the city.
        city=city.removeprefix(postal).strip(),
    )
