from __future__ import annotations

from pathlib import Path

import pytest

from caducee.config import Secret, Secrets
from caducee.errors import ConfigError


def test_a_secret_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "é")
    assert Secrets().read(Secret(env="A_SECRET"), key="k") == "é".encode()


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_one_line_end_is_not_part_of_a_secret_in_a_file(tmp_path: Path, end: bytes) -> None:
    file = tmp_path / "secret"
    file.write_bytes(b" spaced " + end)
    file.chmod(0o600)
    assert Secrets().read(Secret(file=file), key="k") == b" spaced "


def test_a_secret_that_is_not_there_is_an_error_that_names_the_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"credentials\.x\.password"):
        Secrets().read(Secret(file=tmp_path / "none"), key="credentials.x.password")


def test_the_vendor_s_safe_is_asked_first(monkeypatch: pytest.MonkeyPatch) -> None:
    class Safe:
        def secret(self, reference: Secret) -> bytes | None:
            return b"from the safe"

    monkeypatch.setenv("A_SECRET", "from the environment")
    assert Secrets(Safe()).read(Secret(env="A_SECRET"), key="k") == b"from the safe"


def test_a_secret_points_at_exactly_one_place() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        Secret(env="A", keyring="B")
