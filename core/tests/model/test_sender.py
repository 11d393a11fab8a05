from __future__ import annotations

import msgspec
import pytest

from caducee.model.codes import Code
from caducee.model.practice import Actor, Organisation, Practitioner
from caducee.model.sender import sender_label

CODE = Code("x", "1.2", "x")
ROUX = Practitioner(
    identifier="899700000017",
    family_name="Roux",
    given_name="Camille",
    profession=CODE,
    specialty=None,
    author_specialty=CODE,
    organisation=Organisation(identifier="1", name="Cabinet du Dr Roux", sector=CODE, setting=CODE),
    title="DR",
)


@pytest.mark.parametrize("acting", [Actor.doctor("roux"), Actor.replacement("petit", replaces="roux")])
def test_a_person_is_named_with_title_and_structure(acting: Actor) -> None:
    assert sender_label(ROUX, acting) == "Dr_Camille_ROUX_Cabinet du Dr Roux"


def test_a_title_that_is_missing_leaves_no_gap() -> None:
    untitled = msgspec.structs.replace(ROUX, title=None)
    assert sender_label(untitled, Actor.doctor("roux")) == "Camille_ROUX_Cabinet du Dr Roux"


@pytest.mark.parametrize("acting", [Actor.secretary("accueil"), Actor.automaton("batch")])
def test_what_a_secretary_or_a_program_sends_carries_the_structure_alone(acting: Actor) -> None:
    assert sender_label(ROUX, acting) == "Cabinet du Dr Roux"
