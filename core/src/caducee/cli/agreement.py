"""What the doctor says of each professional: whether card, log-in, directory and configuration agree."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from caducee.cli.checks import Check, Level, failed
from caducee.config import Config
from caducee.contracts.credentials import CardHolder
from caducee.contracts.plugin import Inquiry
from caducee.contracts.state import State
from caducee.errors import CaduceeError, ConfigError
from caducee.model.agreement import Source, Statement, disagreements
from caducee.model.practice import Practitioner
from caducee.plugins.loading import Loaded


async def examine_agreement(config: Config, loaded: Mapping[str, Loaded], holder: CardHolder | None) -> list[Check]:
    """Compare what is known of each ``[practitioner.KEY]``; nothing when only the configuration speaks."""
    from caducee.practitioners import resolve_practitioners

    try:
        roster = resolve_practitioners(config)
    except ConfigError:
        return []  # what is wrong with the tables has been told
    people = {key: roster.practitioner(key) for key in config.practitioner}
    witnesses = [plugin for plugin in loaded.values() if plugin.registration.witness is not None]
    checks = [] if holder is None else _whose(holder, people)
    try:
        async with _states(config, witnesses) as states:
            for key, practitioner in people.items():
                heard = await _heard(key, practitioner, witnesses, states)
                checks += _judged(key, [_configured(practitioner), *_carded(holder, practitioner, people), *heard])
    except CaduceeError as error:
        checks.append(failed("professionals", error, Level.ATTENTION))
    return checks


def _judged(key: str, statements: Sequence[Statement]) -> list[Check]:
    name = f"professional {key}"
    if len(statements) < 2:
        return []
    wrong = disagreements(statements)
    if not wrong:
        return [Check(name=name, level=Level.OK, sentence=f"{len(statements)} sources concordent.")]
    return [
        Check(
            name=f"{name} {one.subject}",
            level=Level.BROKEN,
            sentence=one.sentence,
            remedy=one.remedy,
            code="professional.disagreement",
        )
        for one in wrong
    ]


def _configured(practitioner: Practitioner) -> Statement:
    return Statement(
        source=Source.CONFIGURATION,
        identifier=practitioner.identifier,
        specialties=() if practitioner.specialty is None else (practitioner.specialty.code,),
        structures=(practitioner.organisation.identifier,),
    )


def _carded(
    holder: CardHolder | None, practitioner: Practitioner, people: Mapping[str, Practitioner]
) -> list[Statement]:
    """The card speaks of its holder, and of the only professional there is: it should be theirs."""
    if holder is None or (len(people) > 1 and holder.identifier != practitioner.identifier):
        return []
    return [Statement(source=Source.CARD, identifier=holder.identifier)]


def _whose(holder: CardHolder, people: Mapping[str, Practitioner]) -> list[Check]:
    if len(people) < 2 or any(holder.identifier == one.identifier for one in people.values()):
        return []
    sentence = "La carte présente n'est celle d'aucun professionnel de la configuration."
    remedy = "Insérez la carte d'un professionnel configuré, ou ajoutez sa table [practitioner.*]."
    return [Check(name="professional card", level=Level.ATTENTION, sentence=sentence, remedy=remedy)]


async def _heard(
    key: str, practitioner: Practitioner, witnesses: Sequence[Loaded], states: Mapping[str, State]
) -> list[Statement]:
    heard = []
    for plugin in witnesses:
        assert plugin.registration.witness is not None
        inquiry = Inquiry(key=key, practitioner=practitioner, config=plugin.config, state=states.get(plugin.name))
        heard.append(await plugin.registration.witness(inquiry))
    return [statement for statement in heard if statement is not None]


@asynccontextmanager
async def _states(config: Config, witnesses: Sequence[Loaded]) -> AsyncIterator[dict[str, State]]:
    from caducee.assembly import open_store
    from caducee.plugins.state import PluginState

    keeping = [plugin.name for plugin in witnesses if plugin.registration.state_spec is not None]
    if not keeping:
        yield {}
        return
    async with open_store(config) as store:
        yield {name: PluginState(store, name) for name in keeping}
