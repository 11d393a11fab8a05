"""One document of each kind and shape, by name."""

from __future__ import annotations

from decimal import Decimal

from caducee.documents.ports import Identifiers
from caducee.model.bodies import (
    AdmissionLetter,
    Annulment,
    BiologyPrescription,
    Body,
    CareAct,
    Contraindication,
    DevicePrescription,
    DischargeLetter,
    FreeLine,
    ImagingAct,
    ImagingRequest,
    MedicalSummary,
    MedicinePrescription,
    NursingPrescription,
    PdfBody,
    PhysiotherapyPrescription,
    Prescription,
    Substitution,
    TextBody,
    Vaccination,
    VaccinationNote,
)
from caducee.model.clinical import (
    Allergy,
    Device,
    FamilyHistory,
    Habit,
    Medicine,
    Problem,
    ProblemStatus,
    Procedure,
    Quantity,
    Severity,
    Treatment,
)
from caducee.model.codes import ATC, CCAM, CIM_10, CIP, CIS, EDQM, EMDN, LPP, SNOMED_CT, VIRTUAL_MEDICINE, Code
from caducee.model.document import Document, Version
from caducee.model.encounter import Encounter, EncounterMode

from .dosages import LINES
from .people import BIRTHPLACE_UNKNOWN, BORN_ABROAD, CHILD, JEANNE, PEOPLE, PETIT, WITHOUT_INS, T
from .posologies import ORAL, POSOLOGIES, days

OID_ROOT = "1.2.250.1.999.1"
IDENTIFIERS = Identifiers(
    document_id=f"{OID_ROOT}.5",
    series=f"{OID_ROOT}.6",
    version=1,
    set_id=f"{OID_ROOT}.7",
    signature_id=f"{OID_ROOT}.8",
)
PDF = b"%PDF-1.4\n% invented\n%%EOF\n"
AWKWARD = 'L’été <&> "guillemets" d\'Œuvre ]]> — ½ ≥ 38,5 °C'
N1_TYPES = (
    "34874-8", "18748-4", "11502-2", "85208-7", "75496-0", "89601-9", "CERT_DECL", "70004-7", "11505-5", "34794-8",
    "PRESC-KINE", "PRESC-INF", "PRESC-AAT", "57832-8", "PROT_ALD", "11490-0", "59283-2", "11369-6", "60591-5",
    "57828-6",
)  # fmt: skip

PARACETAMOL = Medicine(
    name="PARACÉTAMOL EXEMPLE 500 mg, comprimé",
    code=Code("69999999", CIS, "PARACÉTAMOL EXEMPLE 500 mg, comprimé"),
    presentation=Code("3400999999999", CIP, "PARACÉTAMOL EXEMPLE 500 mg, boîte de 16"),
    atc=Code("N02BE01", ATC, "paracétamol"),
    form=Code("10219000", EDQM, "Comprimé"),
)
GENERIC = Medicine(
    name="paracétamol 500 mg comprimé",
    virtual=Code("MV00002306", VIRTUAL_MEDICINE, "Paracétamol 500 mg comprimé"),
)
HYPERTENSION = Problem(
    label="Hypertension artérielle",
    code=Code("I10", CIM_10, "Hypertension essentielle (primitive)"),
    since="2020-01",
    comment="bien équilibrée",
)
BACK_PAIN = Problem(label=AWKWARD, status=ProblemStatus.COMPLETED)
FRACTURE = Problem(label="Fracture", status=ProblemStatus.ABORTED, since="2019", until="2019-06-30")
PENICILLIN = Allergy(
    label="Pénicilline",
    since="2001",
    reaction="Urticaire",
    reaction_code=Code("126485001", SNOMED_CT, "urticaire"),
    severity=Severity.MODERATE,
)
PEANUT = Allergy(label="Arachide", reaction="Œdème", status=ProblemStatus.SUSPENDED)
OPERATION = Procedure(
    label="Appendicectomie",
    code=Code("HHFA011", CCAM, "Appendicectomie, par coelioscopie"),
    date="1990",
    reason="péritonite",
)
KNEE = Code("361291001", SNOMED_CT, "région entière du genou")
LEFT = Code("7771000", SNOMED_CT, "gauche")
VACCINE = Medicine(
    name="VACCIN EXEMPLE",
    code=Code("68747507", CIS, "VACCIN EXEMPLE"),
    atc=Code("J07AM", ATC, "vaccins tétaniques"),
    lot="L42",
)


