"""The plugin in a kernel opened from a file, as a practice's software opens it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from caducee import open_kernel
from caducee.contracts.session import PROFESSIONAL_SESSION, SessionPhase
from caducee.model.practice import Actor
from caducee.testing import Canaries
from caducee_psc import Psc

from .op import ROUX
from .sandbox_process import Person, Sandbox, running
from .test_doctor import CONFIG

pytestmark = pytest.mark.anyio
ACTING = Actor.doctor("Dr Camille Roux")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("sandbox")) as started:
        started.approve("roux", always=True)
        yield started


def practice(folder: Path, sandbox: Sandbox) -> Path:
    (folder / "store.key").write_bytes(base64.b64encode(bytes(32)))
    (folder / "store.key").chmod(0o600)
    written = CONFIG.replace("https://127.0.0.1:1/auth/realms/esante-wallet", sandbox.psc["issuer"])
    written = written.replace('client_secret = { file = "store.key" }', _file("client_secret", sandbox))
    written = written.replace('"authorities.pem"', f'"{sandbox.described["authorities"]}"')
    file = folder / "caducee.toml"
    file.write_text(written, encoding="utf-8")
    return file


def _file(key: str, sandbox: Sandbox) -> str:
    return f'{key} = {{ file = "{sandbox.psc["client_secret_file"]}" }}'


@pytest.mark.requirement("PSC-TOKENS")
async def test_a_professional_logs_in_and_no_token_is_in_any_file(tmp_path: Path, sandbox: Sandbox) -> None:
    file = practice(tmp_path, sandbox)
    async with (
        open_kernel(file, plugins={"psc": Psc(Person(sandbox))}) as kernel,
        kernel.use(PROFESSIONAL_SESSION) as session,
    ):
        assert (await session.login("roux", acting=ACTING)).identifier == ROUX
        token = await session.token("roux", acting=ACTING)
        assert session.state("roux").phase is SessionPhase.OPEN
        kinds = [row.kind for row in await kernel._store.events(0)]
    assert "psc.login" in kinds
    Canaries(token.value, sandbox.secret).assert_none(tmp_path)


async def test_a_choice_outlives_the_kernel_and_the_log_in_does_not(tmp_path: Path, sandbox: Sandbox) -> None:
    file = practice(tmp_path, sandbox)
    for turn in ("first", "second"):
        async with (
            open_kernel(file, plugins={"psc": Psc(Person(sandbox))}) as kernel,
            kernel.use(PROFESSIONAL_SESSION) as session,
        ):
            if turn == "first":
                await session.login("roux", acting=ACTING)
            assert await session.chosen("roux") is not None
            assert (session.state("roux").phase is SessionPhase.OPEN) == (turn == "first")
