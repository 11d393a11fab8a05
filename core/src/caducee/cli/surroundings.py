"""What the doctor looks at around the practice: certificates and their ends, addresses, the clock."""

from __future__ import annotations

import math
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
import msgspec

from caducee.cli.checks import Check, Level, failed
from caducee.clock import SystemClock
from caducee.config import Config, Pkcs11Config, Pkcs12Config, Secrets
from caducee.drift import TOLERANCE, Drift, measure, told
from caducee.errors import CaduceeError, CertificateExpired, ClockDrift
from caducee.keys import ConfiguredCredentials

SOON = timedelta(days=30)
_PATIENCE = 3.0
_URL = re.compile(r"(?:.*_)?(?:url|endpoint)")


async def examine_credentials(config: Config) -> list[Check]:
    """Open each key file, and say when its certificate ends."""
    return [await anyio.to_thread.run_sync(_certificate, config, name) for name in _key_files(config)]


async def examine_endpoints(config: Config) -> list[Check]:
    """Connect to each address of the plugins' tables, without asking anything; compare clocks where one answers."""
    found: list[list[Check]] = []

    async def look(address: _Address) -> None:
        found.append(await anyio.to_thread.run_sync(_endpoint, config, address))

    async with anyio.create_task_group() as tasks:
        for plugin, table in config.plugins.items():
            if plugin in config.kernel.plugins:
                for address in _addresses(plugin, (), table):
                    tasks.start_soon(look, address)
    return sorted((check for checks in found for check in checks), key=lambda check: check.name)


def judge_end(label: str, whose: str, end: datetime) -> Check:
    """Say when a certificate ends: broken once it has, attention in its last thirty days."""
    left = end - datetime.now(UTC)
    if left <= timedelta():
        return failed(label, CertificateExpired(), Level.BROKEN)
    sentence = f"{whose}, valable jusqu'au {end:%d/%m/%Y} ({left.days} jours)."
    if left < SOON:
        return Check(name=label, level=Level.ATTENTION, sentence=sentence, remedy="Demandez son renouvellement.")
    return Check(name=label, level=Level.OK, sentence=sentence)


class _Address(msgspec.Struct, frozen=True, kw_only=True):
    """An address of a plugin's table: ``keys`` lead to it, ``beside`` are the texts that stand next to it."""

    plugin: str
    keys: tuple[str, ...]
    url: str
    beside: tuple[str, ...]

    @property
    def label(self) -> str:
        return ".".join((self.plugin, *(key for key in self.keys if key != "url")))


def _addresses(plugin: str, keys: tuple[str, ...], table: Mapping[str, object]) -> Iterator[_Address]:
    beside = tuple(text for text in table.values() if isinstance(text, str))
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _addresses(plugin, (*keys, key), value)
        elif isinstance(value, str) and _URL.fullmatch(key):
            yield _Address(plugin=plugin, keys=(*keys, key), url=value, beside=beside)


def _key_files(config: Config) -> list[str]:
    return [name for name, credential in config.credentials.items() if isinstance(credential, Pkcs12Config)]


def _certificate(config: Config, name: str) -> Check:
    from caducee.keys.certificate import Certificate

    label = f"certificate {name}"
    try:
        certificate = Certificate(_credentials(config).certificate(name))
    except CaduceeError as error:
        return failed(label, error, Level.BROKEN)
    except ValueError:
        return Check(name=label, level=Level.ATTENTION, sentence="Certificat d'une forme inhabituelle : fin non lue.")
    holder = certificate.holder()
    whose = "Certificat de personne" if holder.family_name else f"Certificat de structure {holder.identifier}".rstrip()
    return judge_end(label, whose, certificate.not_after)