def identifiers_of(document: Document) -> Identifiers:
    """Return the identifiers that its place in its series gives it."""
    before = document.replaces
    if before is None:
        return IDENTIFIERS
    return Identifiers(
        document_id=IDENTIFIERS.document_id,
        series=before.series,
        version=before.version + 1,
        set_id=IDENTIFIERS.set_id,
        signature_id=IDENTIFIERS.signature_id,
    )


def made(body: Body, **others: object) -> Document:
    """Return a document that holds this."""
    fields = {"local_id": "L1", "patient": JEANNE, "author": "roux", "created": "20261125083000+0100"}
    return Document(body=body, **{**fields, **others})  # type: ignore[arg-type]


def documents() -> dict[str, Document]:
    """Return all of them."""
    return {**_files(), **_summaries(), **_prescriptions(), **_lengthless(), **_letters(), **_requests()}


def _files() -> dict[str, Document]:
    report, previous = T.code("document_type", "11488-4"), Version(document_id="1.2.3.4", series="1.2.3.5", version=3)
    kinds = {f"n1 {code}": made(PdfBody(PDF), type=T.code("document_type", code)) for code in N1_TYPES}
    return {
        **kinds,
        "report": made(PdfBody(PDF), type=report, title=AWKWARD, service_stop="20261125084500+0100"),
        "report, everybody": made(PdfBody(PDF), type=report, people=PEOPLE, patient=CHILD),
        "report, born abroad": made(PdfBody(PDF), type=report, patient=BORN_ABROAD),
        "report, birthplace unknown": made(PdfBody(PDF), type=report, patient=BIRTHPLACE_UNKNOWN),
        "report, without INS": made(PdfBody(PDF), type=report, patient=WITHOUT_INS),
        "report, restricted": made(PdfBody(PDF), type=report, confidentiality="R"),
        "teleconsultation": made(
            PdfBody(PDF),
            type=T.code("document_type", "85208-7"),
            encounter=Encounter(mode=EncounterMode.TELECONSULTATION, start="20261125080000+0100", identifier="E1"),
        ),
        "tele-expertise": made(TextBody(AWKWARD), type=report, encounter=Encounter(mode=EncounterMode.TELE_EXPERTISE)),
        "at home": made(
            TextBody("Une ligne\nune autre"),
            type=report,
            encounter=Encounter(
                mode=EncounterMode.HOME_VISIT,
                place=PETIT.organisation,
                stop="20261125090000+0100",
                start="20261125080000+0100",
            ),
        ),
        "in hospital": made(PdfBody(PDF), type=report, encounter=Encounter(code=T.code("encounter", "EXTERNE"))),
        "replacement": made(PdfBody(PDF), type=report, replaces=previous),
        "annulment": made(Annulment(reason="Mauvais patient"), type=report, replaces=previous),
        "summary, replaced": made(MedicalSummary(results="x"), replaces=previous),
    }


def _summaries() -> dict[str, Document]:
    treatments = tuple(
        Treatment(medicine=PARACETAMOL, posology=posology, since="2024-02-03", reason="HTA")
        for posology in POSOLOGIES.values()
    )
    full = MedicalSummary(
        problems=(HYPERTENSION, BACK_PAIN),
        past_history=(FRACTURE,),
        procedures=(OPERATION, Procedure(label="Ablation")),
        allergies=(PENICILLIN, PEANUT),
        history_text="Suivi régulier\nsans incident",
        habits=(
            Habit(
                label="10 cigarettes par jour",
                kind=T.code("habit", "74011-8"),
                amount=Decimal(10),
                unit="{cigarette}/d",
            ),
            Habit(label="Marche", kind=T.code("habit", "73985-4"), date="2026"),
            Habit(label="Cannabis", kind=T.code("habit", "11343-1"), value=Code("398705004", SNOMED_CT, "Cannabis")),
        ),
        occupational_risks=AWKWARD,
        family_history=(
            FamilyHistory(relation=T.code("family_link", "MTH"), problems=(HYPERTENSION, BACK_PAIN)),
            FamilyHistory(relation=T.code("family_link", "BRO"), problems=(BACK_PAIN,)),
        ),
        results="HbA1c 7 %\nClairance 90 mL/min",
        treatments=treatments,
    )
    return {
        "summary, empty": made(MedicalSummary()),
        "summary, texts": made(
            MedicalSummary(
                history_text=AWKWARD, risks_text="Tabac\n\nAlcool", results="RAS", treatments_text="Aspirine"
            )
        ),
        "summary, full": made(full, people=PEOPLE, patient=BORN_ABROAD),
        "summary, one problem": made(MedicalSummary(problems=(Problem(label="Diabète"),))),
        "summary, treatments": made(MedicalSummary(treatments=(Treatment(medicine=GENERIC),))),
        "summary, risks": made(MedicalSummary(occupational_risks="Amiante"), patient=WITHOUT_INS),
    }


