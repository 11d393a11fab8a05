from __future__ import annotations

import pytest

from caducee.cda.rules.schema import kinds, tag


def tags(*names: str) -> str:
    return "".join(f"{tag(one)}>" for one in names)


def test_every_class_that_a_child_has_is_in_the_tables() -> None:
    known = kinds()
    missing = {part.kind for kind in known.values() for part in kind.parts} - known.keys()
    assert missing == {"Anything"}


def test_the_children_of_a_base_come_before_those_of_the_class() -> None:
    parts = [part.name for part in kinds()["PIVL_TS"].parts]
    assert parts == ["phase", "period"]
    assert [part.name for part in kinds()["CE"].parts] == ["originalText", "translation"]


def test_a_class_has_the_attributes_of_its_base_but_those_it_gives_up() -> None:
    known = kinds()
    assert "operator" in known["IVL_TS"].values
    assert "value" in known["IVL_TS"].values
    assert "codeSystem" in known["CE"].values
    assert "codeSystem" not in known["CS"].values


@pytest.mark.parametrize(
    ("kind", "names", "right"),
    [
        ("Act", ("templateId", "id", "code", "statusCode"), True),
        ("Act", ("id",), False),
        ("Act", ("code", "id"), False),
        ("AssignedAuthor", ("id", "assignedPerson", "representedOrganization"), True),
        ("AssignedAuthor", ("id", "assignedPerson", "assignedAuthoringDevice"), False),
        ("IVL_TS", ("low", "high"), True),
        ("IVL_TS", ("low", "width"), True),
        ("IVL_TS", ("low", "high", "width"), False),
        ("IVL_TS", ("high", "low"), False),
        ("SXPR_TS", ("comp",), False),
        ("SXPR_TS", ("comp", "comp"), True),
        ("Patient", ("name", "sdtc.deceasedInd", "birthplace"), True),
        ("Patient", ("sdtc.deceasedInd", "birthTime"), False),
    ],
)
def test_the_model_of_a_class_tells_which_children_it_has(kind: str, names: tuple[str, ...], right: bool) -> None:
    assert (kinds()[kind].model.fullmatch(tags(*names)) is not None) is right


def test_several_uses_are_each_in_the_vocabulary() -> None:
    allowed = kinds()["TEL"].values["use"]
    assert allowed("HP WP")
    assert not allowed("HP XX")


def test_a_fixed_value_is_the_only_one() -> None:
    allowed = kinds()["Consumable"].values["typeCode"]
    assert allowed("CSM")
    assert not allowed("PRD")
