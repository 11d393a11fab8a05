"""The host is killed at the worst places of a DIRECTE submission over the card's own TLS key, one after the other."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from caducee_demo.practice import set_up
from caducee_demo.sandbox import Control, running
from caducee_sandbox.cards import CardDesk
from tests.faults.supervisor import Supervisor, supervised

ROUNDS = max(1, int(os.environ.get("CADUCEE_KILLS", "20")) // 20)
LIFE = Path(__file__).with_name("letter_life.py")
HANDSHAKE = ("look", "login", "sign", "signed")
"""Where the card is asked for the connection; the authentication key signs nothing else."""


@pytest.mark.timeout(120 + 60 * ROUNDS)
def test_a_host_killed_in_the_handshake_or_the_submission_loses_no_letter_and_sends_none_twice(tmp_path: Path) -> None:
    with running(tmp_path / "sandbox") as sandbox:
        set_up(tmp_path / "practice", sandbox, pace=20.0)
        (tmp_path / "people.json").write_text(json.dumps(sandbox["people"]))
        control, cards = Control(sandbox["control"]), CardDesk(Path(sandbox["cards"]["dir"]))
        with supervised(LIFE, tmp_path) as supervisor:
            for _ in range(ROUNDS):
                kill_in_handshakes(supervisor, cards)
                kill_in_submission(supervisor, control)
            control.clear()
            supervisor.finish()
            acknowledged = supervisor.acknowledged()
        documents, ledger = control.held()["documents"], control.ledger()
    arrived = Counter(document["uniqueId"] for document in documents)
    assert acknowledged
    assert set(acknowledged) - set(arrived) == set()
    assert {name: times for name, times in arrived.items() if times != 1} == {}
    twice = [one["id"] for one in ledger if one["transaction"] == "TD2.1" and "Duplicate" in one["verdict"]]
    assert twice == [], "a letter was sent twice"


def kill_in_handshakes(supervisor: Supervisor, cards: CardDesk) -> None:
    """Kill one life at each place, while its card does not come back."""
    for place in HANDSHAKE:
        cards.trouble("hang", at=place, key="auth" if place.startswith("sign") else None)
        supervisor.kill_when(lambda: cards.troubles_left() == 0)
        cards.calm()


def kill_in_submission(supervisor: Supervisor, control: Control) -> None:
    """Kill a life whose letter the service has taken and not yet answered for."""
    control.fault("dmp", "slow", times=1, transaction="TD2.1", seconds=5)
    before = len(control.held()["documents"])
    supervisor.kill_when(lambda: len(control.held()["documents"]) > before)