def _prescriptions() -> dict[str, Document]:
    by_posology = {
        f"prescription, {name}": made(
            Prescription(
                medicines=(
                    MedicinePrescription(
                        medicine=PARACETAMOL,
                        posology=posology,
                        duration=days(7),
                        quantity=Quantity(Decimal(2), "30009000", "boîte"),
                    ),
                )
            )
        )
        for name, posology in POSOLOGIES.items()
    }
    return {
        **by_posology,
        "prescription, the dosages of the HAS": made(Prescription(medicines=tuple(LINES.values()))),
        "prescription, full": made(_full_prescription(), people=PEOPLE, patient=BORN_ABROAD),
        "prescription, secured, of a pregnant patient": made(
            Prescription(
                medicines=(
                    MedicinePrescription(
                        medicine=PARACETAMOL,
                        posology=POSOLOGIES["morning and evening"],
                        duration=days(7),
                        quantity=Quantity(Decimal(2), "30009000", "boîte"),
                    ),
                ),
                free_lines=(FreeLine(text="Bas de contention\nà mettre le matin"),),
                kinds=(T.code("prescription_kind", "MED-1098"),),
                pregnant=True,
                executant=PETIT,
                execution_date="2026-11-26",
            )
        ),
        "nursing": made(
            NursingPrescription(acts=(CareAct(label="Pansement", count=5, rhythm="tous les jours"),), at_home=True)
        ),
        "physiotherapy": made(
            PhysiotherapyPrescription(acts=(CareAct(label="Rééducation du genou", count=10, ald=True),), urgent=True)
        ),
        "prescription, devices": made(
            Prescription(devices=(DevicePrescription(device=Device(name="Compresses")),)), patient=CHILD
        ),
        "prescription, delayed to dates": made(
            Prescription(
                medicines=(
                    MedicinePrescription(
                        medicine=GENERIC,
                        posology=POSOLOGIES["delayed, on a site"],
                        start="2026-12-01",
                        end="2026-12-31",
                    ),
                )
            )
        ),
    }


def _lengthless() -> dict[str, Document]:
    return {
        "prescription, without a length": made(
            Prescription(
                medicines=tuple(
                    MedicinePrescription(medicine=GENERIC, posology=POSOLOGIES[name])
                    for name in ("seven times a day", "times a day", "morning and evening", "on weekdays", "split")
                )
            ),
            replaces=Version(document_id="1.2.3.4", series="1.2.3.5", version=1),
        ),
    }


def _full_prescription() -> Prescription:
    return Prescription(
        medicines=(
            MedicinePrescription(
                medicine=PARACETAMOL,
                posology=POSOLOGIES["times a day"],
                start="2026-11-25",
                end="2026-12-02",
                renewals=3,
                ald=True,
                work_accident=True,
                prevention=True,
                off_label=True,
                substitution=Substitution.NARROW_MARGIN,
                patient_instructions="À jeun,\navec un verre d'eau",
                dispenser_instructions=AWKWARD,
                condition="si fièvre",
            ),
            MedicinePrescription(medicine=GENERIC, posology=POSOLOGIES["in words"], not_reimbursed=True),
            MedicinePrescription(
                medicine=Medicine(name="Préparation magistrale : vaseline 50 g"), substitution=Substitution.FORBIDDEN
            ),
        ),
        devices=(
            DevicePrescription(
                device=Device(
                    name="Lit médical",
                    code=Code("V0806", EMDN, "LITS MÉDICAUX"),
                    lpp=Code("1215702", LPP, "lit médical"),
                ),
                use=days(60),
                start="2026-11-25",
                end="2027-01-24",
                ald=True,
            ),
            DevicePrescription(device=Device(name="Compresses"), quantity=10, renewals=1),
        ),
        number="01S2TBPZ2JCNZZYGHZ",
        number_root="1.2.250.1.215.500.1.1",
        valid_until="2027-06-30",
        kinds=(T.code("prescription_kind", "MED-1096"), T.code("prescription_kind", "MED-1095")),
        comment="À revoir\ndans trois mois",
        weight_kg="62.5",
        height_cm="170",
        code_image=b"\x89PNG\r\n\x1a\n",
        pdf=PDF,
    )


