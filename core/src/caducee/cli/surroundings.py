"""What the doctor looks at around the practice: certificates and their ends, addresses, the clock."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import anyio
import anyio.to_thread

from caducee.cli.checks import Check, Level, failed
from caducee.clock import SystemClock
from caducee.config import Config, Pkcs12Config, Secrets
from caducee.errors import CaduceeError, CertificateExpired
from caducee.keys import ConfiguredCredentials

SOON = timedelta(days=30)
SKEW = timedelta(seconds=60)
_PATIENCE = 3.0


async def examine_credentials(config: Config) -> list[Check]:
    """Open each key file, and say when its certificate ends."""
    return [await anyio.to_thread.run_sync(_certificate, config, name) for name in _key_files(config)]


async def examine_endpoints(config: Config) -> list[Check]:
    """Connect to each ``url`` of the plugins' tables, without asking anything; compare clocks where one answers."""
    found: list[list[Check]] = []

    async def look(plugin: str, url: str) -> None:
        found.append(await anyio.to_thread.run_sync(_endpoint, config, plugin, url))

    async with anyio.create_task_group() as tasks:
        for plugin, table in config.plugins.items():
            url = table.get("url")
            if isinstance(url, str) and plugin in config.kernel.plugins:
                tasks.start_soon(look, plugin, url)
    return sorted((check for checks in found for check in checks), key=lambda check: check.name)


def _key_files(config: Config) -> list[str]:
    return [name for name, credential in config.credentials.items() if isinstance(credential, Pkcs12Config)]


def _certificate(config: Config, name: str) -> Check:
    from cryptography import x509

    label = f"certificate {name}"
    try:
        certificate = x509.load_der_x509_certificate(_credentials(config).certificate(name))
    except CaduceeError as error:
        return failed(label, error, Level.BROKEN)
    except ValueError:
        return Check(name=label, level=Level.ATTENTION, sentence="Certificat d'une forme inhabituelle : fin non lue.")
    end = certificate.not_valid_after_utc
    left = end - datetime.now(UTC)
    if left <= timedelta():
        return failed(label, CertificateExpired(), Level.BROKEN)
    sentence = f"Valable jusqu'au {end:%d/%m/%Y} ({left.days} jours)."
    if left < SOON:
        return Check(name=label, level=Level.ATTENTION, sentence=sentence, remedy="Demandez son renouvellement.")
    return Check(name=label, level=Level.OK, sentence=sentence)


def _endpoint(config: Config, plugin: str, url: str) -> list[Check]:
    label = f"endpoint {plugin}"
    try:
        date = _date_of(config, plugin, url)
    except CaduceeError as error:
        return [failed(label, error, Level.BROKEN)]
    except ssl.SSLError as error:
        reason = error.reason or type(error).__name__
        remedy = "Vérifiez le certificat et les autorités de cette table."
        return [Check(name=label, level=Level.BROKEN, sentence=f"Connexion TLS refusée ({reason}).", remedy=remedy)]
    except (OSError, ValueError) as error:
        remedy = "Vérifiez l'adresse, le réseau et le pare-feu ; les envois attendent et partiront seuls."
        sentence = f"Adresse injoignable ({type(error).__name__})."
        return [Check(name=label, level=Level.ATTENTION, sentence=sentence, remedy=remedy)]
    checks = [Check(name=label, level=Level.OK, sentence="Adresse joignable, certificats acceptés.")]
    return checks + ([_clock(plugin, date)] if date is not None else [])


def _clock(plugin: str, theirs: datetime) -> Check:
    skew = abs(datetime.now(UTC) - theirs)
    right = skew <= SKEW
    return Check(
        name=f"clock {plugin}",
        level=Level.OK if right else Level.ATTENTION,
        sentence=f"Horloge à {int(skew.total_seconds())} s de celle du service.",
        remedy="" if right else "Réglez l'heure de ce poste : les services refusent une heure fausse.",
    )


def _date_of(config: Config, plugin: str, url: str) -> datetime | None:
    """Connect, send one HEAD request, and return the service's own time; ``None`` when it does not say."""
    address = urlsplit(url)
    if not address.hostname:
        raise ValueError("no host")
    port = address.port or (443 if address.scheme == "https" else 80)
    with socket.create_connection((address.hostname, port), timeout=_PATIENCE) as plain:
        if address.scheme != "https":
            return _asked(plain, address.hostname)
        with _context(config, plugin).wrap_socket(plain, server_hostname=address.hostname) as secured:
            return _asked(secured, address.hostname)


def _asked(connection: socket.socket, host: str) -> datetime | None:
    connection.sendall(f"HEAD / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("ascii"))
    head = connection.recv(4096).decode("latin-1")
    dates = [line.partition(":")[2] for line in head.splitlines() if line.lower().startswith("date:")]
    try:
        return parsedate_to_datetime(dates[0].strip()).astimezone(UTC) if dates else None
    except ValueError:
        return None


def _context(config: Config, plugin: str) -> ssl.SSLContext:
    """The identity that the plugin's table names, else any professional's, else the first key file."""
    texts = [text for text in _texts(config.plugins[plugin]) if text in config.credentials]
    own = [p.authentication for p in config.practitioner.values() if p.authentication]
    for name in [*texts, *own, *_key_files(config)]:
        if isinstance(config.credentials.get(name), Pkcs12Config):
            return _credentials(config).tls(name)
    return ssl.create_default_context()


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for item in inside for text in _texts(item)]


def _credentials(config: Config) -> ConfiguredCredentials:
    from caducee.practitioners import resolve_practitioners

    return ConfiguredCredentials(config, resolve_practitioners(config), secrets=Secrets(None), clock=SystemClock())
