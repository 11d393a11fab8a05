"""How fast the type-ahead of the directory is: makes an extraction of invented people, imports it, types.

python tools/directory_speed.py FOLDER [--lines 1000000]
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from caducee_annuaire import import_extraction
from caducee_annuaire.extraction.columns import HEADER
from caducee_annuaire.extraction.index import Index

SYLLABLES = ("mar", "tin", "du", "rand", "ber", "nard", "pe", "tit", "ro", "bert", "ri", "chard", "mo", "reau", "lau")
GIVEN = ("Marie", "Jean", "Marc", "Martine", "Camille", "Dominique", "Éloïse", "Jean-Pierre", "Anne-Sophie", "Philippe")
PROFESSIONS = (("10", "Médecin"), ("21", "Pharmacien"), ("60", "Infirmier"), ("70", "Masseur-Kinésithérapeute"))
TYPED = (
    "m",
    "mar",
    "dur",
    "ber",
    "zzz",
    "mart",
    "martin",
    "marie mar",
    "mar marie",
    "medecin ber",
    "13001",
    "cab",
    "qualifie",
)
TIMES = 25


def lines(number: int, seed: int = 7) -> Iterator[str]:
    chance = random.Random(seed)
    families = ["".join(chance.choices(SYLLABLES, k=chance.choice((2, 2, 3, 3, 4)))).upper() for _ in range(60_000)]
    common = [1 / (rank + 1) ** 0.6 for rank in range(len(families))]
    towns = [
        (f"{chance.randint(1000, 95999):05d}", "".join(chance.choices(SYLLABLES, k=3)).upper()) for _ in range(8000)
    ]
    for position, family in enumerate(chance.choices(families, weights=common, k=number)):
        cells = [""] * len(HEADER)
        postal, town = chance.choice(towns)
        if position % 8 == 0:
            cells[0], cells[1] = "ORG", f"secretariat.{position}@structure.test.mssante.fr"
        else:
            given = chance.choice(GIVEN)
            cells[0], cells[1] = "PER", f"{given}.{family}.{position}@medecin.test.mssante.fr".lower()
            cells[4], cells[9], cells[10] = f"8{position:011d}", family, given
            cells[13], cells[14] = chance.choice(PROFESSIONS)
            cells[15], cells[16] = "SM26", "Qualifié en Médecine Générale"
        cells[6], cells[18] = f"1{position % 90_000:08d}", f"CABINET {family}"
        cells[27], cells[28] = f"{postal} {town}", postal
        yield "|".join(cells)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--lines", type=int, default=1_000_000)
    chosen = options.parse_args()
    file, place = chosen.folder / "Extraction_20261127.txt", chosen.folder / "annuaire.sqlite"
    with file.open("w", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in ("|".join(HEADER), *lines(chosen.lines)))
    done = import_extraction(file, place)
    print(
        f"{done.lines} lines, {file.stat().st_size >> 20} MB -> {place.stat().st_size >> 20} MB, {done.seconds:.0f} s"
    )
    index = Index(place)
    for typed in TYPED:
        taken = []
        for _ in range(TIMES):
            began = time.perf_counter()
            found = index.suggest(typed, 20)
            taken.append(1000 * (time.perf_counter() - began))
        median, worst = statistics.median(taken), max(taken)
        print(f"{typed:14} {len(found.boxes):3} boxes   median {median:6.2f} ms   worst {worst:6.2f} ms")


if __name__ == "__main__":
    main()
