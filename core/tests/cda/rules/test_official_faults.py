"""Documents with one thing left out, held against the official kit: where it refuses, there is an error of ours."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from caducee.cda.reading import DocumentUnreadable
from caducee.cda.rules import check_document

from .faults import errors, removed, right

pytestmark = pytest.mark.conformance

BASES = ("prescription, nothing said", "summary, one problem", "imaging", "discharge", "vaccination", "admission")
MANY = 30


def _left_out(name: str) -> Iterator[bytes]:
    """Yield the document without one element or one attribute, some of all there are, always the same."""
    document = right(name)
    places = [
        (number, attribute)
        for number, element in enumerate(etree.fromstring(document).iter("{*}*"))
        if number
        for attribute in ("", *map(str, element.attrib))
    ]
    for number, attribute in random.Random(name).sample(places, MANY):
        root = etree.fromstring(document)
        element = list(root.iter("{*}*"))[number]
        if attribute:
            del element.attrib[attribute]
        else:
            removed(element)
        yield etree.tostring(root)


def _has_error(document: bytes) -> bool:
    try:
        return bool(errors(check_document(document)))
    except DocumentUnreadable:
        return True


@pytest.mark.requirement("SDK-BLIND-SPOTS")
@pytest.mark.timeout(600)
def test_what_the_official_stack_refuses_has_an_error(tmp_path: Path) -> None:
    for name in BASES:
        for number, document in enumerate(_left_out(name)):
            (tmp_path / f"{name} {number:03}.xml").write_bytes(document)
    command = [sys.executable, str(Path(os.environ["KIT"]) / "ans/validate"), "--json", "-j", "2", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(verdicts) == len(BASES) * MANY
    refused = [Path(one["file"]) for one in verdicts if not one["ok"]]
    assert len(refused) > len(verdicts) / 2
    assert [path.name for path in refused if not _has_error(path.read_bytes())] == []
