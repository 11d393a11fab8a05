"""Clinical documents as others write them, for what is read of a record: a structured one, a text, a statement."""

from __future__ import annotations

from xml.sax.saxutils import escape

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<realmCode code="FR"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
<id root="1.2.250.1.999.7.1"/><code code="11488-4" codeSystem="2.16.840.1.113883.6.1"/><title>{title}</title>
<effectiveTime value="20261120090000+0100"/><confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
<languageCode code="fr-FR"/>
<recordTarget><patientRole><id extension="275036399930137" root="1.2.250.1.213.1.4.10"/>
<patient><name><given>JEANNE</given><family qualifier="BR">NESSI-TEST</family></name></patient></patientRole>
</recordTarget>
<author><time value="20261120090000+0100"/><assignedAuthor>{author}</assignedAuthor></author>
<component>"""
_TAIL = "</component></ClinicalDocument>"

DOCTOR = """<id root="1.2.250.1.71.4.2.1" extension="899700000025"/><assignedPerson><name><family>LENOIR</family>
<given>Dominique</given></name></assignedPerson><representedOrganization><name>CH de l'Exemple</name>
</representedOrganization>"""
PATIENT = """<id extension="275036399930137" root="1.2.250.1.213.1.4.10"/><assignedPerson><name>
<family>NESSI-TEST</family><given>JEANNE</given></name></assignedPerson>"""
INSURANCE = """<id root="1.2.250.1.71.4.2.2" extension="1"/><assignedAuthoringDevice><softwareName>Assurance Maladie
</softwareName></assignedAuthoringDevice><representedOrganization><name>Assurance Maladie</name>
</representedOrganization>"""


def structured(*sections: tuple[str, str], title: str = "Document", author: str = DOCTOR) -> bytes:
    """Return a document whose sections are a title and the XML of a narrative, with entries after ``|`` if any."""
    written = "".join(_section(name, *body.partition("|")[::2]) for name, body in sections)
    body = f"<structuredBody>{written}</structuredBody>"
    return (_HEAD.format(title=escape(title), author=author) + body + _TAIL).encode()


def text(words: str, *, title: str = "Lettre", author: str = DOCTOR) -> bytes:
    """Return a document that is a text."""
    body = f'<nonXMLBody><text mediaType="text/plain">{escape(words)}</text></nonXMLBody>'
    return (_HEAD.format(title=escape(title), author=author) + body + _TAIL).encode()


def statement(*medicines: tuple[str, str, str]) -> bytes:
    """Return a statement of reimbursements: for each medicine its name, the day it was dispensed and how many."""
    entries = "".join(map(_dispensed, medicines))
    return structured(
        ("Médicaments", f"<paragraph>Médicaments délivrés</paragraph>|{entries}"),
        title="Données de remboursement",
        author=INSURANCE,
    )


def _section(title: str, narrative: str, entries: str) -> str:
    return f"<component><section><title>{escape(title)}</title><text>{narrative}</text>{entries}</section></component>"


def _dispensed(medicine: tuple[str, str, str]) -> str:
    name, day, quantity = medicine
    return f"""<entry><substanceAdministration classCode="SBADM" moodCode="EVN"><consumable><manufacturedProduct>
<manufacturedMaterial><code><translation code="3400900000000" codeSystem="1.2.250.1.215.200.1.1.1"
 displayName="{escape(name)}"/><translation code="C10"
 codeSystem="1.2.250.1.215.200.1.2.1" displayName="HYPOLIPIDÉMIANTS"/>
</code><name>{escape(name)}</name></manufacturedMaterial></manufacturedProduct></consumable>
<entryRelationship typeCode="REFR"><supply classCode="SPLY" moodCode="EVN"><quantity value="{quantity}"/>
<performer typeCode="PRF"><time value="{day}"/><assignedEntity><representedOrganization><name>PHARMACIE DU PORT</name>
</representedOrganization></assignedEntity></performer><author><time value="{day}"/><assignedAuthor><assignedPerson>
<name><family>ROUX</family><given>Camille</given></name></assignedPerson></assignedAuthor></author></supply>
</entryRelationship></substanceAdministration></entry>"""
