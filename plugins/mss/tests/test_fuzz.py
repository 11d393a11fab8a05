"""Mails and archives that somebody spoiled: read without an error of ours, in bounded work.

``CADUCEE_FUZZ_MAILS`` is how many. Each comes from its own number: what fails is written again from it.
"""

from __future__ import annotations

import gc
import os
import random
import sys
from pathlib import Path

import pytest

from caducee.model.environment import Environment
from caducee.testing.letters import PATIENT
from caducee_mss.command.summary import summarise
from caducee_mss.message import IntegrationOutcome, ReceiptRefused, Receiver, integration_receipt
from caducee_mss.reading import Limits, MailUnreadable, propose, read_mail
from plugins.mss.tests.letters import COLLEAGUE, NOW, Index, outgoing, sent
from plugins.mss.tests.written import cda, file, mail, packed, unpacked

MAILS = int(os.environ.get("CADUCEE_FUZZ_MAILS", "10000"))
KNOWN = Index(PATIENT)
LIMITS = Limits(expanded=3_000_000, tags=20_000)
RECEIVER = Receiver(mailbox=COLLEAGUE, product="x", nil="y", message_id="<r@a.fr>", date=NOW)
BITS = (
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\0",
        b"--b1",
        b"--b1--",
        b"=?utf-8?Q?",
        b"?=",
        b"=?iso-2022-jp?B?",
        b'"',
        b"\\",
        b"(",
        b"<",
    ),
    *(
        b">",
        b";",
        b":",
        b",",
        b"=",
        b"=3D",
        b"*0*=",
        b"filename*=",
        b"''",
        b"%",
        b"\xff\xfe",
        b"\xc3",
        b"Content-Type: ",
    ),
    *(b"multipart/mixed; boundary=", b"message/rfc822", b"message/delivery-status", b"base64", b"quoted-printable"),
    *(b"message/disposition-notification", b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"<!DOCTYPE a>", b"<![CDATA["),
    *(
        b"]]>",
        b"<a>",
        b"</",
        b"&#0;",
        b"&amp;",
        b"xmlns:a=",
        b"../",
        b"DOC00001.XML",
        b"METADATA.XML",
        b"\xff\xff\xff\xff",
    ),
)


def seeds() -> list[bytes]:
    archive = outgoing().archive
    assert archive is not None
    files = unpacked(archive)
    return [
        sent(read_receipt=True),
        mail(file(packed(files))),
        mail(file(cda(), b"text/xml")),
        mail(b"Content-Type: message/rfc822\r\n\r\n" + mail(file(packed(files))).replace(b"b1", b"b2")),
        integration_receipt(sent(), IntegrationOutcome(), receiver=RECEIVER).content,
    ]


def spoiled(content: bytes, chance: random.Random) -> bytes:
    made = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(made) + 1)
        end = min(len(made), at + chance.choice((0, 1, 4, 50, 400)))
        kind = chance.randrange(6)
        if kind == 0:
            made[at:end] = chance.choice(BITS)
        elif kind == 1:
            made[at:at] = chance.choice(BITS) * chance.choice((1, 2, 30))
        elif kind == 2:
            del made[at:end]
        elif kind == 3:
            made[at:at] = made[at:end] * chance.choice((1, 3))
        elif kind == 4 and at < len(made):
            made[at] = chance.randrange(256)
        else:
            other = chance.randrange(len(made) + 1)
            made[at:at] = made[other : other + 60]
    return bytes(made)


def archived(files: dict[str, bytes], chance: random.Random) -> bytes:
    """An archive that is whole, of files that are not, or the other way round; base 64 would hide most of it."""
    name = chance.choice(list(files))
    changed = {**files, name: spoiled(files[name], chance)}
    content = packed(changed)
    return mail(file(spoiled(content, chance) if chance.random() < 0.4 else content))


def look(content: bytes) -> None:
    try:
        read = read_mail(content, limits=LIMITS)
    except MailUnreadable:
        return
    made = propose(read, known=KNOWN, environment=Environment.SANDBOX)
    assert len(made.documents) == len(read.documents)
    summarise(Path("x.eml"), read, known=KNOWN, environment=Environment.SANDBOX, saved={})
    try:
        integration_receipt(content, IntegrationOutcome(), receiver=RECEIVER, by_person=True)
    except (ReceiptRefused, MailUnreadable):
        return


@pytest.mark.timeout(7200)
def test_no_spoiled_mail_ends_the_reading_nor_grows_it() -> None:
    whole = seeds()
    archive = outgoing().archive
    assert archive is not None
    files = unpacked(archive)
    warm = MAILS // 10
    for number in range(MAILS):
        chance = random.Random(number)
        content = archived(files, chance) if number % 3 == 0 else spoiled(chance.choice(whole), chance)
        try:
            look(content)
        except Exception as error:
            raise AssertionError(f"mail {number}: {error!r}") from error
        if number == warm:
            blocks = allocated()
    assert allocated() < blocks + 20_000


def allocated() -> int:
    gc.collect()
    return sys.getallocatedblocks()
