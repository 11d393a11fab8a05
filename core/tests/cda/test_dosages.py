"""Every dosage example of the HAS: the sentence that a patient reads, the quantity of a day, and what is coded."""

from __future__ import annotations

import pytest
from lxml import etree

from caducee.cda import CdaSealer
from caducee.model.bodies import Prescription
from caducee.model.document import Document
from caducee.model.practice import Practitioner
from caducee.posology import daily_quantity, in_letters, sentence

from .coded_dosage import V3, coded
from .samples.documents import IDENTIFIERS, OID_ROOT, made
from .samples.dosages import LINES
from .samples.people import ROUX, T

EXPECTED: dict[str, tuple[str, str | None, str]] = {
    "1": (
        "40 mg le soir",
        "40 mg",
        "normal: from 20261125 to UNK, at CV; dose 40 mg",
    ),
    "2": (
        "½ comprimé 1 fois par jour",
        "0.5 {tablet}",
        "normal: from 20261125 to UNK, each 1 d; dose 0.5 {tablet}",
    ),
    "3": (
        "12\u00a0000 UI 1 fois par jour par voie sous-cutanée",
        "12000 [iU]",
        "normal: from 20261125 to UNK, each 1 d; route 20066000; dose 12000 [iU]",
    ),
    "4a": (
        "2 gélules toutes les 6 heures pendant 10 jours si douleur",
        None,
        "normal: from 20261125 for 10 d, each 6 h; dose 2 {capsule}; if said",
    ),
    "4b": (
        (
            "1 à 2 comprimés toutes les 12 heures pendant 10 jours selon l'intensité de la douleur, maximum 2 "
            "comprimés par prise, maximum 4 comprimés par jour"
        ),
        None,
        (
            "normal: from 20261125 for 10 d, each 12 h; dose 1 {tablet} to 2 {tablet}; at most 4 {tablet} in 1 d;"
            " if said"
        ),
    ),
    "5a": (
        "¾ comprimé 1 fois par jour",
        "0.75 {tablet}",
        "normal: from 20261125 to UNK, each 1 d; dose 0.75 {tablet}",
    ),
    "5b": (
        "10 mg 1 fois par jour pendant 7 jours",
        "10 mg",
        "normal: from 20261125 for 7 d, each 1 d; dose 10 mg",
    ),
    "6-1": (
        "2 comprimés 1 fois par semaine le mardi",
        None,
        "normal: from 20261125 to UNK, each 1 wk from 20261201; dose 2 {tablet}",
    ),
    "6-2": (
        "20 mg 1 fois par semaine le mardi",
        None,
        "normal: from 20261125 to UNK, each 1 wk from 20261201; dose 20 mg",
    ),
    "7": (
        "si douleur, maximum 1000 mg par prise, maximum 4000 mg par jour",
        None,
        "normal: at most 4000 mg in 1 d; if said",
    ),
    "8-1": (
        "1 application 1 à 2 fois par jour",
        "2 {application}",
        "normal: dose 1 {application}",
    ),
    "8-2": (
        "1 dose de 7 kg toutes les 6 heures si la température atteint 38,5 °C",
        None,
        "normal: from 20261125 to UNK, each 6 h; dose 1 {dose}; if said",
    ),
    "9": (
        "1 comprimé à 7 h, 12 h et 18 h",
        "3 {tablet}",
        (
            "normal: from 20261125 to UNK, each 1 d from 202611250700, each 1 d from 202611251200, each 1 d from "
            "202611251800; dose 1 {tablet}"
        ),
    ),
    "10": (
        "1 comprimé 1 fois par semaine le mardi",
        None,
        "normal: from 20261125 to UNK, each 1 wk from 20261201; dose 1 {tablet}",
    ),
    "11-1": (
        "1 ampoule le 1er du mois",
        None,
        "normal: from 20261125 to UNK, each 1 mo from 20261201; dose 1 {ampule}",
    ),
    "11-2": (
        (
            "1 dispositif transdermique tous les 28 jours à partir du 01/12/2026, 1 dispositif transdermique tous"
            " les 28 jours à partir du 08/12/2026, 1 dispositif transdermique tous les 28 jours à partir du "
            "15/12/2026"
        ),
        None,
        (
            "split | from 20261201, each 28 d; dose 1 {patch} | from 20261208, each 28 d; dose 1 {patch} | from "
            "20261215, each 28 d; dose 1 {patch}"
        ),
    ),
    "12-1": (
        "1 application 2 fois par jour",
        "2 {application}",
        "normal: from 20261125 to UNK, each 12 h; dose 1 {application}",
    ),
    "12-2": (
        "20 mg 1 fois par semaine le mardi",
        None,
        "normal: from 20261125 to UNK, each 1 wk from 20261201; dose 20 mg",
    ),
    "12-3": (
        "1 seringue toutes les 12 heures par voie sous-cutanée",
        "2 {syringe}",
        "normal: from 20261125 to UNK, each 12 h; route 20066000; dose 1 {syringe}",
    ),
    "13": (
        "1 comprimé 1 à 2 fois par jour selon la gêne",
        None,
        "normal: dose 1 {tablet}; if said",
    ),
    "14-1": (
        (
            "1 comprimé avec au moins 4 heures entre deux prises si douleur, maximum 2 comprimés par prise, "
            "maximum 8 comprimés par jour"
        ),
        None,
        "normal: dose 1 {tablet}; at most 8 {tablet} in 1 d; if said",
    ),
    "14-2": (
        "1 application 1 à 2 fois par jour, maximum 2 applications par jour",
        "2 {application}",
        "normal: dose 1 {application}; at most 2 {application} in 1 d",
    ),
    "15": (
        "1 gélule à 20 h pendant 8 jours",
        "1 {capsule}",
        "normal: from 20261125 for 8 d, each 1 d from 202611252000; dose 1 {capsule}",
    ),
    "16": (
        "1 gélule aux repas pendant 7 jours au plus ou jusqu'à disparition de la diarrhée",
        "3 {capsule}",
        "normal: from 20261125 to UNK, at C; dose 1 {capsule}",
    ),
    "17": (
        (
            "1 récipient unidose à 8 h, 14 h, 18 h et 22 h (20 minutes chaque fois) à partir du 16/12/2026 par "
            "voie inhalée"
        ),
        "4 {container}",
        (
            "normal: from 20261216 to UNK, each 1 d from 202612160800, each 1 d from 202612161400, each 1 d from "
            "202612161800, each 1 d from 202612162200; route 20020000; dose 1 {container}"
        ),
    ),
    "18": (
        "1 récipient unidose à 8 h, 14 h, 18 h et 22 h (20 minutes chaque fois) par voie inhalée",
        "4 {container}",
        (
            "normal: from 20261125 to 20261226, each 1 d from 202611250800, each 1 d from 202611251400, each 1 d "
            "from 202611251800, each 1 d from 202611252200; route 20020000; dose 1 {container}"
        ),
    ),
    "19": (
        "1 comprimé 3 fois par jour avec au moins 4 heures entre deux prises",
        "3 {tablet}",
        "normal: from 20261125 to UNK, each 8 h; dose 1 {tablet}",
    ),
    "20": (
        "20 mg à 8 h, 10 mg à 12 h",
        "30 mg",
        "split | each 1 d from 202611250800; dose 20 mg | each 1 d from 202611251200; dose 10 mg",
    ),
    "21": (
        (
            "60 mg 1 fois par jour jusqu'à obtention de 3 bandelettes urinaires négatives puis 50 mg 1 fois par "
            "jour pendant 1 semaine puis 40 mg 1 fois par jour pendant 1 semaine puis 30 mg 1 fois par jour "
            "pendant 1 semaine puis 20 mg 1 fois par jour pendant 1 semaine puis 10 mg 1 fois par jour pendant 1 "
            "semaine puis revoir pour l'arrêt selon l'évolution"
        ),
        None,
        (
            "tapered | from 20261125, each 1 d; dose 60 mg | from UNK for 1 wk, each 1 d; dose 50 mg | from UNK "
            "for 1 wk, each 1 d; dose 40 mg | from UNK for 1 wk, each 1 d; dose 30 mg | from UNK for 1 wk, each 1"
            " d; dose 20 mg | from UNK for 1 wk, each 1 d; dose 10 mg | if said"
        ),
    ),
    "22": (
        (
            "60 mg 1 fois par jour jusqu'à obtention de 3 bandelettes urinaires négatives puis 50 mg 1 fois par "
            "jour pendant 1 semaine puis 40 mg 1 fois par jour pendant 1 semaine puis arrêt sur avis du "
            "spécialiste"
        ),
        None,
        (
            "tapered | from 20261125, each 1 d; dose 60 mg | from UNK for 1 wk, each 1 d; dose 50 mg | from UNK "
            "for 1 wk, each 1 d; dose 40 mg | if said"
        ),
    ),
    "23-1": (
        ("½ comprimé tous les 2 jours à partir du 01/12/2026, ¾ comprimé tous les 2 jours à partir du 02/12/2026"),
        None,
        "split | from 20261201, each 2 d; dose 0.5 {tablet} | from 20261202, each 2 d; dose 0.75 {tablet}",
    ),
    "23-2": (
        "1 comprimé le lundi, le mardi, le mercredi, le jeudi et le vendredi pendant 1 mois",
        None,
        (
            "normal: from 20261125 for 1 mo, each 1 wk from 20261130, each 1 wk from 20261201, each 1 wk from "
            "20261125, each 1 wk from 20261126, each 1 wk from 20261127; dose 1 {tablet}"
        ),
    ),
    "24": (
        "1 gélule 1 fois par jour",
        "1 {capsule}",
        "normal: from 20261125 to UNK, each 1 d; dose 1 {capsule}",
    ),
    "25": (
        (
            "6 UI avant les repas si la glycémie est de 1,5 à 2 g/L ; 8 UI avant les repas si elle est de 2 à 2,5"
            " g/L ; 10 UI avant les repas si elle dépasse 2,5 g/L"
        ),
        None,
        ("conditional | at AC; dose 6 [iU]; if said | at AC; dose 8 [iU]; if said | at AC; dose 10 [iU]; if said"),
    ),
    "26": (
        "1 comprimé toutes les 6 heures si agitation",
        None,
        "normal: from 20261125 to UNK, each 6 h; dose 1 {tablet}; if said",
    ),
    "27-1": (
        "1 comprimé matin et soir",
        "2 {tablet}",
        "normal: from 20261125 to UNK, at CM, at CV; dose 1 {tablet}",
    ),
    "27-2": (
        "2 gélules 30 minutes avant le petit-déjeuner",
        "2 {capsule}",
        "normal: from 20261125 to UNK, at ACM by 30 min; dose 2 {capsule}",
    ),
    "28": (
        (
            "1 seringue 1 fois par jour à débuter 12 heures avant l'intervention par voie sous-cutanée, jusqu'à "
            "10 jours après l'intervention"
        ),
        None,
        "normal: from 20261125 to UNK, each 1 d; route 20066000; dose 1 {syringe}; if said",
    ),
    "29": (
        "1 injection 1 fois par jour par voie sous-cutanée, jusqu'à ce que l'INR soit dans la zone cible",
        "1 {injection}",
        "normal: from 20261125 to UNK, each 1 d; route 20066000; dose 1 {injection}",
    ),
    "30-1": (
        (
            "1 comprimé matin et midi en temps ordinaire ; 2 comprimés matin et midi en cas de fièvre ou de "
            "stress important ; 2 comprimés à 8 h, 12 h et 16 h si la fièvre dépasse 40 °C, maximum 6 comprimés "
            "par jour"
        ),
        None,
        (
            "conditional: at most 6 {tablet} in 1 d | at CM, at CD; dose 1 {tablet}; if said | at CM, at CD; dose"
            " 2 {tablet}; if said | each 1 d from 202611250800, each 1 d from 202611251200, each 1 d from "
            "202611251600; dose 2 {tablet}; if said"
        ),
    ),
    "30-2": (
        "1 comprimé 1 à 4 fois par jour selon les symptômes",
        None,
        "normal: dose 1 {tablet}; if said",
    ),
    "31": (
        "1 dispositif transdermique toutes les 72 heures pendant 2 semaines",
        None,
        "normal: from 20261125 for 2 wk, each 72 h; dose 1 {patch}",
    ),
    "32-1": (
        "1 injection 1 fois par jour pendant 1 semaine par voie sous-cutanée",
        "1 {injection}",
        "normal: from 20261125 for 1 wk, each 1 d; route 20066000; dose 1 {injection}",
    ),
    "32-2": (
        "1 gélule 1 fois par jour pendant 1 mois par voie inhalée",
        "1 {capsule}",
        "normal: from 20261125 for 1 mo, each 1 d; route 20020000; dose 1 {capsule}",
    ),
    "33": (
        "1 emplâtre à 20 h (12 heures chaque fois)",
        "1 {patch}",
        "normal: from 20261125 to UNK, each 1 d from 202611252000; dose 1 {patch}",
    ),
    "metformin with gliclazide, 1": (
        "1 comprimé matin, midi et soir pendant 90 jours",
        "3 {tablet}",
        "normal: from 20261125 for 90 d, at CM, at CD, at CV; dose 1 {tablet}",
    ),
    "metformin with gliclazide, 2": (
        "2 comprimés le matin pendant 90 jours",
        "2 {tablet}",
        "normal: from 20261125 for 90 d, at CM; dose 2 {tablet}",
    ),
    "methotrexate with folic acid, 1": (
        "6 comprimés le lundi",
        None,
        "normal: from 20261125 to UNK, each 1 wk from 20261130; dose 6 {tablet}",
    ),
    "methotrexate with folic acid, 2": (
        "2 comprimés le mercredi",
        None,
        "normal: from 20261125 to UNK, each 1 wk from 20261125; dose 2 {tablet}",
    ),
    "an infusion on some days": (
        "100 mL à 9 h (20 minutes chaque fois) le lundi et le jeudi",
        None,
        (
            "normal: from 20261125 to UNK, each 1 wk from 202611300900, each 1 wk from 202611260900; dose 100 mL;"
            " rate 5 mL/min"
        ),
    ),
    "morning and evening of some days": (
        "1 comprimé matin et soir le lundi",
        None,
        "normal: dose 1 {tablet}",
    ),
    "a step later than its line": (
        "1 comprimé à 8 h à partir du 10/12/2026",
        "1 {tablet}",
        "normal: from 20261201 to UNK, each 1 d from 202612100800; dose 1 {tablet}",
    ),
    "thirds of a tablet": (
        "⅓ comprimé à 7 h, ⅔ comprimé à 18 h",
        "1 {tablet}",
        (
            "split | each 1 d from 202611250700; dose 0.333333 {tablet} | each 1 d from 202611251800; dose "
            "0.666667 {tablet}"
        ),
    ),
    "for five to ten days": (
        "1 gélule 3 fois par jour pendant 5 à 10 jours",
        "3 {capsule}",
        "normal: from 20261125 to UNK, each 8 h; dose 1 {capsule}",
    ),
}


