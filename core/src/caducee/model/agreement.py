"""Whether what is known of one professional agrees: card, log-in, directory, configuration. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec


class Source(StrEnum):
    """Who says something of a professional, the most to be believed first.

    The directory and the log-in read the national register today; a card holds what was true when it was made; the
    configuration was typed in. That order is a choice of ours: no public text gives one.
    """

    DIRECTORY = "directory"
    SESSION = "session"
    CARD = "card"
    CONFIGURATION = "configuration"


class Subject(StrEnum):
    """What is compared."""

    IDENTIFIER = "identifier"
    SPECIALTY = "specialty"
    STRUCTURE = "structure"


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What one source says of a professional. Empty: it says nothing of that.

    ``identifier`` is the PS_IdNat; ``specialties`` are codes of TRE_R01, one for each way in which they practise;
    ``structures`` are identifiers with their ANS prefix digit.
    """

    source: Source
    identifier: str = ""
    specialties: tuple[str, ...] = ()
    structures: tuple[str, ...] = ()

    def says(self, subject: Subject) -> frozenset[str]:
        """Return the values it allows for one thing; none when it does not tell."""
        told = {
            Subject.IDENTIFIER: (self.identifier,),
            Subject.SPECIALTY: self.specialties,
            Subject.STRUCTURE: self.structures,
        }
        return frozenset(filter(None, told[subject]))


class Disagreement(msgspec.Struct, frozen=True, kw_only=True):
    """``wrong`` says ``says`` while ``witnesses`` say ``expected``."""

    subject: Subject
    wrong: Source
    says: tuple[str, ...]
    expected: str
    witnesses: tuple[Source, ...]

    @property
    def sentence(self) -> str:
        """The French sentence for the person at the desk."""
        theirs = ", ".join(_NAMES[source] for source in self.witnesses)
        return (
            f"{_SUBJECTS[self.subject]} : {_NAMES[self.wrong]} donne {', '.join(self.says)}, "
            f"mais {theirs} : {self.expected}."
        )

    @property
    def remedy(self) -> str:
        """What to do, in French."""
        return _REMEDIES[self.wrong]


def disagreements(statements: Iterable[Statement]) -> tuple[Disagreement, ...]:
    """Compare what the sources say, and name each one that is wrong.

    The value that most sources allow is taken for right; among equals, that of the most believable source. Two
    identifiers of a structure are compared only when they are of one kind (same prefix digit): a FINESS does not
    contradict a SIRET.
    """
    known = sorted(statements, key=lambda statement: tuple(Source).index(statement.source))
    return tuple(one for subject in Subject for one in _about(subject, known))


def _about(subject: Subject, statements: Sequence[Statement]) -> Iterable[Disagreement]:
    told = {statement.source: statement.says(subject) for statement in statements if statement.says(subject)}
    votes: dict[str, tuple[Source, ...]] = {}
    for values in told.values():
        for value in sorted(values):
            votes[value] = tuple(source for source, others in told.items() if value in others)
    if not votes:
        return
    expected = max(votes, key=lambda value: len(votes[value]))  # the first among equals: the most believable
    for source, values in told.items():
        comparable = _comparable(subject, values, expected)
        if comparable and expected not in comparable:
            yield Disagreement(
                subject=subject,
                wrong=source,
                says=tuple(sorted(comparable)),
                expected=expected,
                witnesses=votes[expected],
            )


def _comparable(subject: Subject, values: frozenset[str], expected: str) -> frozenset[str]:
    if subject is not Subject.STRUCTURE:
        return values
    return frozenset(value for value in values if value[0] == expected[0])


_NAMES = {
    Source.DIRECTORY: "l'annuaire santé",
    Source.SESSION: "la session Pro Santé Connect",
    Source.CARD: "la carte",
    Source.CONFIGURATION: "la configuration",
}
_SUBJECTS = {
    Subject.IDENTIFIER: "Identifiant national",
    Subject.SPECIALTY: "Spécialité",
    Subject.STRUCTURE: "Structure d'exercice",
}
_REMEDIES = {
    Source.DIRECTORY: "Mettez l'extraction de l'annuaire à jour ; si l'écart reste, prévenez l'Ordre ou l'ANS.",
    Source.SESSION: "Reconnectez-vous avec le bon compte, ou choisissez la bonne situation d'exercice.",
    Source.CARD: "Insérez la carte du professionnel configuré, ou faites mettre la carte à jour (CPS-Gestion).",
    Source.CONFIGURATION: "Corrigez la table [practitioner.*] de la configuration.",
}