def _letters() -> dict[str, Document]:
    return {
        "admission": made(AdmissionLetter(reason="Dyspnée aiguë")),
        "admission, none known": made(AdmissionLetter(reason="Dyspnée", no_treatment=True, no_allergy=True)),
        "admission, full": made(
            AdmissionLetter(
                reason=AWKWARD,
                treatments=(Treatment(medicine=PARACETAMOL, posology=POSOLOGIES["tapered"], since="2026"),),
                allergies=(PENICILLIN, PEANUT),
                past_history=(HYPERTENSION, FRACTURE),
                procedures=(OPERATION,),
                comment="Vit seule.\nUne fille à prévenir.",
            ),
            people=PEOPLE,
        ),
        "discharge": made(
            DischargeLetter(
                reason="Pneumopathie",
                course="Guérison.",
                entry_mode=T.code("admission_mode", "8715000"),
                no_treatment=True,
            )
        ),
        "discharge, full": made(
            DischargeLetter(
                reason=AWKWARD,
                course="Entrée par les urgences.\nSortie au domicile.",
                treatments=(Treatment(medicine=PARACETAMOL, posology=POSOLOGIES["times a day"], since="2026-11-20"),),
                allergies=(PENICILLIN,),
                entry_mode=T.code("admission_mode", "183452005"),
                exit_mode=T.code("discharge_mode", "160849004"),
                results="CRP 12 mg/L",
                plan="Radiographie dans un mois",
            ),
            people=PEOPLE,
            service_stop="20261125100000+0100",
        ),
        "vaccination": made(VaccinationNote(vaccination=Vaccination(vaccine=VACCINE, date="2026-11-25"))),
        "vaccination, full": made(
            VaccinationNote(
                vaccination=Vaccination(
                    vaccine=VACCINE,
                    date="2026-11-20",
                    rank=2,
                    route=ORAL,
                    site=T.code("injection_site", "16217701000119102"),
                    booster=True,
                    comment=AWKWARD,
                )
            ),
            patient=CHILD,
        ),
    }


def _requests() -> dict[str, Document]:
    magnetic = ImagingAct(modality=T.code("imaging_modality", "MR"), site=KNEE, side=LEFT, comment=AWKWARD)
    return {
        "imaging": made(ImagingRequest(acts=(magnetic,), justification="Gonalgie")),
        "imaging, full": made(
            ImagingRequest(
                acts=(
                    magnetic,
                    ImagingAct(
                        modality=T.code("imaging_modality", "PT"),
                        site=KNEE,
                        function=T.code("pet_function", "MED-1138"),
                        urgent_reason="suspicion de fracture",
                    ),
                    ImagingAct(
                        modality=T.code("imaging_modality", "NM"), site=KNEE, function_label="os", label="Scinti"
                    ),
                ),
                justification="Gonalgie\ndepuis un an",
                order="984375872",
                order_root="1.2.250.1.999.12",
                medical_history="HTA",
                surgical_history="Ménisque",
                contraindications=(
                    Contraindication(label="Enceinte", code=T.code("contraindication", "77386006")),
                    Contraindication(label="Allergie au latex"),
                ),
                informed=False,
                patient_information="Venir à jeun.",
                previous_results=AWKWARD,
            ),
            people=PEOPLE,
        ),
        "biology": made(BiologyPrescription(exams=("NFS", "CRP"), ald=("HbA1c",), fasting=True, urgent=True)),
        "biology, its own file": made(BiologyPrescription(exams=("NFS",), pdf=PDF)),
    }