class NoPaper:
    def copy(self, document: Document, author: Practitioner) -> bytes:
        return b"%PDF-1.4\n%%EOF\n"


@pytest.fixture(scope="module")
def entries() -> dict[str, etree._Element]:
    sealer = CdaSealer(oid_root=OID_ROOT, terminology=T, copyist=NoPaper())
    document = made(Prescription(medicines=tuple(LINES.values())))
    cda = etree.fromstring(sealer.seal(document, ROUX, IDENTIFIERS).document)
    (section,) = (one for one in cda.iter(f"{V3}section") if one.find(f"{V3}code[@code='57828-6']") is not None)
    return dict(zip(LINES, section.iterfind(f"{V3}entry/{V3}substanceAdministration"), strict=True))


@pytest.mark.parametrize("case", LINES)
def test_a_dosage_of_the_has_is_said_counted_and_coded(case: str, entries: dict[str, etree._Element]) -> None:
    said, daily, codes = EXPECTED[case]
    posology = LINES[case].posology
    quantity = daily_quantity(posology)
    assert sentence(posology) == said
    assert (f"{quantity.value.normalize():f} {quantity.unit}" if quantity else None) == daily
    assert coded(entries[case]) == codes


def test_every_number_of_the_guide_has_its_vector() -> None:
    numbers = {name.partition("-")[0].rstrip("ab") for name in LINES}
    assert numbers >= {str(number) for number in range(1, 34)}


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("5a", "trois quarts de comprimé une fois par jour"),
        ("5b", "dix milligrammes une fois par jour pendant sept jours"),
        ("15", "une gélule à vingt heures pendant huit jours"),
        ("31", "un dispositif transdermique toutes les soixante-douze heures pendant deux semaines"),
        ("3", "douze mille unités internationales une fois par jour par voie sous-cutanée"),
        ("8-1", "une application une à deux fois par jour"),
        ("11-1", "une ampoule le premier du mois"),
        ("thirds of a tablet", "un tiers de comprimé à sept heures, deux tiers de comprimé à dix-huit heures"),
    ],
)
def test_a_secured_form_says_it_in_letters(case: str, said: str) -> None:
    assert in_letters(sentence(LINES[case].posology)) == said
