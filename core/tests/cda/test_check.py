from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from caducee.cda import CdaChecker
from caducee.errors import Finding
from caducee.model.document import Document, PdfBody
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR, INS_NIR_TEST, Sex
from caducee.model.patient import Address, Patient
from caducee.model.practice import Practitioner
from caducee.terminology import Terminology

Found = set[tuple[str, str]]


def replaced(value: Any, path: str, new: object) -> Any:
    """Return the struct with one field, named by its path, changed."""
    first, _, rest = path.partition(".")
    inner = replaced(getattr(value, first), rest, new) if rest else new
    return msgspec.structs.replace(value, **{first: inner})


@pytest.fixture
def changed(checker: CdaChecker, letter: Document, roux: Practitioner) -> Callable[[str, object], Found]:
    def check(path: str, new: object) -> Found:
        return rules(checker.check(replaced(letter, path, new), roux))

    return check


def rules(findings: tuple[Finding, ...]) -> Found:
    return {(finding.field, finding.rule) for finding in findings}


def test_a_right_letter_has_no_findings(checker: CdaChecker, letter: Document, roux: Practitioner) -> None:
    assert checker.check(letter, roux) == ()


@pytest.mark.parametrize(
    "name",
    [
        "DE L’ÉTOILE",
        "O'NEIL",
        "D'ŒUVRE-ÇÀ",
        "NGUYỄN",
        "ÅSTRÖM",
        "ŁUKASZ",
        "BJÖRK GUÐMUNDSDÓTTIR",
        "İPEK",
        "Ó BRIAIN",
        "MÜLLER-ß",
    ],
)
def test_names_with_every_accent_and_apostrophe_are_accepted(
    changed: Callable[[str, object], Found], name: str
) -> None:
    assert changed("patient.used_name", name) == set()
    assert changed("patient.traits.birth_name", name) == set()


@pytest.mark.requirement("SDK-CODE-SYSTEMS")
@pytest.mark.parametrize(
    ("path", "value", "finding"),
    [
        ("type.code", "99999-9", ("type.code", "code.unknown")),
        ("type.system", "1.2.3", ("type.system", "code.system")),
        ("type.display", "Ordonnance", ("type.display", "code.display")),
        ("title", "  ", ("title", "value.empty")),
        ("title", "a\nb", ("title", "text.invisible")),
        ("title", "a\x92b", ("title", "text.invisible")),
        ("title", "a\ud800b", ("title", "text.invisible")),
        ("local_id", "", ("local_id", "value.empty")),
        ("patient.local_id", "", ("patient.local_id", "value.empty")),
        ("patient.traits.birth_name", "", ("patient.traits.birth_name", "value.empty")),
        ("patient.traits.birth_name", "A\x00", ("patient.traits.birth_name", "text.invisible")),
        ("patient.traits.given_names", (), ("patient.traits.given_names", "value.empty")),
        ("patient.traits.given_names", ("A", " "), ("patient.traits.given_names[1]", "value.empty")),
        ("patient.traits.birth_date", "1975-02-30", ("patient.traits.birth_date", "date.exists")),
        ("patient.traits.birth_date", "19750312", ("patient.traits.birth_date", "date.exists")),
        ("patient.traits.birth_date", "", ("patient.traits.birth_date", "date.exists")),
        ("patient.traits.birth_date", "2026-11-26", ("patient.traits.birth_date", "date.future")),
        ("patient.traits.birth_place", "6399", ("patient.traits.birth_place", "cog.form")),
        ("patient.traits.birth_place", None, ("patient.traits.birth_place", "ins.birth_place")),
        ("patient.traits.sex", Sex.INDETERMINATE, ("patient.traits.sex", "ins.sex")),
        ("patient.ins.matricule", "275036399900107", ("patient.ins.matricule", "ins.key")),
        ("patient.ins.oid", "1.2.250.1.213.1.4.2", ("patient.ins.oid", "ins.oid")),
        ("patient.used_name", "", ("patient.used_name", "value.empty")),
        ("patient.phone", "zéro six", ("patient.phone", "phone.form")),
        ("patient.email", "jeanne", ("patient.email", "email.form")),
        ("patient.address", Address(), ("patient.address", "address.lines")),
        ("patient.address", Address(lines=("a",) * 7, city="B"), ("patient.address", "address.lines")),
        ("patient.address", Address(lines=(" ",), city="B"), ("patient.address.lines[0]", "value.empty")),
    ],
)
def test_each_wrong_value_is_found_at_its_field(
    changed: Callable[[str, object], Found], path: str, value: object, finding: tuple[str, str]
) -> None:
    assert changed(path, value) == {finding}


@pytest.mark.requirement("SDK-EXACT-TIMES")
@pytest.mark.parametrize("field", ["created", "service_start", "service_stop"])
@pytest.mark.parametrize(
    "value", ["2026", "20261125", "20261125083000", "20260230083000+0100", "20261125246000+0100", "hier"]
)
def test_a_time_without_seconds_or_zone_or_existence_is_found(
    changed: Callable[[str, object], Found], field: str, value: str
) -> None:
    assert (field, "time.exact") in changed(field, value)


