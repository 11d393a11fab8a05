from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from caducee.cda import CdaChecker
from caducee.cli import main
from caducee.model.environment import Environment
from caducee.terminology import Terminology
from caducee.terminology.importing import ValueSetUnreadable, imported
from core.tests.cda.samples import ROUX, documents

SVS = """<RetrieveValueSetResponse xmlns="urn:ihe:iti:svs:2008"><ValueSet id="1.2.3"
 displayName="JDV \\ &quot;essai&quot;" revisionDate="2026-01-31T00:00:00+01:00"><ConceptList>
<Concept code="N" codeSystem="2.16.840.1.113883.5.25" displayName="Normal" dateValid="20200101"/>
<Concept code="R" codeSystem="2.16.840.1.113883.5.25" displayName="Restreint" dateFin="2025-12-31T00:00:00"/>
<Concept code="a/b" codeSystem="1.2" displayName=" &quot;x&quot; "/></ConceptList></ValueSet>
</RetrieveValueSetResponse>"""


def test_a_published_value_set_becomes_a_table_with_its_dates() -> None:
    table = tomllib.loads(imported(SVS.encode()))
    assert (table["title"], table["edition"]) == ('JDV \\ "essai" (1.2.3)', "2026-01-31")
    assert table["certain"]["2.16.840.1.113883.5.25"] == {"N": "Normal", "R": "Restreint"}
    assert table["certain"]["1.2"] == {"a/b": '"x"'}
    assert (table["since"], table["until"]) == ({"N": date(2020, 1, 1)}, {"R": date(2025, 12, 31)})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<a/>",
        SVS.replace("Concept ", "Other ").encode(),
        b'<!DOCTYPE a [<!ENTITY e "x">]>' + SVS.encode(),
        SVS.replace('code="R"', 'code="N"').encode(),
    ],
)
def test_what_is_no_value_set_is_refused(content: bytes) -> None:
    with pytest.raises(ValueSetUnreadable):
        imported(content)


def test_a_table_of_one_s_own_stands_in_place_of_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "jdv.xml").write_text(SVS)
    command = [
        "terminology",
        "import",
        str(tmp_path / "jdv.xml"),
        "--table",
        "confidentiality",
        "--folder",
        str(tmp_path / "t"),
    ]
    assert main(command) == 0
    own = Terminology(tmp_path / "t")
    assert own.knows("confidentiality", "a/b")
    assert not own.knows("confidentiality", "V")
    assert own.knows("document_type", "11488-4")
    assert own.valid("confidentiality", "N", date(2026, 1, 1))
    assert not own.valid("confidentiality", "N", date(2019, 12, 31))
    assert not own.valid("confidentiality", "R", date(2026, 1, 1))
    assert not own.valid("confidentiality", "none", date(2026, 1, 1))


def test_a_code_that_is_no_longer_in_use_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "habit.toml").write_text(
        'title = "t"\nedition = "e"\nsource = "s"\n[until]\n74011-8 = 2020-01-01\n'
        '[certain."2.16.840.1.113883.6.1"]\n74011-8 = "Consommation tabagique"\n73985-4 = "Exercice physique"\n'
        '11343-1 = "Consommation de drogue non médicales"\n',
        encoding="utf-8",
    )
    checker = CdaChecker(terminology=Terminology(tmp_path), environment=Environment.SANDBOX, max_bytes=10_000)
    found = checker.check(documents()["summary, full"], ROUX)
    assert [(one.field, one.rule) for one in found] == [("body.habits[0].kind.code", "code.date")]


def test_the_editions_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["terminology", "list"]) == 0
    assert "document_type" in capsys.readouterr().out
    assert main(["terminology", "list", "--json"]) == 0
    assert '"edition": "2024-09-27"' in capsys.readouterr().out
