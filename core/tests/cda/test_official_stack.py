"""Sealed letters, judged by the official kit: XSD and header schematron, warnings included."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from caducee.cda import CdaChecker, CdaSealer
from caducee.documents.ports import Identifiers
from caducee.model.document import REFERRAL_LETTER, Document
from caducee.model.identity import InsStatus, Sex
from caducee.model.patient import Address
from caducee.model.practice import Practitioner

pytestmark = pytest.mark.conformance


class Official:
    """One long-lived validator of the kit, asked file by file."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self._folder = folder

    def judge(self, document: bytes) -> dict[str, Any]:
        path = self._folder / "letter.xml"
        path.write_bytes(document)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer
        assert {"XSD", "SMIN"} <= set(answer["layers"])
        return answer


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Official]:
    validate = Path(os.environ["KIT"]) / "ans" / "validate"
    folder = tmp_path_factory.mktemp("official")
    command = [sys.executable, str(validate), "--strict", "--serve", "--cache", str(folder / "cache")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Official(process, folder)
        assert process.stdin is not None
        process.stdin.close()


def variants(letter: Document) -> dict[str, Document]:
    def patient(**changes: object) -> Document:
        return msgspec.structs.replace(letter, patient=msgspec.structs.replace(letter.patient, **changes))

    traits = letter.patient.traits
    return {
        "plain": letter,
        "referral": msgspec.structs.replace(letter, type=REFERRAL_LETTER),
        "with an end": msgspec.structs.replace(letter, service_stop="20261125082500+0100"),
        "hostile title": msgspec.structs.replace(letter, title='L’été <&> "guillemets" d\'Œuvre ]]>'),
        "used names": patient(used_name="D’ÉTOILE-O'NEIL", used_given_name="Zoë-Françoise"),
        "ways to reach": patient(
            phone="+33 6 00 00 00 00",
            email="jeanne@exemple.invalid",
            address=Address(lines=("Apt 3", "2 rue de l’Île"), postal_code="99999", city="ÇÀ-ET-LÀ", country="FRANCE"),
        ),
        "without INS": patient(status=InsStatus.PROVISIONAL, ins=None),
        "accented birth name": patient(
            status=InsStatus.PROVISIONAL,
            ins=None,
            traits=msgspec.structs.replace(
                traits, birth_name="GUÐMUNDSDÓTTIR", given_names=("İPEK",), birth_place=None, sex=Sex.INDETERMINATE
            ),
        ),
    }


@pytest.mark.requirement("CISIS-N1-OFFICIAL")
@pytest.mark.parametrize(
    "name",
    [
        "plain", "referral", "with an end", "hostile title", "used names", "ways to reach", "without INS",
        "accented birth name",
    ],
)  # fmt: skip
def test_a_sealed_letter_passes_without_a_warning(
    official: Official,
    sealer: CdaSealer,
    checker: CdaChecker,
    letter: Document,
    roux: Practitioner,
    identifiers: Identifiers,
    name: str,
) -> None:
    document = variants(letter)[name]
    assert checker.check(document, roux) == ()
    answer = official.judge(sealer.seal(document, roux, identifiers).document)
    assert (answer["ok"], answer["findings"]) == (True, [])


def test_an_author_known_by_the_least_passes_too(
    official: Official,
    sealer: CdaSealer,
    checker: CdaChecker,
    letter: Document,
    roux: Practitioner,
    identifiers: Identifiers,
) -> None:
    bare = msgspec.structs.replace(
        roux, title=None, organisation=msgspec.structs.replace(roux.organisation, address=None, phone=None)
    )
    assert checker.check(letter, bare) == ()
    answer = official.judge(sealer.seal(letter, bare, identifiers).document)
    assert (answer["ok"], answer["findings"]) == (True, [])


def replaced(value: Any, path: str, new: object) -> Any:
    """Return the struct with one field, named by its path, changed."""
    first, _, rest = path.partition(".")
    return msgspec.structs.replace(value, **{first: replaced(getattr(value, first), rest, new) if rest else new})


@pytest.mark.requirement("SDK-BLIND-SPOTS")
@pytest.mark.parametrize(
    ("path", "new", "written", "instead"),
    [
        ("type.system", "1.2.3", b'"2.16.840.1.113883.6.1"', b'"1.2.3"'),
        ("patient.ins.matricule", "275036399900107", b"275036399900106", b"275036399900107"),
        (
            "created",
            "20261125083000",
            b'effectiveTime value="20261125083000+0100"',
            b'effectiveTime value="20261125083000"',
        ),
        ("created", "20261125", b'effectiveTime value="20261125083000+0100"', b'effectiveTime value="20261125"'),
        ("author.identifier", "897", b'"899700000017"', b'"897"'),
        ("author.organisation.sector.system", "1.2.3", b'"1.2.250.1.71.4.2.4"', b'"1.2.3"'),
        ("body.content", b"not a PDF", b"JVBERi0xLjQK", b"!!!not64!!!!"),
    ],
)
def test_what_the_official_stack_lets_pass_is_found_here(
    official: Official,
    sealer: CdaSealer,
    checker: CdaChecker,
    letter: Document,
    roux: Practitioner,
    identifiers: Identifiers,
    path: str,
    new: object,
    written: bytes,
    instead: bytes,
) -> None:
    sealed = sealer.seal(letter, roux, identifiers).document
    assert written in sealed
    assert official.judge(sealed.replace(written, instead))["ok"]
    if path.startswith("author."):
        assert checker.check(letter, replaced(roux, path.removeprefix("author."), new))
    else:
        assert checker.check(replaced(letter, path, new), roux)
