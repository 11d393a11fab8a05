"""The contract of plugins that receive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from caducee.testing.contract import InboxContract, ServiceContract, StateContract, Subject
from caducee.testing.contract.bench import Bench

from .mail import AcknowledgesFirst, Mail, MailPlugin, NamesAnew, fetch, mail_subject

pytestmark = pytest.mark.anyio


class TestMail(ServiceContract, StateContract, InboxContract):
    """A good one."""

    def subject(self) -> Subject:
        return mail_subject(MailPlugin())


CUT = InboxContract.test_it_survives_a_cancel_at_every_await_of_a_fetch
AGAIN = InboxContract.test_what_comes_again_after_a_lost_acknowledgement_is_kept_once


@pytest.mark.parametrize(
    ("mail", "test", "sentence"),
    [(AcknowledgesFirst, CUT, "acknowledged before it was kept"), (NamesAnew, AGAIN, "one item was offered, 2")],
)
async def test_what_is_wrong_with_a_plugin_that_receives_is_named(
    mail: type[Mail], test: Any, sentence: str, tmp_path: Path
) -> None:
    refused = pytest.raises(AssertionError, match=sentence)
    with refused, Bench.opened(mail_subject(MailPlugin(mail)), tmp_path / "practice") as bench:
        await test(TestMail(), bench)


async def test_what_is_received_without_being_declared_fails_the_suite(tmp_path: Path) -> None:
    subject = mail_subject(MailPlugin())
    assert subject.inbox is not None
    subject.inbox.offer()
    silent = msgspec.structs.replace(subject, inbox=None)
    refused = pytest.raises(AssertionError, match="InboxContract")
    with refused, Bench.opened(silent, tmp_path / "practice") as bench:
        async with bench.kernel() as kernel:
            await fetch(kernel)