def _endpoint(config: Config, address: _Address) -> list[Check]:
    label = f"endpoint {address.label}"
    try:
        drift = _drift_of(config, address)
    except CaduceeError as error:
        return [failed(label, error, Level.BROKEN)]
    except ssl.SSLCertVerificationError as error:
        return [_refused(label, error)]
    except ssl.SSLError as error:
        if _card_of(config, address):
            sentence = "Adresse joignable ; elle demande la carte, qui n'est présentée qu'à l'envoi."
            return [Check(name=label, level=Level.OK, sentence=sentence)]
        return [_refused(label, error)]
    except (OSError, ValueError) as error:
        remedy = "Vérifiez l'adresse, le réseau et le pare-feu ; les envois attendent et partiront seuls."
        sentence = f"Adresse injoignable ({type(error).__name__})."
        return [Check(name=label, level=Level.ATTENTION, sentence=sentence, remedy=remedy)]
    checks = [Check(name=label, level=Level.OK, sentence="Adresse joignable, certificats acceptés.")]
    return checks + ([judge_clock(address.label, drift)] if drift is not None else [])


def _refused(label: str, error: ssl.SSLError) -> Check:
    reason = error.reason or type(error).__name__
    remedy = "Vérifiez le certificat et les autorités de cette table."
    return Check(name=label, level=Level.BROKEN, sentence=f"Connexion TLS refusée ({reason}).", remedy=remedy)


def judge_clock(label: str, drift: Drift, *, at: datetime | None = None) -> Check:
    """Say which way the clock of this desk is wrong, and by how much; ``at`` is when that was measured, if not now."""
    right = not drift.beyond(TOLERANCE)
    when = "" if at is None else f" (mesuré le {at.astimezone():%d/%m à %H:%M})"
    sentence = f"L'horloge de ce poste {told(drift.seconds)} par rapport à celle du service{when}."
    fine = f"Horloge du service et de ce poste accordées à {math.ceil(abs(drift.seconds) + drift.margin)} s près{when}."
    return Check(
        name=f"clock {label}",
        level=Level.OK if right else Level.ATTENTION,
        sentence=fine if right else sentence,
        remedy="" if right else "Réglez l'heure de ce poste : les services refusent une heure fausse.",
        code="" if right else ClockDrift.code,
    )


def _drift_of(config: Config, address: _Address) -> Drift | None:
    """Connect, send one HEAD request, and compare the service's own time; ``None`` when it does not say."""
    url = urlsplit(address.url)
    if not url.hostname:
        raise ValueError("no host")
    port = url.port or (443 if url.scheme == "https" else 80)
    with socket.create_connection((url.hostname, port), timeout=_PATIENCE) as plain:
        if url.scheme != "https":
            return _asked(plain, url.hostname)
        with _context(config, address).wrap_socket(plain, server_hostname=url.hostname) as secured:
            return _asked(secured, url.hostname)


def _asked(connection: socket.socket, host: str) -> Drift | None:
    sent = datetime.now(UTC)
    connection.sendall(f"HEAD / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("ascii"))
    head = connection.recv(4096).decode("latin-1")
    received = datetime.now(UTC)
    dates = [line.partition(":")[2] for line in head.splitlines() if line.lower().startswith("date:")]
    return measure(dates[0], sent=sent, received=received) if dates else None


def _context(config: Config, address: _Address) -> ssl.SSLContext:
    """The key file named for this address, else what a card trusts, else any key file: no card is asked here."""
    name = _key_file_of(config, address)
    card = "" if name else _card_of(config, address)
    if card:
        from caducee.keys.tls import client_context

        return client_context(None, _credentials(config).authorities(card).decode("ascii", errors="replace"))
    for file in [name] if name else _key_files(config):
        return _credentials(config).tls(file)
    return ssl.create_default_context()


def _key_file_of(config: Config, address: _Address) -> str:
    named = [*address.beside, *_texts(config.plugins[address.plugin])]
    return next((name for name in named if isinstance(config.credentials.get(name), Pkcs12Config)), "")


def _card_of(config: Config, address: _Address) -> str:
    """The card that authenticates a professional, where no key file is named for the address."""
    if _key_file_of(config, address):
        return ""
    for practitioner in config.practitioner.values():
        name = practitioner.authentication or ""
        card = config.credentials.get(name)
        if isinstance(card, Pkcs11Config) and card.authorities is not None:
            return name
    return ""


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for item in inside for text in _texts(item)]


def _credentials(config: Config) -> ConfiguredCredentials:
    from caducee.practitioners import resolve_practitioners

    return ConfiguredCredentials(config, resolve_practitioners(config), secrets=Secrets(None), clock=SystemClock())
