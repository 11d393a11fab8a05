"""What the doctor sees around the practice."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from caducee.cli import main
from caducee.cli.checks import Level
from caducee.cli.surroundings import _clock, examine_credentials, examine_endpoints
from caducee.config import load_config
from caducee.testing import Answer, ScriptedService

from .practice import CONFIG, set_up

DAY = timedelta(days=1)


def key_file(folder: Path, name: str, *, days: int) -> str:
    """Make a PKCS#12 whose certificate ends in so many days; return its table."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ESSAI")])
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


def test_an_address_that_does_not_answer_is_told_without_alarm(tmp_path: Path) -> None:
    (check,) = anyio.run(examine_endpoints, load_config(with_plugin(tmp_path, "http://127.0.0.1:9")))
    assert check.level is Level.ATTENTION
    assert "injoignable" in check.sentence


@pytest.mark.parametrize(("seconds", "level"), [(5, Level.OK), (600, Level.ATTENTION), (-600, Level.ATTENTION)])
def test_a_clock_that_is_wrong_is_told(seconds: int, level: Level) -> None:
    assert _clock("x", datetime.now(UTC) + timedelta(seconds=seconds)).level is level
