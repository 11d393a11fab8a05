"""Every way of taking a medicine, as a patient reads it and as it is counted: each is also built and judged as CDA."""

from __future__ import annotations

import pytest

from caducee.posology import daily_quantity, sentence
from core.tests.cda.samples.posologies import POSOLOGIES

WAYS: dict[str, tuple[str, str | None]] = {
    "times a day": ("1 comprimé 3 fois par jour pendant 7 jours par voie orale", "3"),
    "seven times a day": ("1 comprimé 7 fois par jour", "7"),
    "once a week": ("1 comprimé 1 fois par semaine", None),
    "once a month": ("1 comprimé 2 fois par mois", None),
    "a range every six hours": (
        "½ à 2 comprimés toutes les 6 heures si douleur, maximum 8 comprimés par jour, maximum 2 comprimés en 4 heures,"
        " maximum 100 comprimés au total",
        None,
    ),
    "morning and evening": ("1 comprimé matin et soir pendant 7 jours", "2"),
    "half an hour before breakfast": ("½ comprimé 30 minutes avant le petit-déjeuner", "0.5"),
    "at exact hours": ("1 comprimé à 8 h et 20 h 30", "2"),
    "on weekdays": ("1 comprimé le lundi et le jeudi", None),
    "at a rate": ("au débit de 50 mL par heure", None),
    "at a rate per half day": ("au débit de 1,5 à 2 g en 12 heures", None),
    "tapered": (
        "3 comprimés le matin pendant 2 jours puis 1 ½ comprimé 1 fois par jour pendant 3 jours"
        " puis 1 comprimé 1 fois par jour",
        "3",
    ),
    "split": ("1 comprimé le matin, 2 comprimés au coucher", "3"),
    "conditional": ("1 comprimé si la douleur est modérée ; 2 comprimés si elle est forte", None),
    "combined": ("1 g d'amoxicilline 3 fois par jour et 250 mg de métronidazole 2 fois par jour", None),
    "in words": ("Selon l'INR <2 & >3, voir le carnet.", None),
    "nothing said": ("", None),
    "delayed, on a site": (
        "1 comprimé 1 fois par jour à partir du 01/12/2026, genou gauche, jusqu'à disparition de la fièvre",
        "1",
    ),
    "on a coded site": ("1 comprimé 1 fois par jour, genou", "1"),
    "an hour after waking": ("1 comprimé 1 heure après le réveil", "1"),
    "with the meals": ("2 comprimés aux repas pendant 5 jours", "6"),
    "before and after meals": ("1 comprimé avant le déjeuner et après le dîner pendant 1 jour", "2"),
    "every other day": ("1 ½ comprimé tous les 2 jours", None),
    "at an hour of some days": ("4 comprimés à 20 h le dimanche", None),
    "one and a half to two": ("1 ½ à 2 comprimés 2 fois par jour", "4"),
    "no more at once": (
        "1 à 3 comprimés 3 fois par jour si douleur, maximum 3 comprimés par prise, maximum 6 comprimés par jour",
        None,
    ),
    "drops until something happens": ("2 gouttes pour les yeux 4 fois par jour, jusqu'au retour à domicile", "8"),
    "millilitres": ("2,5 mL 3 fois par jour pendant 1 semaine", "7.5"),
}


@pytest.mark.parametrize("way", POSOLOGIES)
def test_a_way_of_taking_is_said_in_french_and_counted_where_it_can_be(way: str) -> None:
    said, daily = WAYS[way]
    quantity = daily_quantity(POSOLOGIES[way])
    assert sentence(POSOLOGIES[way]) == said
    assert (str(quantity.value.normalize()) if quantity else None) == daily
