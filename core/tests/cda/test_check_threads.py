"""Two desks check their first document at the same instant, each in a thread."""

from __future__ import annotations

import subprocess
import sys

# What msgspec calls when it learns a type is taken away once the checker is there.
AFTER_THE_CHECKER_NOTHING_IS_LEARNT = """
import msgspec._utils
from caducee.cda.check.checker import _mistyped
from caducee.model.bodies import TextBody
from caducee.model.document import Document
from caducee.testing import PATIENT

def learning(*_):
    raise AssertionError("a type is learnt when a document is checked")

msgspec._utils._eval_type = learning
assert _mistyped(Document(local_id="1", patient=PATIENT, author="roux", created="2026", body=TextBody("a"))) is None
"""


def test_the_type_of_a_document_is_learnt_before_any_thread_checks_one() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", AFTER_THE_CHECKER_NOTHING_IS_LEARNT], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
