from __future__ import annotations

from caducee.model.agreement import Source, Statement, Subject, disagreements

ROUX, LENOIR = "899700000017", "899700000025"
CABINET, SEA = "499700000017001", "499700000017002"


def card(identifier: str = ROUX) -> Statement:
    return Statement(source=Source.CARD, identifier=identifier)


def session(identifier: str = ROUX, specialty: str = "SM26", *structures: str) -> Statement:
    return Statement(
        source=Source.SESSION, identifier=identifier, specialties=(specialty,), structures=structures or (CABINET,)
    )


def directory(identifier: str = ROUX, specialty: str = "SM26", structure: str = CABINET) -> Statement:
    return Statement(source=Source.DIRECTORY, identifier=identifier, specialties=(specialty,), structures=(structure,))


def settings(identifier: str = ROUX, specialty: str = "SM26", structure: str = CABINET) -> Statement:
    return Statement(
        source=Source.CONFIGURATION, identifier=identifier, specialties=(specialty,), structures=(structure,)
    )


def wrong(*statements: Statement) -> list[tuple[Subject, Source]]:
    return [(one.subject, one.wrong) for one in disagreements(statements)]


def test_four_sources_that_agree_are_right() -> None:
    assert wrong(card(), session(), directory(), settings()) == []


def test_a_source_that_says_nothing_is_not_wrong() -> None:
    assert wrong(Statement(source=Source.CARD), settings()) == []


def test_another_persons_card_is_the_one_that_is_wrong() -> None:
    assert wrong(card(LENOIR), session(), directory(), settings()) == [(Subject.IDENTIFIER, Source.CARD)]


def test_another_persons_log_in_is_the_one_that_is_wrong() -> None:
    assert (Subject.IDENTIFIER, Source.SESSION) in wrong(card(), session(LENOIR), settings())


def test_a_specialty_mistyped_in_the_settings_is_the_settings_fault() -> None:
    assert wrong(session(), settings(specialty="SM54")) == [(Subject.SPECIALTY, Source.CONFIGURATION)]


def test_a_structure_left_long_ago_in_the_directory_is_the_directorys_fault_when_the_others_agree() -> None:
    assert wrong(session(), directory(structure=SEA), settings()) == [(Subject.STRUCTURE, Source.DIRECTORY)]


def test_one_of_several_structures_is_enough() -> None:
    assert wrong(session(ROUX, "SM26", CABINET, SEA), settings(structure=SEA)) == []


def test_identifiers_of_two_kinds_do_not_contradict_each_other() -> None:
    assert wrong(session(ROUX, "SM26", "1010000017"), settings(structure="380000000000017")) == []


def test_the_sentence_names_who_is_wrong_what_it_says_and_what_the_others_say() -> None:
    (one,) = disagreements([session(), directory(), settings(specialty="SM54")])
    assert one.sentence == (
        "Spécialité : la configuration donne SM54, mais l'annuaire santé, la session Pro Santé Connect : SM26."
    )
    assert "[practitioner.*]" in one.remedy