def test_an_act_that_ends_before_it_begins_is_found(changed: Callable[[str, object], Found]) -> None:
    assert changed("service_stop", "20261125081459+0100") == {("service_stop", "time.order")}
    assert changed("service_stop", "20261125071500+0000") == set()


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "body.pdf"),
        (b"<html>", "body.pdf"),
        (b"JVBERi0xLjQK", "body.pdf"),
        (b"%PDF-1.4\n1 0 obj", "body.pdf_end"),
        (b"%PDF-1.4\n%%EOF" + b" " * 2000, "body.pdf_end"),
    ],
)
def test_a_body_that_is_not_a_whole_pdf_is_found(
    changed: Callable[[str, object], Found], content: bytes, rule: str
) -> None:
    assert changed("body", PdfBody(content)) == {("body.content", rule)}


def test_a_body_beyond_the_limit_is_found(terminology: Terminology, letter: Document, roux: Practitioner) -> None:
    size = len(letter.body.content)
    exact = CdaChecker(terminology=terminology, environment=Environment.SANDBOX, max_bytes=size)
    smaller = CdaChecker(terminology=terminology, environment=Environment.SANDBOX, max_bytes=size - 1)
    assert exact.check(letter, roux) == ()
    assert rules(smaller.check(letter, roux)) == {("body.content", "body.size")}


def test_all_findings_come_at_once(checker: CdaChecker, letter: Document, roux: Practitioner) -> None:
    wrong = replaced(replaced(replaced(letter, "title", " "), "created", "x"), "patient.ins.matricule", "1")
    expected = {("title", "value.empty"), ("created", "time.exact"), ("patient.ins.matricule", "ins.key")}
    assert rules(checker.check(wrong, roux)) == expected


def test_findings_speak_french_and_quote_no_value_of_the_patient(
    checker: CdaChecker, letter: Document, roux: Practitioner
) -> None:
    (finding,) = checker.check(replaced(letter, "patient.traits.birth_date", "1975-02-31"), roux)
    assert "naissance" in finding.message
    assert finding.source
    assert "1975" not in finding.message


@pytest.mark.parametrize(
    ("path", "value", "finding"),
    [
        ("identifier", "99700000017", ("practitioner.roux.identifier", "ps.form")),
        ("family_name", "", ("practitioner.roux.family_name", "value.empty")),
        ("title", "Docteur", ("practitioner.roux.title", "title.unknown")),
        ("author_specialty.code", "G15_10/XX", ("practitioner.roux.author_specialty.code", "code.unknown")),
        ("organisation.identifier", "1", ("practitioner.roux.structure.identifier", "structure.form")),
        ("organisation.name", " ", ("practitioner.roux.structure.name", "value.empty")),
        ("organisation.sector.system", "1.2", ("practitioner.roux.structure.sector.system", "code.system")),
        ("organisation.setting.code", "X", ("practitioner.roux.structure.setting.code", "code.unknown")),
    ],
)
def test_a_wrong_author_is_found_in_their_configuration(
    checker: CdaChecker, letter: Document, roux: Practitioner, path: str, value: object, finding: tuple[str, str]
) -> None:
    assert rules(checker.check(letter, replaced(roux, path, value))) == {finding}


@pytest.mark.requirement("SDK-RPPS-KEY")
def test_a_wrong_rpps_key_is_refused_in_production_only(
    terminology: Terminology, letter: Document, jeanne: Patient, roux: Practitioner
) -> None:
    real = replaced(letter, "patient.ins.oid", INS_NIR)
    production = CdaChecker(terminology=terminology, environment=Environment.PRODUCTION, max_bytes=1000)
    invented = replaced(roux, "identifier", "899700000018")
    assert rules(production.check(real, invented)) == {("practitioner.roux.identifier", "ps.key")}
    sandbox = CdaChecker(terminology=terminology, environment=Environment.SANDBOX, max_bytes=1000)
    assert sandbox.check(real, invented) == ()


@pytest.mark.requirement("INS-TEST-OID-PRODUCTION")
def test_a_test_identity_is_refused_in_production(
    terminology: Terminology, letter: Document, roux: Practitioner
) -> None:
    assert letter.patient.ins is not None
    assert letter.patient.ins.oid == INS_NIR_TEST
    production = CdaChecker(terminology=terminology, environment=Environment.PRODUCTION, max_bytes=1000)
    certified = replaced(roux, "identifier", "879927398713")
    assert rules(production.check(letter, certified)) == {("patient.ins.oid", "ins.oid")}


@pytest.mark.parametrize("value", [None, 3, b"x", [], {}, float("nan"), 2**64, object()])
def test_a_value_that_is_not_of_its_type_is_a_finding(
    checker: CdaChecker, letter: Document, roux: Practitioner, value: object
) -> None:
    (finding,) = checker.check(replaced(letter, "title", value), roux)
    assert finding.rule == "value.type"
    assert finding.field in {"title", "document"}


def test_the_path_of_a_mistyped_value_is_the_caller_s(
    checker: CdaChecker, letter: Document, roux: Practitioner
) -> None:
    assert rules(checker.check(replaced(letter, "patient.traits.birth_name", None), roux)) == {
        ("patient.traits.birth_name", "value.type")
    }
    assert rules(checker.check(replaced(letter, "body", PdfBody("text")), roux)) == {  # type: ignore[arg-type]
        ("body.content", "value.type")
    }
