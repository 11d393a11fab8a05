"""What the doctor sees around the practice."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import anyio
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from caducee.assembly import open_store
from caducee.cli import main
from caducee.cli.checks import Level
from caducee.cli.doctor import RECENT, _events, _recent, examine
from caducee.cli.surroundings import examine_credentials, examine_endpoints, judge_clock
from caducee.clock import SystemClock
from caducee.config import load_config
from caducee.drift import Drift
from caducee.drift_book import DriftBook
from caducee.outbox.contract import EventRow, Store
from caducee.testing import Answer, ScriptedService

from .practice import CONFIG, in_store, set_up

DAY = timedelta(days=1)


def key_file(folder: Path, name: str, *, days: int, more: Sequence[x509.NameAttribute[str]] = ()) -> str:
    """Make a PKCS#12 whose certificate ends in so many days; return its table."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ESSAI"), *more])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        subject, subject, key.public_key(), x509.random_serial_number(), now - 400 * DAY, now + days * DAY
    )
    certificate = builder.sign(key, hashes.SHA256())
    sealed = pkcs12.serialize_key_and_certificates(
        b"x", key, certificate, None, BestAvailableEncryption(b"secret-canary")
    )
    (folder / f"{name}.p12").write_bytes(sealed)
    (folder / f"{name}.pass").write_text("secret-canary")
    (folder / f"{name}.pass").chmod(0o600)
    return f'\n[credentials.{name}]\nkind = "pkcs12"\nfile = "{name}.p12"\npassword = {{ file = "{name}.pass" }}\n'


@pytest.mark.parametrize(("days", "level"), [(400, Level.OK), (10, Level.ATTENTION), (-1, Level.BROKEN)])
def test_the_end_of_each_certificate_is_told(tmp_path: Path, days: int, level: Level) -> None:
    config = set_up(tmp_path)
    config.write_text(CONFIG + key_file(tmp_path, "org", days=days))
    (check,) = anyio.run(examine_credentials, load_config(config))
    assert (check.name, check.level) == ("certificate org", level)


def test_whose_certificate_it_is_is_told(tmp_path: Path) -> None:
    config = set_up(tmp_path)
    person = [x509.NameAttribute(NameOID.SURNAME, "ROUX")]
    config.write_text(CONFIG + key_file(tmp_path, "org", days=400) + key_file(tmp_path, "own", days=400, more=person))
    org, own = anyio.run(examine_credentials, load_config(config))
    assert org.sentence.startswith("Certificat de structure ESSAI, valable jusqu'au")
    assert own.sentence.startswith("Certificat de personne, valable jusqu'au")


def test_a_report_holds_no_password(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = set_up(tmp_path)
    config.write_text(CONFIG + key_file(tmp_path, "org", days=400))
    (tmp_path / "org.pass").write_text("wrong-canary")
    assert main(["doctor", "--json", "--config", str(config)]) == 1
    shown = capsys.readouterr().out
    assert "canary" not in shown
    assert any(check["name"] == "certificate org" for check in json.loads(shown)["checks"])


def with_plugin(folder: Path, url: str) -> Path:
    config = set_up(folder)
    config.write_text(CONFIG.replace("plugins = []", 'plugins = ["x"]') + f'\n[plugins.x]\nurl = "{url}"\n')
    return config


def test_an_address_that_answers_is_told_and_asked_nothing(tmp_path: Path) -> None:
    with ScriptedService(lambda request: Answer(status=200)) as service:
        checks = anyio.run(examine_endpoints, load_config(with_plugin(tmp_path, service.url)))
    assert [check.level for check in checks if check.name == "endpoint x"] == [Level.OK]


def test_every_address_of_a_table_is_looked_at_and_no_other_text(tmp_path: Path) -> None:
    config = with_plugin(tmp_path, "http://127.0.0.1:9")
    more = (
        'issuer = "http://127.0.0.1:9/issuer"\n[plugins.x.token]\ntoken_url = "http://127.0.0.1:9"\nurl = "http://["\n'
    )
    config.write_text(config.read_text() + more)
    checks = anyio.run(examine_endpoints, load_config(config))
    assert [check.name for check in checks] == ["endpoint x", "endpoint x.token", "endpoint x.token.token_url"]
    assert {check.level for check in checks} == {Level.ATTENTION}


def test_addresses_are_looked_at_together(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        config = with_plugin(tmp_path, f"http://127.0.0.1:{silent.getsockname()[1]}")
        urls = [f'u{n}_url = "http://127.0.0.1:{silent.getsockname()[1]}"' for n in range(4)]
        config.write_text(config.read_text() + "\n".join(urls) + "\n")
        began = time.monotonic()
        checks = anyio.run(examine_endpoints, load_config(config))
    assert len(checks) == 5
    assert time.monotonic() - began < 8


@pytest.mark.parametrize("count", [0, 1, 3, 40])
def test_the_last_events_are_told_without_what_they_are_about(tmp_path: Path, count: int) -> None:
    config = set_up(tmp_path)

    async def work(store: Store) -> tuple[EventRow, ...]:
        for number in range(count):
            async with store.transaction() as tx:
                await tx.event(f"kind.{number}", document_id="1.2.3")
        return await _recent(store)

    rows = in_store(config, work)
    assert [row.kind for row in rows] == [f"kind.{number}" for number in range(count)][-RECENT:]
    assert all("1.2.3" not in check.sentence for check in _events(rows))


def test_an_address_that_does_not_answer_is_told_without_alarm(tmp_path: Path) -> None:
    (check,) = anyio.run(examine_endpoints, load_config(with_plugin(tmp_path, "http://127.0.0.1:9")))
    assert check.level is Level.ATTENTION
    assert "injoignable" in check.sentence


@pytest.mark.parametrize(("seconds", "level"), [(5, Level.OK), (600, Level.ATTENTION), (-600, Level.ATTENTION)])
def test_a_clock_that_is_wrong_is_told(seconds: int, level: Level) -> None:
    check = judge_clock("x", Drift(seconds=seconds, margin=1.0))
    assert check.level is level
    assert bool(check.remedy) is (level is Level.ATTENTION)


def test_a_measure_kept_by_the_kernel_is_shown_with_its_date(tmp_path: Path) -> None:
    config = load_config(set_up(tmp_path))

    async def keep() -> None:
        async with open_store(config) as store:
            await DriftBook(store, SystemClock()).note("dmp", Drift(seconds=90.2, margin=0.5))

    anyio.run(keep)
    (found,) = [check for check in anyio.run(examine, config.file) if check.name == "clock dmp kept"]
    assert found.level is Level.ATTENTION
    assert found.sentence.startswith(
        "L'horloge de ce poste avance de 1 min 30 s par rapport à celle du service (mesuré"
    )


def test_the_clock_of_a_service_that_says_its_time_is_compared(tmp_path: Path) -> None:
    late = format_datetime(datetime.now(UTC) - timedelta(minutes=10), usegmt=True)
    with socket.create_server(("127.0.0.1", 0)) as service:

        def answer() -> None:
            connection, _ = service.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(f"HTTP/1.1 405 No\r\nDate: {late}\r\n\r\n".encode())

        answering = threading.Thread(target=answer)
        answering.start()
        config = with_plugin(tmp_path, f"http://127.0.0.1:{service.getsockname()[1]}")
        clock, endpoint = anyio.run(examine_endpoints, load_config(config))
        answering.join()
    assert (clock.name, clock.level) == ("clock x", Level.ATTENTION)
    assert "avance de 10 min" in clock.sentence
    assert endpoint.level is Level.OK
