"""``caducee doctor``: what is wrong here, and what to do. Asks no PIN, starts no plugin, asks no service anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import anyio

from caducee.cli.acts import examine_acts
from caducee.cli.agreement import examine_agreement
from caducee.cli.checks import Check, Level, failed
from caducee.cli.options import add_json, parser
from caducee.cli.printing import age, print_json
from caducee.cli.surroundings import examine_credentials, examine_endpoints, judge_clock, judge_end
from caducee.config import Config, load_config
from caducee.errors import CaduceeError, ConfigError

if TYPE_CHECKING:
    from caducee.contracts.credentials import CardHolder
    from caducee.outbox.contract import DeliveryRow, EventRow, Store
    from caducee.plugins import Loading

OLD = timedelta(hours=24)
RECENT = 5


def main(argv: Sequence[str]) -> int:
    """Look at everything; 1 when something is broken."""
    options = parser("doctor", "Says what is wrong with the configuration, the plugins, the card and the outbox.")
    add_json(options)
    chosen = options.parse_args(argv)
    checks = anyio.run(examine, chosen.config)
    ok = all(check.level is not Level.BROKEN for check in checks)
    if chosen.json:
        print_json({"ok": ok, "checks": checks})
    else:
        _print(checks)
    return 0 if ok else 1


async def examine(file: str) -> list[Check]:
    """Return every check; without a usable configuration there is only that one."""
    try:
        config = load_config(file)
    except ConfigError as error:
        return _findings("configuration", error)
    environment = config.kernel.environment
    checks = [Check(name="configuration", level=Level.OK, sentence=f"{config.file} : environnement {environment}.")]
    loading, of_plugins = await _plugins(config)
    holder, of_card = await _card(config)
    checks += [*of_plugins, *of_card, *await examine_agreement(config, loading.loaded, holder)]
    checks += await examine_credentials(config)
    checks += examine_acts(config, loading.loaded, holder)
    checks += await examine_endpoints(config)
    checks += await _store(config)
    return checks


async def _plugins(config: Config) -> tuple[Loading, list[Check]]:
    from caducee.assembly import survey

    loading = await survey(config)
    wrong = _findings("start", ConfigError(loading.findings)) if loading.findings else []
    fine = [
        Check(name=f"plugin {name}", level=Level.OK, sentence=f"Module chargé ({plugin.distribution}).")
        for name, plugin in loading.loaded.items()
    ]
    refused = [
        Check(
            name=f"plugin {name}",
            level=Level.BROKEN,
            sentence=f"Module refusé : {status.why}.",
            remedy="Prévenez l'éditeur du module, ou retirez-le de kernel.plugins.",
            code="plugin.refused",
        )
        for name, status in loading.refused.items()
    ]
    return loading, wrong + fine + refused


async def _card(config: Config) -> tuple[CardHolder | None, list[Check]]:
    from caducee.assembly import card_access

    card = card_access(config)
    if card is None:
        return None, []
    try:
        holder = await card.holder()
    except CaduceeError as error:
        return None, [failed("card", error, Level.ATTENTION)]
    finally:
        with anyio.CancelScope(shield=True):
            await card.aclose()
    tries = "" if holder.tries_left is None else f", {holder.tries_left} essai(s) de code restant(s)"
    whose = f"Carte {holder.serial} de {holder.given_name} {holder.family_name}{tries}"
    end = datetime.fromisoformat(holder.not_after).replace(hour=23, minute=59, tzinfo=UTC)
    return holder, [judge_end("card", whose, end)]


async def _store(config: Config) -> list[Check]:
    from caducee.assembly import open_store
    from caducee.drift_book import kept_drifts
    from caducee.outbox.contract import FINAL, DeliveryState

    waiting = frozenset(DeliveryState) - FINAL
    try:
        async with open_store(config) as store:
            rows = await store.deliveries(states=waiting, limit=10_000)
            recent = await _recent(store)
            drifts = [kept async for kept in kept_drifts(store)]
            entries, broken = await store.verify_audit()
    except CaduceeError as error:
        return [failed("store", error, Level.BROKEN)]
    clocks = [judge_clock(f"{kept.service} kept", kept.drift, at=kept.at) for kept in drifts]
    return [*_outbox(rows), *_events(recent), *clocks, _audit(entries, broken)]


async def _recent(store: Store) -> tuple[EventRow, ...]:
    """Return the last events; their numbers only grow, so the last one is found by halves."""
    low, high = 0, 1
    while await store.events(high, 1):
        low, high = high, 2 * high
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (middle, high) if await store.events(middle, 1) else (low, middle)
    return await store.events(max(0, high - RECENT))


def _events(rows: Sequence[EventRow]) -> list[Check]:
    if not rows:
        return []
    told = "; ".join(" ".join(filter(None, (f"{row.at.astimezone():%d/%m %H:%M}", *_words(row)))) for row in rows)
    return [Check(name="events", level=Level.OK, sentence=f"Derniers événements : {told}.")]


def _words(row: EventRow) -> tuple[str, ...]:
    return row.kind, row.state, row.why, row.code


def _outbox(rows: Sequence[DeliveryRow]) -> list[Check]:
    from caducee.outbox.contract import DeliveryState

    checks = [_queue(rows[-1].created if rows else None, len(rows))]
    human = [row for row in rows if row.state is DeliveryState.BLOCKED]
    if human:
        whys = ", ".join(sorted({row.why for row in human}))
        checks.append(
            Check(
                name="outbox blocked",
                level=Level.ATTENTION,
                sentence=f"{len(human)} envoi(s) attendent quelqu'un : {whys}.",
                remedy="Lisez « caducee outbox list --state blocked ».",
            )
        )
    return checks


def _audit(entries: int, broken: str | None) -> Check:
    whole = broken is None
    return Check(
        name="audit",
        level=Level.OK if whole else Level.BROKEN,
        sentence=f"Piste d'audit entière ({entries} entrées)." if whole else f"Piste d'audit rompue : {broken}.",
        remedy="" if whole else "Conservez le stockage tel quel et prévenez l'éditeur de votre logiciel.",
    )


def _queue(oldest: datetime | None, count: int) -> Check:
    if oldest is None:
        return Check(name="outbox", level=Level.OK, sentence="Rien n'attend de partir.")
    waited = datetime.now(UTC) - oldest
    return Check(
        name="outbox",
        level=Level.ATTENTION if waited > OLD else Level.OK,
        sentence=f"{count} envoi(s) en attente, le plus ancien depuis {age(waited)}.",
        remedy="Lisez « caducee outbox list »." if waited > OLD else "",
    )


def _findings(name: str, error: ConfigError) -> list[Check]:
    return [
        Check(
            name=f"{name} {finding.field}".strip(),
            level=Level.BROKEN,
            sentence=finding.message,
            remedy=error.remedy,
            code=finding.rule,
        )
        for finding in error.findings
    ]


def _print(checks: Sequence[Check]) -> None:
    marks = {Level.OK: "ok       ", Level.ATTENTION: "attention", Level.BROKEN: "ERREUR   "}
    for check, following in zip(checks, [*checks[1:], None], strict=True):
        print(f"{marks[check.level]}  {check.name} : {check.sentence}" + (f" ({check.code})" if check.code else ""))
        if check.remedy and (following is None or following.remedy != check.remedy):
            print(f"           {check.remedy}")
