"""Invented people."""

from __future__ import annotations

import msgspec

from caducee.model.encounter import Correspondent, People, PersonRole, Relative, Secretary
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_DEMO, INS_NIR_TEST, Ins, InsStatus, Sex, Traits
from caducee.model.patient import Address, Guardian, Patient
from caducee.model.practice import Organisation, Practitioner
from caducee.terminology import Terminology

T = Terminology.load()

ROUX = Practitioner(
    identifier="899700000017",
    family_name="ROUX",
    given_name="Camille",
    profession=T.code("profession", "10"),
    specialty=T.code("specialty", "SM26"),
    author_specialty=T.code("author_specialty", "G15_10/SM26"),
    title="DR",
    organisation=Organisation(
        identifier="499700000017001",
        name="Cabinet du Dr Roux",
        sector=T.code("facility_type", "SA07"),
        setting=T.code("practice_setting", "AMBULATOIRE"),
        address=Address(lines=("1 place de l'Exemple",), postal_code="99999", city="EXEMPLEVILLE"),
        phone="00 00 00 00 00",
    ),
)
PETIT = msgspec.structs.replace(
    ROUX, identifier="899700000025", family_name="PETIT", given_name="Dominique", title=None
)

JEANNE = Patient(
    local_id="P1",
    traits=Traits(
        birth_name="NESSI-TEST",
        given_names=("JEANNE", "MARIE"),
        sex=Sex.FEMALE,
        birth_date="1975-03-12",
        birth_place="63999",
    ),
    status=InsStatus.QUALIFIED,
    ins=Ins(matricule="275036399900106", oid=INS_NIR_TEST, environment=Environment.SANDBOX),
)
BORN_ABROAD = msgspec.structs.replace(
    JEANNE,
    traits=msgspec.structs.replace(JEANNE.traits, birth_place="99139", birth_name="O’NEIL-ÐURIĆ"),
    ins=msgspec.structs.replace(JEANNE.ins, oid=INS_NIR_DEMO) if JEANNE.ins else None,
    used_name="D’ÉTOILE",
    used_given_name="Zoë",
)
BIRTHPLACE_UNKNOWN = msgspec.structs.replace(JEANNE, traits=msgspec.structs.replace(JEANNE.traits, birth_place="99999"))
WITHOUT_INS = msgspec.structs.replace(
    JEANNE,
    status=InsStatus.PROVISIONAL,
    ins=None,
    traits=msgspec.structs.replace(JEANNE.traits, birth_place=None, sex=Sex.INDETERMINATE),
)
CHILD = msgspec.structs.replace(
    WITHOUT_INS,
    local_id="P2",
    traits=Traits(birth_name="NESSI-TEST", given_names=("PAUL",), sex=Sex.MALE, birth_date="2024-02-29"),
    address=Address(lines=("Bât. B", "2 rue de l'Île"), postal_code="99999", city="ÇÀ-ET-LÀ", country="FRANCE"),
    phone="+33 6 00 00 00 00",
    email="famille@exemple.invalid",
    guardians=(Guardian(family_name="NESSI", given_name="Jeanne", phone="0600000000"), Guardian(family_name="NESSI")),
)

PEOPLE = People(
    co_authors=(PETIT,),
    authenticator=PETIT,
    replaced=PETIT,
    treating_doctor=ROUX,
    correspondents=(
        Correspondent(practitioner=PETIT, function=T.code("function", "CORRE"), since="20260101000000+0100"),
        Correspondent(practitioner=PETIT, kind="REF"),
    ),
    recipients=(PETIT, ROUX),
    secretary=Secretary(identifier="S1", family_name="ACCUEIL", given_name="Zoé", time="20261125084500+0100"),
    relatives=(
        Relative(family_name="NESSI", given_name="Paul", link=T.code("family_link", "SON"), phone="0600000000"),
        Relative(
            family_name="PROCHE", role=PersonRole.TRUSTED_PERSON, address=Address(postal_code="99999", city="ICI")
        ),
    ),
    custodian=PETIT.organisation,
)
