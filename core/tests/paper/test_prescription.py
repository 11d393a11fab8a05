"""What the patient reads on the copy, as zones of lines."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from caducee.clinical import (
    Annulment,
    BiologyPrescription,
    CareAct,
    Device,
    DevicePrescription,
    Dose,
    Duration,
    FreeLine,
    ImagingAct,
    ImagingRequest,
    Medicine,
    MedicinePrescription,
    Moment,
    NursingPrescription,
    PhysiotherapyPrescription,
    Posology,
    Prescription,
    Quantity,
    Step,
    Substitution,
    TimingEvent,
    Unit,
)
from caducee.model.bodies import Body, TextBody
from caducee.paper.letter_view import Zone
from caducee.paper.prescription import LOWER_ZONE, SECURED, UPPER_ZONE, zones
from core.tests.cda.samples import documents
from core.tests.cda.samples.documents import KNEE, LEFT, made
from core.tests.cda.samples.people import PETIT, T

TWICE = Step(
    dose=Dose(Quantity(Decimal(2), "{tablet}", "comprimé")),
    moments=(Moment(TimingEvent.BREAKFAST), Moment(TimingEvent.DINNER)),
)
LINE = MedicinePrescription(
    medicine=Medicine(name="MÉDICAMENT EXEMPLE 10 mg"),
    posology=Posology(steps=(TWICE,)),
    duration=Duration(Decimal(7), Unit.DAY),
)


def zones_of(body: Body) -> tuple[Zone, ...]:
    return zones(made(body))


def lines_of(body: Body) -> list[tuple[str, ...]]:
    return [item.lines for zone in zones_of(body) for item in zone.items]


def changed(**changes: object) -> MedicinePrescription:
    return msgspec.structs.replace(LINE, **changes)


def test_a_prescription_of_one_zone_has_no_title() -> None:
    assert [(zone.title, zone.items[0].heading) for zone in zones_of(Prescription(medicines=(LINE,)))] == [
        ("", "MÉDICAMENT EXEMPLE 10 mg")
    ]


def test_what_is_of_a_long_illness_stands_above_the_rest() -> None:
    body = Prescription(
        medicines=(LINE, changed(ald=True)), devices=(DevicePrescription(device=Device(name="Lit"), ald=True),)
    )
    upper, lower = zones_of(body)
    assert (upper.title, [item.heading for item in upper.items]) == (UPPER_ZONE, ["MÉDICAMENT EXEMPLE 10 mg", "Lit"])
    assert (lower.title, len(lower.items)) == (LOWER_ZONE, 1)


def test_a_secured_prescription_is_in_letters_but_the_names_of_its_medicines() -> None:
    body = Prescription(medicines=(LINE,), kinds=(T.code("prescription_kind", SECURED),))
    assert zones_of(body)[0].items[0].heading == "MÉDICAMENT EXEMPLE 10 mg"
    assert lines_of(body) == [("deux comprimés matin et soir", "pendant sept jours")]
    assert lines_of(Prescription(medicines=(LINE,))) == [("2 comprimés matin et soir", "pendant 7 jours")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"not_reimbursed": True}, "Non remboursable"),
        ({"off_label": True}, "Prescription hors autorisation de mise sur le marché"),
        ({"substitution": Substitution.FORBIDDEN}, "Non substituable"),
        ({"condition": "si fièvre"}, "si fièvre"),
        ({"patient_instructions": "À jeun"}, "À jeun"),
        ({"renewals": 2}, "pendant 7 jours, à renouveler 2 fois"),
    ],
)
def test_a_line_says_all_that_the_patient_must_know(change: dict[str, object], said: str) -> None:
    assert said not in lines_of(Prescription(medicines=(LINE,)))[0]
    assert said in lines_of(Prescription(medicines=(changed(**change),)))[0]


def test_what_the_dispenser_alone_must_know_is_not_on_the_copy() -> None:
    body = Prescription(medicines=(changed(dispenser_instructions="Entre nous"),))
    assert "Entre nous" not in str(zones_of(body))


def test_free_words_keep_their_lines() -> None:
    body = Prescription(free_lines=(FreeLine(text="Bas de contention\nle matin", not_reimbursed=True),))
    item = zones_of(body)[0].items[0]
    assert (item.heading, item.lines) == ("Bas de contention", ("le matin", "Non remboursable"))


def test_the_remarks_of_a_prescription_come_last() -> None:
    body = Prescription(
        medicines=(LINE,), weight_kg="62.5", height_cm="170", pregnant=True, executant=PETIT, comment="À revoir\n\nvite"
    )
    assert lines_of(body)[-1] == (
        "Poids : 62,5 kg",
        "Taille : 170 cm",
        "Grossesse en cours",
        f"Professionnel désigné : Dominique PETIT, {PETIT.organisation.name}",
        "À revoir",
        "vite",
    )


def test_the_laboratory_reads_what_it_must_know() -> None:
    body = BiologyPrescription(exams=("NFS",), ald=("HbA1c",), fasting=True, urgent=True, at_home=True, comment="Vite")
    upper, lower, remarks = zones_of(body)
    assert ([one.heading for one in upper.items], [one.heading for one in lower.items]) == (["HbA1c"], ["NFS"])
    assert remarks.items[0].lines == ("À jeun", "Urgent", "Prélèvement à domicile", "Vite")


def test_a_nurse_reads_how_many_how_often_and_how_long() -> None:
    act = CareAct(label="Pansement", count=5, rhythm="tous les jours", duration=Duration(Decimal(5), Unit.DAY))
    body = NursingPrescription(acts=(act,), at_home=True, urgent=True)
    assert lines_of(body) == [("5 séances, tous les jours, pendant 5 jours",), ("Urgent", "À domicile")]


def test_one_session_is_one() -> None:
    assert lines_of(PhysiotherapyPrescription(acts=(CareAct(label="Bilan", count=1),))) == [("1 séance",)]


def test_the_radiologist_reads_where_and_why() -> None:
    act = ImagingAct(modality=T.code("imaging_modality", "MR"), site=KNEE, side=LEFT, urgent_reason="fracture ?")
    body = ImagingRequest(acts=(act,), justification="Gonalgie", patient_information="Venir à jeun")
    assert lines_of(body) == [
        (f"{KNEE.display} {LEFT.display}", "Urgent : fracture ?"),
        ("Gonalgie", "Venir à jeun"),
    ]


def test_an_annulment_says_so_and_why() -> None:
    zone = zones(documents()["annulment"])[0]
    said = ("Ce document annule et remplace la version précédente, qui ne doit plus être utilisée.", "Mauvais patient")
    assert (zone.title, zone.items[0].lines) == ("Document annulé", said)


def test_other_documents_have_no_lines_to_print() -> None:
    assert zones(made(TextBody("x"), type=T.code("document_type", "11488-4"))) == ()


def test_annulling_needs_no_reason_to_be_read() -> None:
    body = Annulment(reason="")
    assert len(zones(made(body, type=T.code("document_type", "11488-4")))[0].items[0].lines) == 1
