"""Saving what a mail carries: inside one folder, under names that are safe, over nothing that is there."""

from __future__ import annotations

from pathlib import Path

from caducee_mss.reading import Mail


def extract(mail: Mail, folder: Path) -> dict[str, str]:
    """Save every attachment; return the name of each file by the number of its part.

    Two attachments of one name, and a name that is taken in the folder, get a number: nothing is overwritten.

    Raises:
        OSError: a file could not be written; those before it are there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return {one.part: _save(folder, one.name, one.content) for one in mail.attachments}


def _save(folder: Path, name: str, content: bytes) -> str:
    stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    number = 1
    while True:
        free = name if number == 1 else f"{stem}-{number}{dot}{ending}"
        try:
            with (folder / free).open("xb") as file:
                file.write(content)
        except FileExistsError:
            number += 1
            continue
        return free
