from __future__ import annotations

import pytest

from caducee.errors import ActorRefused
from caducee.model.permissions import MAY, Verb, may, require
from caducee.model.practice import Actor, ActorKind

SECRETARY = Actor.secretary("accueil")


@pytest.mark.parametrize("verb", [Verb.VALIDATE, Verb.BREAK_GLASS])
def test_a_secretary_never_validates_and_never_breaks_the_glass(verb: Verb) -> None:
    with pytest.raises(ActorRefused) as caught:
        require(SECRETARY, verb)
    assert (caught.value.actor, caught.value.verb) == ("secretary", verb)
    assert "médecin" in caught.value.explain().remedy


@pytest.mark.parametrize("verb", [Verb.PREPARE, Verb.FILE_MAIL, Verb.QUALIFY_IDENTITY])
def test_a_secretary_prepares_files_mail_and_qualifies(verb: Verb) -> None:
    require(SECRETARY, verb)


def test_a_program_consults_nothing_by_itself() -> None:
    assert not may(Actor.automaton("batch"), Verb.CONSULT)
    assert may(Actor.automaton("batch"), Verb.PREPARE)


@pytest.mark.parametrize("actor", [Actor.doctor("roux"), Actor.replacement("petit", replaces="roux")])
def test_a_doctor_and_a_replacement_may_do_everything(actor: Actor) -> None:
    assert all(may(actor, verb) for verb in Verb)


def test_every_kind_of_actor_has_its_row() -> None:
    assert set(MAY) == set(ActorKind)


def test_a_replacement_is_named_with_whom_they_stand_in_for() -> None:
    assert Actor.replacement("dr.petit", replaces="roux").named == "replacement:dr.petit/roux"
    assert SECRETARY.named == "secretary:accueil"
