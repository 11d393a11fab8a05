"""The invented people of the sandbox: doctors with their structures, and patients with their records.

Every matricule belongs to the test realm (OID ``1.2.250.1.213.1.4.10``); nobody here exists.
"""

from __future__ import annotations

from dataclasses import dataclass, field

TEST_OID = "1.2.250.1.213.1.4.10"
PERSONS_OID = "1.2.250.1.71.4.2.1"
STRUCTURES_OID = "1.2.250.1.71.4.2.2"


@dataclass(frozen=True, kw_only=True)
class Structure:
    """A practice: its national identifier (Struct_IdNat), name and sector (SAxx). A closed one is refused."""

    identifier: str
    name: str
    sector: str
    active: bool = True


@dataclass(frozen=True, kw_only=True)
class Doctor:
    """A professional known to the sandbox. ``identifier`` is the PS_IdNat; ``pin`` opens the virtual card.

    ``profession`` is empty for an employee, ``specialty`` for who is no doctor.
    """

    key: str
    identifier: str
    family: str
    given: str
    profession: str
    specialty: str
    structures: tuple[Structure, ...]
    card_serial: str
    pin: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Number:
    """A matricule of a patient's history, with the dates as the service gives them."""

    nir: str
    begin: str = ""
    end: str = ""


@dataclass(frozen=True, kw_only=True)
class Patient:
    """An invented patient.

    ``given_names`` is the whole list of birth given names. ``record`` says what the DMP holds: ``active``,
    ``terminated`` or ``none``. ``readers`` are the PS whose consultation the patient authorised; None: everyone.
    ``told_key`` is a key that does not hold. ``old_place`` is how older captures write the birth place. ``holder`` is
    the number on whose Vitale card they are (their own when empty), ``rank`` tells twins apart, ``card_birth`` is the
    birth date on the card when it is another (a lunar one).
    """

    nir: str
    name: str
    given_names: str
    sex: str
    birth: str
    place: str
    record: str = "active"
    readers: tuple[str, ...] | None = None
    history: tuple[Number, ...] = ()
    fault: bool = False
    told_key: str = ""
    old_place: str = ""
    holder: str = ""
    rank: int = 1
    card_birth: str = ""

    @property
    def key(self) -> str:
        """The two control digits of the matricule, as INSi tells them: they are not always the right ones."""
        return self.told_key or nir_key(self.nir)

    @property
    def ins(self) -> str:
        """The matricule INS: 15 characters."""
        return self.nir + self.key


def nir_key(nir: str) -> str:
    """Return the key of a 13 character NIR: 97 minus its remainder by 97, Corsica counted as 19 and 18."""
    return f"{97 - int(nir.replace('2A', '19').replace('2B', '18')) % 97:02d}"


ROUX_PRACTICE = Structure(identifier="499700000017001", name="Cabinet du Dr Roux", sector="SA07")
ROUX_BY_THE_SEA = Structure(identifier="499700000017002", name="Cabinet de la Mer", sector="SA07")
LENOIR_PRACTICE = Structure(identifier="499700000025001", name="Cabinet du Dr Lenoir", sector="SA07")
CLOSED_PRACTICE = Structure(identifier="499700000017009", name="Ancien cabinet", sector="SA07", active=False)

ROUX = Doctor(
    key="roux",
    identifier="899700000017",
    family="ROUX",
    given="Camille",
    profession="10",
    specialty="SM26",
    structures=(ROUX_PRACTICE, ROUX_BY_THE_SEA, CLOSED_PRACTICE),
    card_serial="8000000001",
    pin="1234",
)
LENOIR = Doctor(
    key="lenoir",
    identifier="899700000025",
    family="LENOIR",
    given="Dominique",
    profession="10",
    specialty="SM26",
    structures=(LENOIR_PRACTICE,),
    card_serial="8000000077",
    pin="4321",
)
DOCTORS = (ROUX, LENOIR)
PETIT = Doctor(
    key="petit",
    identifier="899700000033",
    family="PETIT",
    given="Andrea",
    profession="60",
    specialty="",
    structures=(ROUX_PRACTICE,),
    card_serial="",
    pin="",
)
BLANC = Doctor(
    key="blanc",
    identifier="699700000017/0001",
    family="BLANC",
    given="Sacha",
    profession="",
    specialty="",
    structures=(ROUX_PRACTICE,),
    card_serial="",
    pin="",
)
STAFF = (PETIT, BLANC)
"""A nurse, and an employee with a card of the practice (CPE): known to the DMP only, a file stands for the card."""
STRUCTURES = {s.identifier: s for s in (ROUX_PRACTICE, ROUX_BY_THE_SEA, LENOIR_PRACTICE, CLOSED_PRACTICE)}

JEANNE = Patient(
    nir="2750363999301", name="NESSI-TEST", given_names="JEANNE MARIE", sex="F", birth="1975-03-12", place="63999"
)
PAUL = Patient(
    nir="1620763998302",
    name="DURAND-ESSAI",
    given_names="PAUL HENRI",
    sex="M",
    birth="1962-07-04",
    place="63998",
    readers=(ROUX.identifier,),
)
PAUL_NAMESAKE = Patient(
    nir="1620763990303",
    name="DURAND-ESSAI",
    given_names="PAUL HENRI",
    sex="M",
    birth="1962-07-04",
    place="63990",
    record="none",
)
LUCIE = Patient(
    nir="2881163997304", name="BERNARD-FICTIF", given_names="LUCIE", sex="F", birth="1988-11-23", place="63997"
)
HUGO = Patient(
    nir="1010163996305",
    name="SANSDMP-ESSAI",
    given_names="HUGO",
    sex="M",
    birth="2001-01-30",
    place="63996",
    record="none",
)
ALICE = Patient(
    nir="2500563995306",
    name="FERME-ESSAI",
    given_names="ALICE",
    sex="F",
    birth="1950-05-05",
    place="63995",
    record="terminated",
)
CLAIRE = Patient(
    nir="2660663994307",
    name="HISTORIQUE-ESSAI",
    given_names="CLAIRE-LISE ANNE",
    sex="F",
    birth="1966-06-16",
    place="63994",
    history=(Number(nir="1660663994308", begin="2019-03-01", end="2019-02-28"),),
)
EVE = Patient(
    nir="2900263993309",
    name="D'ERREUR-ESSAI",
    given_names="EVE",
    sex="F",
    birth="1990-02-02",
    place="63993",
    record="none",
    fault=True,
)
LETIZIA = Patient(
    nir="297022A990310",
    name="ORSINI-ESSAI",
    given_names="LETIZIA",
    sex="F",
    birth="1997-02-26",
    place="2A990",
    old_place="20990",
    record="none",
)
TOUSSAINT = Patient(
    nir="1600120990311",
    name="PIETRI-ESSAI",
    given_names="TOUSSAINT",
    sex="M",
    birth="1960-01-01",
    place="2B990",
    old_place="20990",
    record="none",
)
GATIEN = Patient(
    nir="1810363992312",
    name="CLEFAUSSE-ESSAI",
    given_names="GATIEN",
    sex="M",
    birth="1981-03-24",
    place="63992",
    told_key="99",
    record="none",
)
MALIK = Patient(
    nir="1090763991313",
    name="ATTENTE-ESSAI",
    given_names="MALIK ILYES",
    sex="M",
    birth="2009-07-01",
    place="99351",
    record="none",
)
ANTHONY = Patient(
    nir="1800363989314",
    name="REPETE-ESSAI",
    given_names="ANTHONY",
    sex="M",
    birth="1980-03-02",
    place="63989",
    record="none",
    history=(Number(nir="1800363989314"),),
)
ADAM = Patient(
    nir="1160563988315",
    name="JUMEAU-ESSAI",
    given_names="ADAM",
    sex="M",
    birth="2016-05-05",
    place="63988",
    record="none",
    holder=JEANNE.nir,
)
NOE = Patient(
    nir="1160563988316",
    name="JUMEAU-ESSAI",
    given_names="NOE",
    sex="M",
    birth="2016-05-05",
    place="63988",
    record="none",
    holder=JEANNE.nir,
    rank=2,
)
FATIMA = Patient(
    nir="2419999352317",
    name="LUNAIRE-ESSAI",
    given_names="FATIMA ZOHRA",
    sex="F",
    birth="1941-12-31",
    place="99352",
    record="none",
    card_birth="1941-00-00",
)
PATIENTS = (
    *(JEANNE, PAUL, PAUL_NAMESAKE, LUCIE, HUGO, ALICE, CLAIRE, EVE),
    *(LETIZIA, TOUSSAINT, GATIEN, MALIK, ANTHONY, ADAM, NOE, FATIMA),
)
BY_INS = {patient.ins: patient for patient in PATIENTS}


def doctor(identifier: str) -> Doctor | None:
    """Return the doctor with this PS_IdNat."""
    return next((d for d in DOCTORS if d.identifier == identifier), None)


def member(identifier: str) -> Doctor | None:
    """Return the doctor or the member of the staff with this PS_IdNat."""
    return next((d for d in (*DOCTORS, *STAFF) if d.identifier == identifier), None)
